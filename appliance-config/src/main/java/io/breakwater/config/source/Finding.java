package io.breakwater.config.source;

import io.breakwater.config.Tenant;
import io.breakwater.config.text.Position;
import io.breakwater.config.yaml.Positions;
import java.util.List;
import java.util.Optional;

/**
 * A rule between tenants, or between a tenant and the main file, that is broken.
 *
 * @param tenants the one or two that are concerned, by name
 * @param position where a tenant's own file breaks it; empty if only tenants without a file of this
 *     reading are concerned
 * @param mainPosition what in the main file it conflicts with, if anything
 */
record Finding(
    List<String> tenants,
    Optional<Position> position,
    Optional<Position> mainPosition,
    String message) {

  /** A tenant against the main file. */
  static Finding againstMain(
      Tenant tenant, Optional<Position> at, Optional<Position> mainPosition, String message) {
    return new Finding(List.of(tenant.name()), at, mainPosition, message);
  }

  /** How a message names the other side: {@code of tenant acme (tenants.d/acme.yaml:3:12)}. */
  static String owner(Tenant tenant, Object written, Positions positions) {
    return "of tenant "
        + tenant.name()
        + positions.of(written).map(at -> " (" + at + ")").orElse(" as it runs");
  }
}

package io.breakwater.config.source;

import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import io.breakwater.config.protection.Protection;
import io.breakwater.config.protection.SynFlood;
import io.breakwater.config.protection.SynFlood.Mode;
import io.breakwater.config.protection.When;
import io.breakwater.config.text.Position;
import io.breakwater.config.yaml.MainFile;
import io.breakwater.config.yaml.Positions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a tenant's protection needs of the main file: whose SYN guard answers with cookies needs the
 * secret that they are made with.
 */
final class ProtectionRules {

  private static final Set<Mode> WITH_COOKIES = Set.of(Mode.CHALLENGE, Mode.RESET, Mode.PROXY);

  private ProtectionRules() {}

  static List<Finding> check(Collection<Tenant> tenants, MainFile main, Positions positions) {
    List<Finding> findings = new ArrayList<>();
    if (main.appliance().synCookieSecret().isPresent() || isExcused(main, positions)) {
      return findings;
    }
    for (Tenant tenant : tenants) {
      tenant
          .protection()
          .ifPresent(
              protection -> check(tenant, protection, main, positions).ifPresent(findings::add));
    }
    return findings;
  }

  /**
   * Whether nothing is asked although there is no secret: one that is written and could not be read
   * is no tenant's fault.
   */
  static boolean isExcused(MainFile main, Positions positions) {
    Appliance appliance = main.appliance();
    boolean isWritten = !positions.of(appliance, "syn-cookies").equals(positions.of(appliance));
    return appliance.synCookieSecret().isEmpty() && isWritten;
  }

  private static Optional<Finding> check(
      Tenant tenant, Protection protection, MainFile main, Positions positions) {
    SynFlood guard = protection.synFlood();
    if (guard.when() == When.NEVER) {
      return Optional.empty();
    }
    if (WITH_COOKIES.contains(guard.mode())) {
      Optional<Position> at =
          positions.of(guard, "mode").or(() -> positions.of(protection, "syn-flood"));
      return Optional.of(finding(tenant, guard.mode(), at, main, positions));
    }
    return guard.exceptions().stream()
        .filter(exception -> WITH_COOKIES.contains(exception.mode()))
        .findFirst()
        .map(exception ->
            finding(tenant, exception.mode(), positions.of(exception, "mode"), main, positions));
  }

  private static Finding finding(
      Tenant tenant, Mode mode, Optional<Position> at, MainFile main, Positions positions) {
    return Finding.againstMain(
        tenant,
        at,
        positions.of(main.appliance()),
        "mode %s of the SYN guard sends cookies: the main file must have syn-cookies: {secret: FILE}"
            .formatted(mode.name().toLowerCase(Locale.ROOT)));
  }
}

package io.breakwater.config.source;

import io.breakwater.config.Limits;
import io.breakwater.config.Tenant;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import io.breakwater.config.yaml.MainFile;
import io.breakwater.config.yaml.Positions;
import java.util.Collection;

/** Memory is taken at start: all tenants together must fit what {@code limits} says. */
final class LimitRules {

  private LimitRules() {}

  /** A limit that is exceeded is a problem of the main file: no single tenant is to blame. */
  static void check(
      Collection<Tenant> tenants, MainFile main, Positions positions, Problems problems) {
    int tunnels = tenants.stream().mapToInt(tenant -> tenant.tunnels().size()).sum();
    long prefixes = tenants.stream().mapToLong(tenant -> tenant.prefixes().size()).sum();
    Limits limits = main.appliance().limits();
    check("tenants", tenants.size(), limits.tenants(), main, positions, problems);
    check("tunnels", tunnels, limits.tunnels(), main, positions, problems);
    check("prefixes", prefixes, limits.prefixes(), main, positions, problems);
  }

  private static void check(
      String what, long count, int max, MainFile main, Positions positions, Problems problems) {
    if (count > max) {
      Position at =
          positions
              .of(main.appliance().limits(), what)
              .or(() -> positions.of(main.appliance(), "tenants"))
              .orElse(Position.startOf(main.file()));
      problems.add(at, "limits." + what + " is exceeded: " + what + "=" + count + " limit=" + max);
    }
  }
}

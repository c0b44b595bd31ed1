package io.breakwater.config.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import io.breakwater.config.IpAddress;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.Journal;
import io.breakwater.config.Limits;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.config.Workers;
import io.breakwater.config.yaml.MainFile;
import io.breakwater.config.yaml.Positions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The sweep against the plain definition: each with each. */
class PrefixRulesPropertyTest {

  private static final MainFile MAIN =
      new MainFile(
          Path.of("appliance.yaml"),
          new Appliance(
              "edge",
              Workers.AUTO,
              List.of(),
              List.of(),
              Optional.empty(),
              false,
              Limits.DEFAULT,
              Journal.DEFAULT,
              new TreeMap<>()),
          Optional.empty(),
          true);

  @Test
  void shouldFindExactlyTheTenantsThatOverlapOrLoop() {
    for (long seed = 0; seed < 3_000; seed++) {
      List<Tenant> tenants = tenants(new Random(seed));
      Set<String> found = new TreeSet<>();
      PrefixRules.check(tenants, MAIN, new Positions())
          .forEach(finding -> found.addAll(finding.tenants()));
      assertEquals(concerned(tenants), found, "seed=" + seed);
    }
  }

  private static Set<String> concerned(List<Tenant> tenants) {
    Set<String> concerned = new TreeSet<>();
    for (Tenant a : tenants) {
      for (Tenant b : tenants) {
        boolean overlap =
            IntStream.range(0, a.prefixes().size())
                .anyMatch(i ->
                    IntStream.range(0, b.prefixes().size())
                        .anyMatch(j ->
                            !(a == b && i == j)
                                && a.prefixes().get(i).overlaps(b.prefixes().get(j))));
        boolean loop =
            a.tunnels().stream()
                .anyMatch(tunnel ->
                    b.prefixes().stream().anyMatch(prefix -> prefix.contains(tunnel.remote())));
        if (overlap || loop) {
          concerned.add(a.name());
          concerned.add(b.name());
        }
      }
    }
    return concerned;
  }

  private static List<Tenant> tenants(Random random) {
    List<Tenant> tenants = new ArrayList<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      List<IpPrefix> prefixes = new ArrayList<>();
      for (int j = random.nextInt(4); j >= 0; j--) {
        prefixes.add(IpPrefix.of(address(random), 8 + random.nextInt(25)));
      }
      tenants.add(new Tenant("t" + i, prefixes, List.of(tunnel(address(random))), false));
    }
    return tenants;
  }

  private static IpAddress address(Random random) {
    return random.nextInt(4) == 0
        ? IpAddress.ipv6(random.nextLong(16) << 56, random.nextInt(4))
        : IpAddress.ipv4(random.nextInt(1 << 12) << 16 | random.nextInt(4));
  }

  private static Tunnel tunnel(IpAddress remote) {
    return new Tunnel(
        "one", IpAddress.ipv4(1), remote, 100, 1, OptionalLong.empty(), OptionalInt.empty());
  }

  /** In a third of a second; a way that compares each with all others would take hours. */
  @Test
  void shouldSweepAMillionPrefixesInMinutes() {
    List<Tenant> tenants = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      int tenant = i;
      List<IpPrefix> prefixes =
          IntStream.range(0, 1_000)
              .mapToObj(j -> new IpPrefix(IpAddress.ipv4((j * 1_000 + tenant + 65_536) << 8), 24))
              .toList();
      tenants.add(new Tenant("t" + i, prefixes, List.of(), false));
    }
    long startNs = System.nanoTime();
    List<Finding> findings = PrefixRules.check(tenants, MAIN, new Positions());
    long tookMs = (System.nanoTime() - startNs) / 1_000_000;
    System.out.println("PrefixRules: 1,000,000 prefixes in " + tookMs + " ms");
    assertEquals(List.of(), findings);
    assertTrue(tookMs < 180_000, () -> "tookMs=" + tookMs);
  }
}

package io.breakwater.config.yaml;

import io.breakwater.config.Fit;
import io.breakwater.config.IpAddress;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.OuterHeader;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.config.TunnelHealth;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.protection.Protection;
import io.breakwater.config.text.Problems;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * Reads one tenant: the whole of its own file, or the mapping under its name in the main file.
 *
 * <p>The tenant that is returned holds what could be read. If a problem was recorded it is not fit
 * to run, but other tenants can still be checked against it.
 */
public final class TenantReader {

  private static final int PREFIXES_MAX = 1_000_000;
  private static final int TUNNELS_MAX = 1_024;

  /** What traffic is spread over at one time. */
  private static final int TUNNELS_OF_A_PRIORITY_MAX = 64;

  private static final int IPV6_MTU_MIN = 1_280;
  private static final int PRIORITY_DEFAULT = 100;
  private static final int WEIGHT_DEFAULT = 1;
  private static final long KEY_MAX = 0xffff_ffffL;

  private final Unique<String> tunnelNames = new Unique<>("tunnel name");
  private final Map<Integer, Integer> tunnelsByPriority = new HashMap<>();

  private TenantReader() {}

  /** Reads the file of the tenant {@code name}; empty if it is not a mapping at all. */
  public static Optional<Tenant> read(
      Path file, String name, Problems problems, Positions positions) {
    Reading reading = new Reading(file, problems, positions);
    return ConfigurationText.read(reading)
        .flatMap(root -> read(name, new YamlValue("tenant " + name, root, reading)));
  }

  static Optional<Tenant> read(String name, YamlValue value) {
    Problems problems = value.reading().problems();
    return value.mapping(
        mapping -> Optional.of(new TenantReader().tenant(name, mapping, problems)));
  }

  private Tenant tenant(String name, YamlMapping mapping, Problems problems) {
    int problemsBefore = problems.count();
    List<IpPrefix> prefixes =
        mapping.requiredList(
            "prefixes", 1, PREFIXES_MAX, item -> item.parsed(Addresses::tenantPrefix));
    boolean prefixesComplete = problems.count() == problemsBefore;
    boolean ipv6 = prefixes.stream().anyMatch(prefix -> prefix.address().isIpv6());
    List<Tunnel> tunnels =
        mapping.requiredList("tunnels", 1, TUNNELS_MAX, item -> tunnel(item, ipv6));
    Optional<YamlValue> egressWritten = mapping.value("egress");
    Optional<Boolean> egress = egressWritten.flatMap(YamlValue::bool);
    Optional<Firewall> firewall =
        mapping.value("firewall").flatMap(value -> FirewallValue.read(name, value));
    TenantFacts facts =
        new TenantFacts(prefixes, prefixesComplete, egress.orElse(egressWritten.isPresent()));
    Optional<Protection> protection =
        mapping
            .value("protection")
            .flatMap(value ->
                value.mapping(section -> Optional.of(ProtectionReader.read(section, facts))));
    return mapping.noted(
        new Tenant(name, prefixes, tunnels, egress.orElse(false), firewall, protection));
  }

  private Optional<Tunnel> tunnel(YamlValue item, boolean ipv6) {
    Optional<Tunnel> tunnel = item.mapping(mapping -> tunnel(mapping, ipv6));
    tunnel.ifPresent(read -> {
      int count = tunnelsByPriority.merge(read.priority(), 1, Integer::sum);
      if (count == TUNNELS_OF_A_PRIORITY_MAX + 1) {
        item.problem(
            "at most %d tunnels may have one priority: tunnel=%s priority=%d"
                .formatted(TUNNELS_OF_A_PRIORITY_MAX, read.name(), read.priority()));
      }
    });
    return tunnel;
  }

  private Optional<Tunnel> tunnel(YamlMapping mapping, boolean ipv6) {
    Optional<String> name =
        mapping.required("name").flatMap(value -> Name.read(value, tunnelNames));
    Optional<IpAddress> local =
        mapping.required("local").flatMap(value -> value.parsed(Addresses::host));
    Optional<IpAddress> remote = mapping.required("remote").flatMap(value -> remote(value, local));
    int priority = mapping.integer("priority", 0, 65_535).orElse(PRIORITY_DEFAULT);
    int weight = mapping.integer("weight", 1, 256).orElse(WEIGHT_DEFAULT);
    Optional<Long> key = mapping.value("key").flatMap(value -> value.integer(0L, KEY_MAX));
    Optional<Integer> mtu = mapping.value("mtu").flatMap(value -> mtu(value, ipv6));
    Fit fit = FitReader.read(mapping);
    OuterHeader outer = OuterHeaderReader.read(mapping);
    TunnelHealth health = mapping.section("health", HealthReader::read, TunnelHealth.DEFAULT);
    if (name.isEmpty() || local.isEmpty() || remote.isEmpty()) {
      return Optional.empty();
    }
    Tunnel tunnel =
        new Tunnel(
            name.get(),
            local.get(),
            remote.get(),
            priority,
            weight,
            key.map(OptionalLong::of).orElse(OptionalLong.empty()),
            mtu.map(OptionalInt::of).orElse(OptionalInt.empty()),
            outer,
            fit,
            health);
    return Optional.of(mapping.noted(tunnel));
  }

  private static Optional<IpAddress> remote(YamlValue value, Optional<IpAddress> local) {
    Optional<IpAddress> remote = value.parsed(Addresses::host);
    if (remote.isPresent() && local.isPresent() && remote.get().family() != local.get().family()) {
      value.problem(
          "must be of local's family, %s: remote=%s local=%s"
              .formatted(local.get().family(), remote.get(), local.get()));
    }
    return remote;
  }

  private static Optional<Integer> mtu(YamlValue value, boolean ipv6) {
    Optional<Integer> mtu = value.integer(576, 9_000);
    if (ipv6 && mtu.isPresent() && mtu.get() < IPV6_MTU_MIN) {
      // RFC 8200 section 5: a link that IPv6 runs over carries 1,280 bytes.
      value.problem("must be at least 1280, since the tenant has an IPv6 prefix: " + mtu.get());
    }
    return mtu;
  }
}

package io.breakwater.config.yaml;

import io.breakwater.config.IpAddress;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import java.nio.file.Path;
import java.util.List;
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
  private static final int IPV6_MTU_MIN = 1_280;
  private static final long KEY_MAX = 0xffff_ffffL;

  private TenantReader() {}

  /** Reads the file of the tenant {@code name}; empty if it is not a mapping at all. */
  public static Optional<Tenant> read(
      Path file, String name, Problems problems, Positions positions) {
    Reading reading = new Reading(file, problems, positions);
    return ConfigurationText.read(reading)
        .flatMap(root -> new YamlValue("tenant " + Shown.value(name), root, reading).mapping())
        .map(mapping -> read(name, mapping));
  }

  static Tenant read(String name, YamlMapping mapping) {
    List<IpPrefix> prefixes =
        mapping
            .required("prefixes")
            .map(value -> value.each(1, PREFIXES_MAX, TenantReader::prefix))
            .orElse(List.of());
    boolean ipv6 = prefixes.stream().anyMatch(prefix -> prefix.address().isIpv6());
    Unique<String> names = new Unique<>("tunnel name");
    List<Tunnel> tunnels =
        mapping
            .required("tunnels")
            .map(value -> value.each(1, TUNNELS_MAX, item -> tunnel(item, ipv6, names)))
            .orElse(List.of());
    boolean egress = mapping.value("egress").flatMap(YamlValue::bool).orElse(false);
    mapping.notYetSupported("firewall");
    mapping.notYetSupported("protection");
    mapping.end();
    return mapping.noted(new Tenant(name, prefixes, tunnels, egress));
  }

  private static Optional<IpPrefix> prefix(YamlValue value) {
    return value.parsed(Addresses::tenantPrefix);
  }

  private static Optional<Tunnel> tunnel(YamlValue item, boolean ipv6, Unique<String> names) {
    return item.mapping().flatMap(mapping -> tunnel(mapping, ipv6, names));
  }

  private static Optional<Tunnel> tunnel(YamlMapping mapping, boolean ipv6, Unique<String> names) {
    Optional<String> name =
        mapping
            .required("name")
            .flatMap(value -> Name.read(value).filter(text -> names.add(text, value)));
    Optional<IpAddress> local = mapping.required("local").flatMap(TenantReader::local);
    Optional<IpAddress> remote = mapping.required("remote").flatMap(value -> remote(value, local));
    int priority = mapping.value("priority").flatMap(v -> v.integer(0, 65_535)).orElse(100);
    int weight = mapping.value("weight").flatMap(v -> v.integer(1, 256)).orElse(1);
    Optional<Long> key = mapping.value("key").flatMap(v -> v.integer(0L, KEY_MAX));
    Optional<Integer> mtu = mapping.value("mtu").flatMap(value -> mtu(value, ipv6));
    mapping.end();
    return name.flatMap(n ->
        local.flatMap(l ->
            remote.map(r ->
                mapping.noted(
                    new Tunnel(
                        n,
                        l,
                        r,
                        priority,
                        weight,
                        key.map(OptionalLong::of).orElse(OptionalLong.empty()),
                        mtu.map(OptionalInt::of).orElse(OptionalInt.empty()))))));
  }

  private static Optional<IpAddress> local(YamlValue value) {
    Optional<IpAddress> local = value.parsed(Addresses::host);
    if (local.isPresent() && local.get().isIpv6()) {
      value.problem("IPv6 tunnels are not yet supported: " + local.get());
    }
    return local;
  }

  private static Optional<IpAddress> remote(YamlValue value, Optional<IpAddress> local) {
    Optional<IpAddress> remote = value.parsed(Addresses::host);
    if (remote.isPresent() && local.isPresent() && remote.get().family() != local.get().family()) {
      value.problem(
          "must be of the family of local, "
              + local.get().family()
              + ": remote="
              + remote.get()
              + " local="
              + local.get());
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

package io.breakwater.config.source;

import io.breakwater.config.IpAddress;
import io.breakwater.config.Port.InterfaceAddress;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.config.yaml.MainFile;
import io.breakwater.config.yaml.Position;
import io.breakwater.config.yaml.Positions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a tunnel needs of the rest: its local end is an anycast endpoint, its remote end is not
 * ourselves, and what arrives in it is told from every other tunnel by (remote, local, key), as RFC
 * 2890 section 2 has it.
 */
final class TunnelRules {

  private record Identity(IpAddress remote, IpAddress local, OptionalLong key) {}

  private record Owned(Tenant tenant, Tunnel tunnel) {}

  private final MainFile main;
  private final Positions positions;
  private final Set<IpAddress> endpoints;
  private final Set<IpAddress> ownAddresses;
  private final Map<Identity, Owned> byIdentity = new HashMap<>();
  private final List<Finding> findings = new ArrayList<>();

  private TunnelRules(MainFile main, Positions positions) {
    this.main = main;
    this.positions = positions;
    this.endpoints = Set.copyOf(main.appliance().endpoints());
    this.ownAddresses = new HashSet<>(endpoints);
    main.appliance().ports().stream()
        .flatMap(port -> port.addresses().stream())
        .map(InterfaceAddress::address)
        .forEach(ownAddresses::add);
  }

  static List<Finding> check(Collection<Tenant> tenants, MainFile main, Positions positions) {
    TunnelRules rules = new TunnelRules(main, positions);
    for (Tenant tenant : tenants) {
      tenant.tunnels().forEach(tunnel -> rules.check(tenant, tunnel));
    }
    return rules.findings;
  }

  private void check(Tenant tenant, Tunnel tunnel) {
    Optional<Position> anycast = positions.of(main.appliance(), "anycast");
    if (main.endpointsComplete() && !endpoints.contains(tunnel.local())) {
      findings.add(
          Finding.againstMain(
              tenant,
              positions.of(tunnel.local()),
              anycast,
              "local " + tunnel.local() + describe(tunnel) + " is not an anycast endpoint"));
    }
    if (ownAddresses.contains(tunnel.remote())) {
      findings.add(
          Finding.againstMain(
              tenant,
              positions.of(tunnel.remote()),
              anycast,
              "remote " + tunnel.remote() + describe(tunnel) + " is our own address"));
    }
    Identity identity = new Identity(tunnel.remote(), tunnel.local(), tunnel.key());
    Owned first = byIdentity.putIfAbsent(identity, new Owned(tenant, tunnel));
    if (first != null) {
      findings.add(duplicate(first, new Owned(tenant, tunnel)));
    }
  }

  private Finding duplicate(Owned first, Owned second) {
    boolean secondIsWritten = positions.of(second.tunnel).isPresent();
    Owned told = secondIsWritten ? second : first;
    Owned other = secondIsWritten ? first : second;
    return new Finding(
        List.of(told.tenant.name(), other.tenant.name()),
        positions.of(told.tunnel),
        Optional.empty(),
        "tunnel "
            + told.tunnel.name()
            + " has the remote, local and key of tunnel "
            + other.tunnel.name()
            + " "
            + Finding.owner(other.tenant, other.tunnel, positions));
  }

  private static String describe(Tunnel tunnel) {
    return " of tunnel " + tunnel.name();
  }
}

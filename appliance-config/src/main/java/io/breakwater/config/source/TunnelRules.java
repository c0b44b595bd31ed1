package io.breakwater.config.source;

import io.breakwater.config.Bogons;
import io.breakwater.config.IpAddress;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.config.TunnelHealth.Probe;
import io.breakwater.config.yaml.MainFile;
import io.breakwater.config.yaml.Positions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What a tunnel needs of the rest: its local end is an anycast endpoint, its remote end and whom
 * its probes ask are not ourselves, answers to its probes are not dropped, and what arrives in it
 * is told from every other tunnel by (remote, local, key), as RFC 2890 section 2 has it.
 */
final class TunnelRules {

  /** By what a tunnel's packets are told from every other tunnel's. */
  record Identity(IpAddress remote, IpAddress local, OptionalLong key) {

    static Identity of(Tunnel tunnel) {
      return new Identity(tunnel.remote(), tunnel.local(), tunnel.key());
    }
  }

  private record Owned(Tenant tenant, Tunnel tunnel) {}

  private final MainFile main;
  private final Positions positions;
  private final Set<IpAddress> endpoints;

  /** Our own addresses, with what positions know of them. */
  private final Map<IpAddress, Object> ownAddresses = new HashMap<>();

  private final Map<Identity, Owned> byIdentity = new HashMap<>();
  private final List<Finding> findings = new ArrayList<>();

  private TunnelRules(MainFile main, Positions positions) {
    this.main = main;
    this.positions = positions;
    this.endpoints = Set.copyOf(main.appliance().endpoints());
    main.appliance().endpoints().forEach(endpoint -> ownAddresses.put(endpoint, endpoint));
    main.appliance().ports().stream()
        .flatMap(port -> port.addresses().stream())
        .forEach(own -> ownAddresses.put(own.address(), own));
  }

  static List<Finding> check(Collection<Tenant> tenants, MainFile main, Positions positions) {
    TunnelRules rules = new TunnelRules(main, positions);
    for (Tenant tenant : tenants) {
      tenant.tunnels().forEach(tunnel -> rules.check(tenant, tunnel));
    }
    return rules.findings;
  }

  private void check(Tenant tenant, Tunnel tunnel) {
    if (main.endpointsComplete() && !endpoints.contains(tunnel.local())) {
      findings.add(
          Finding.againstMain(
              tenant,
              positions.of(tunnel.local()),
              positions.of(main.appliance(), "anycast"),
              "local %s of tunnel %s is not an anycast endpoint"
                  .formatted(tunnel.local(), tunnel.name())));
    }
    Object own = ownAddresses.get(tunnel.remote());
    if (own != null) {
      findings.add(
          Finding.againstMain(
              tenant,
              positions.of(tunnel.remote()),
              positions.of(own),
              "remote %s of tunnel %s is our own address"
                  .formatted(tunnel.remote(), tunnel.name())));
    }
    checkTarget(tenant, tunnel);
    if (main.appliance().bogonsDropped() && tunnel.health().probe() != Probe.OFF) {
      checkAnswers(tenant, tunnel);
    }
    Identity identity = Identity.of(tunnel);
    Owned first = byIdentity.putIfAbsent(identity, new Owned(tenant, tunnel));
    if (first != null) {
      findings.add(duplicate(first, new Owned(tenant, tunnel)));
    }
  }

  /** Who asks himself gets no answer through the tunnel. */
  private void checkTarget(Tenant tenant, Tunnel tunnel) {
    tunnel
        .health()
        .target()
        .filter(ownAddresses::containsKey)
        .ifPresent(target ->
            findings.add(
                Finding.againstMain(
                    tenant,
                    positions.of(target),
                    positions.of(ownAddresses.get(target)),
                    "health.target %s of tunnel %s is our own address"
                        .formatted(target, tunnel.name()))));
  }

  /** The tunnel would be taken for dead, since the answer's source is whom the probe asks. */
  private void checkAnswers(Tenant tenant, Tunnel tunnel) {
    IpAddress asked = tunnel.health().target().orElse(tunnel.remote());
    if (Bogons.contains(asked)) {
      String what = tunnel.health().target().isPresent() ? "health.target" : "remote";
      findings.add(
          Finding.againstMain(
              tenant,
              positions.of(asked),
              positions.of(main.appliance(), "bogons"),
              "%s %s of tunnel %s is a bogon: `bogons: drop` drops the answers to its probes; give a"
                      .formatted(what, asked, tunnel.name())
                  + " public health.target, or health: {probe: off}"));
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
        "tunnel %s has the remote, local and key of tunnel %s %s"
            .formatted(
                told.tunnel.name(),
                other.tunnel.name(),
                Finding.owner(other.tenant, other.tunnel, positions)));
  }
}

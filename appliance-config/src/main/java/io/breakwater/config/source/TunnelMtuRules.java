package io.breakwater.config.source;

import io.breakwater.config.Fit.Fragment;
import io.breakwater.config.Gateway;
import io.breakwater.config.IpAddress;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.Port;
import io.breakwater.config.Port.InterfaceAddress;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.config.yaml.MainFile;
import io.breakwater.config.yaml.Positions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * What a tunnel's inner packets may measure, given the port that leads to its remote: the outer
 * packet fits the port, and IPv6 gets the 1,280 bytes that every link of it has to carry (RFC 8200
 * 5).
 *
 * <p>The port is that of the longest prefix around the remote, as the routes are compiled. A remote
 * that no route leads to has none, and no rule.
 */
final class TunnelMtuRules {

  private static final int IPV6_MTU_MIN = 1_280;
  private static final int IPV4_BYTES = 20;
  private static final int IPV6_BYTES = 40;

  /** Of GRE, and of each of its optional fields that are sent. */
  private static final int GRE_BYTES = 4;

  private record Route(IpPrefix prefix, Port port) {}

  private final MainFile main;
  private final Positions positions;
  private final List<Route> routes = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();

  private TunnelMtuRules(MainFile main, Positions positions) {
    this.main = main;
    this.positions = positions;
    // Of equal prefixes the first counts: a connected subnet's, then that of the first gateway.
    for (Port port : main.appliance().ports()) {
      for (InterfaceAddress address : port.addresses()) {
        routes.add(new Route(address.subnet(), port));
      }
    }
    for (Port port : main.appliance().ports()) {
      for (Gateway gateway : port.gateways()) {
        gateway.routes().forEach(prefix -> routes.add(new Route(prefix, port)));
      }
    }
  }

  static List<Finding> check(Collection<Tenant> tenants, MainFile main, Positions positions) {
    TunnelMtuRules rules = new TunnelMtuRules(main, positions);
    for (Tenant tenant : tenants) {
      boolean ipv6 = tenant.prefixes().stream().anyMatch(prefix -> prefix.address().isIpv6());
      tenant.tunnels().forEach(tunnel -> rules.check(tenant, tunnel, ipv6));
    }
    return rules.findings;
  }

  private void check(Tenant tenant, Tunnel tunnel, boolean ipv6) {
    Port port = portTowards(tunnel.remote());
    if (port == null) {
      return;
    }
    int most = port.mtuBytes() - outerBytes(tunnel);
    if (tunnel.mtuBytes().isEmpty()) {
      if (ipv6 && most < IPV6_MTU_MIN) {
        add(
            tenant,
            tunnel,
            port,
            "tunnel %s carries %d bytes through port %s, and the tenant's IPv6 prefix needs 1280"
                .formatted(tunnel.name(), most, port.name()));
      }
    } else if (tunnel.mtuBytes().getAsInt() > most && tunnel.fit().fragment() == Fragment.INNER) {
      add(
          tenant,
          tunnel,
          port,
          "mtu %d of tunnel %s is more than the %d bytes that port %s has room for"
              .formatted(tunnel.mtuBytes().getAsInt(), tunnel.name(), most, port.name()));
    }
  }

  private void add(Tenant tenant, Tunnel tunnel, Port port, String message) {
    findings.add(
        Finding.againstMain(
            tenant, positions.of(tunnel, "mtu"), positions.of(port, "mtu"), message));
  }

  private static int outerBytes(Tunnel tunnel) {
    return (tunnel.remote().isIpv6() ? IPV6_BYTES : IPV4_BYTES)
        + GRE_BYTES
        + (tunnel.key().isPresent() ? GRE_BYTES : 0)
        + (tunnel.outer().checksum() ? GRE_BYTES : 0);
  }

  private Port portTowards(IpAddress remote) {
    Route best = null;
    for (Route route : routes) {
      if (route.prefix.contains(remote)
          && (best == null || route.prefix.length() > best.prefix.length())) {
        best = route;
      }
    }
    return best == null ? null : best.port;
  }
}

package io.breakwater.config.source;

import io.breakwater.config.Gateway;
import io.breakwater.config.IpAddress;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.Port;
import io.breakwater.config.Port.InterfaceAddress;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.config.text.Position;
import io.breakwater.config.yaml.MainFile;
import io.breakwater.config.yaml.Positions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * What must not lie inside a tenant's prefix: another tenant's prefix, another prefix of its own,
 * the remote end of any tunnel (what we deliver would come back to us), and our own addresses,
 * subnets, gateways and endpoints.
 *
 * <p>One sweep finds it all: everything is sorted by address, the larger prefix first, so the
 * prefixes around the current one are a stack. Cost: O(n log n) for n prefixes and tunnels. Each
 * broken rule is reported against the innermost prefix around it: whoever overlaps anything has a
 * finding, and there are at most n.
 */
final class PrefixRules {

  /** Something with a place among the addresses. */
  private sealed interface Claim {
    IpPrefix prefix();
  }

  private record TenantPrefix(Tenant tenant, IpPrefix prefix) implements Claim {}

  private record Remote(Tenant tenant, Tunnel tunnel, IpPrefix prefix) implements Claim {}

  /**
   * @param written the object of the model that positions know
   */
  private record Own(String what, IpPrefix prefix, Object written) implements Claim {}

  /** Prefixes come before what they contain; of equal ones tenants' prefixes come first. */
  private static final Comparator<Claim> OUTER_FIRST =
      Comparator.comparing(Claim::prefix)
          .thenComparing(claim -> claim instanceof TenantPrefix ? 0 : 1);

  private static final Comparator<Position> BY_PLACE =
      Comparator.comparing(Position::file)
          .thenComparing(Position::line)
          .thenComparing(Position::column);

  private final Positions positions;

  private PrefixRules(Positions positions) {
    this.positions = positions;
  }

  static List<Finding> check(Collection<Tenant> tenants, MainFile main, Positions positions) {
    return new PrefixRules(positions).sweep(claims(tenants, main));
  }

  private static List<Claim> claims(Collection<Tenant> tenants, MainFile main) {
    List<Claim> claims = new ArrayList<>();
    for (Tenant tenant : tenants) {
      tenant.prefixes().forEach(prefix -> claims.add(new TenantPrefix(tenant, prefix)));
      tenant
          .tunnels()
          .forEach(tunnel -> claims.add(new Remote(tenant, tunnel, whole(tunnel.remote()))));
    }
    claims.addAll(ownClaims(main));
    return claims;
  }

  /** What of ourselves must not be inside a tenant's prefix. */
  static List<IpPrefix> own(MainFile main) {
    return ownClaims(main).stream().map(Claim::prefix).toList();
  }

  private static List<Claim> ownClaims(MainFile main) {
    List<Claim> claims = new ArrayList<>();
    for (Port port : main.appliance().ports()) {
      String ofPort = " of port " + port.name();
      for (InterfaceAddress own : port.addresses()) {
        claims.add(new Own("address " + own.address() + ofPort, whole(own.address()), own));
        claims.add(new Own("subnet " + own.subnet() + ofPort, own.subnet(), own));
      }
      for (Gateway gateway : port.gateways()) {
        claims.add(
            new Own("gateway " + gateway.address() + ofPort, whole(gateway.address()), gateway));
      }
    }
    for (IpAddress endpoint : main.appliance().endpoints()) {
      claims.add(new Own("anycast endpoint " + endpoint, whole(endpoint), endpoint));
    }
    return claims;
  }

  private static IpPrefix whole(IpAddress address) {
    return new IpPrefix(address, address.family().bits());
  }

  private List<Finding> sweep(List<Claim> claims) {
    claims.sort(OUTER_FIRST);
    List<Finding> findings = new ArrayList<>();
    Deque<TenantPrefix> around = new ArrayDeque<>();
    for (Claim claim : claims) {
      while (!around.isEmpty() && !around.peek().prefix.contains(claim.prefix())) {
        around.pop();
      }
      if (!around.isEmpty()) {
        findings.add(inside(around.peek(), claim));
      }
      if (claim instanceof TenantPrefix prefix) {
        around.push(prefix);
      }
    }
    return findings;
  }

  private Finding inside(TenantPrefix outer, Claim claim) {
    return switch (claim) {
      case TenantPrefix inner ->
          isToldAtInner(outer, inner) ? overlap(inner, outer) : overlap(outer, inner);
      case Remote remote -> loop(outer, remote);
      case Own own -> covers(outer, own);
    };
  }

  /** At the later place of the two; at the only one, if the other runs without a file. */
  private boolean isToldAtInner(TenantPrefix outer, TenantPrefix inner) {
    Optional<Position> outerAt = positions.of(outer.prefix);
    Optional<Position> innerAt = positions.of(inner.prefix);
    return outerAt.isEmpty()
        || innerAt.isPresent() && BY_PLACE.compare(outerAt.get(), innerAt.get()) < 0;
  }

  private Finding overlap(TenantPrefix told, TenantPrefix other) {
    return new Finding(
        List.of(told.tenant.name(), other.tenant.name()),
        positions.of(told.prefix),
        Optional.empty(),
        "prefix %s overlaps %s %s"
            .formatted(
                told.prefix, other.prefix, Finding.owner(other.tenant, other.prefix, positions)));
  }

  private Finding loop(TenantPrefix outer, Remote remote) {
    return new Finding(
        List.of(remote.tenant.name(), outer.tenant.name()),
        positions.of(remote.tunnel.remote()).or(() -> positions.of(outer.prefix)),
        Optional.empty(),
        "remote %s of tunnel %s of tenant %s would loop: it is inside prefix %s %s"
            .formatted(
                remote.tunnel.remote(),
                remote.tunnel.name(),
                remote.tenant.name(),
                outer.prefix,
                Finding.owner(outer.tenant, outer.prefix, positions)));
  }

  private Finding covers(TenantPrefix outer, Own own) {
    Optional<Position> ownAt = positions.of(own.written);
    return Finding.againstMain(
        outer.tenant,
        positions.of(outer.prefix),
        ownAt,
        "prefix %s covers the %s%s"
            .formatted(outer.prefix, own.what, ownAt.map(at -> " (" + at + ")").orElse("")));
  }
}

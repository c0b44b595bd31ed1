package io.breakwater.config.source;

import io.breakwater.config.Appliance;
import io.breakwater.config.IpAddress;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.Tenant;
import io.breakwater.config.TenantChange;
import io.breakwater.config.Tunnel;
import io.breakwater.config.yaml.MainFile;
import io.breakwater.config.yaml.Positions;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tenants in which {@link PrefixRules}, {@link TunnelRules}, {@link TunnelMtuRules} and {@link
 * ProtectionRules} found nothing wrong, by address, so that others that differ from them in a few
 * need not be looked at as a whole.
 *
 * <p>It only ever says that nothing is wrong, or that it does not know: then all the rules are
 * applied to all tenants, and say what is wrong and where. Since the tenants here are in no
 * conflict, their prefixes are disjoint, and all that lies around or inside another prefix is next
 * to it in the order of prefixes.
 *
 * <p>Cost: O(log n) for each prefix and tunnel of a tenant that is another object than before. One
 * thread at a time uses it.
 */
final class SettledTenants {

  /** What else the rules look at. */
  private MainFile main;

  /** Null: nothing is known. */
  private SortedMap<String, Tenant> tenants;

  private final TreeSet<IpPrefix> prefixes = new TreeSet<>();

  /** What must not be inside a tenant's prefix, and how many there are of it. */
  private final TreeMap<IpPrefix, Integer> outside = new TreeMap<>();

  private final Set<TunnelRules.Identity> identities = new HashSet<>();

  /** Whether no rule is broken, as far as can be said. If so, these are the settled tenants now. */
  boolean accepts(SortedMap<String, Tenant> others, MainFile otherMain) {
    if (tenants == null || !isSameFor(otherMain)) {
      return false;
    }
    List<TenantChange> changes = TenantChange.between(tenants, others);
    List<Tenant> added =
        changes.stream().map(TenantChange::after).filter(Objects::nonNull).toList();
    changes.stream().map(TenantChange::before).filter(Objects::nonNull).forEach(this::remove);
    Positions none = new Positions();
    boolean accepted =
        added.stream().allMatch(this::add)
            && TunnelRules.check(added, otherMain, none).isEmpty()
            && TunnelMtuRules.check(added, otherMain, none).isEmpty()
            && ProtectionRules.check(added, otherMain, none).isEmpty();
    tenants = accepted ? new TreeMap<>(others) : null;
    return accepted;
  }

  private boolean isSameFor(MainFile otherMain) {
    Appliance before = main.appliance();
    Appliance after = otherMain.appliance();
    return before.ports().equals(after.ports())
        && before.endpoints().equals(after.endpoints())
        && before.bogonsDropped() == after.bogonsDropped()
        && before.synCookieSecret().equals(after.synCookieSecret())
        && main.endpointsComplete() == otherMain.endpointsComplete();
  }

  /** All rules were applied to these tenants, and none was broken. */
  void settle(SortedMap<String, Tenant> settled, MainFile settledMain) {
    prefixes.clear();
    outside.clear();
    identities.clear();
    PrefixRules.own(settledMain).forEach(own -> outside.merge(own, 1, Integer::sum));
    boolean areFree = settled.values().stream().allMatch(this::add);
    main = settledMain;
    tenants = areFree ? new TreeMap<>(settled) : null;
  }

  private void remove(Tenant tenant) {
    tenant.prefixes().forEach(prefixes::remove);
    for (Tunnel tunnel : tenant.tunnels()) {
      outside.computeIfPresent(
          whole(tunnel.remote()), (remote, count) -> count > 1 ? count - 1 : null);
      identities.remove(TunnelRules.Identity.of(tunnel));
    }
  }

  /** Returns whether it is in nobody's way. */
  private boolean add(Tenant tenant) {
    return tenant.prefixes().stream().allMatch(this::add)
        && tenant.tunnels().stream().allMatch(this::add);
  }

  private boolean add(IpPrefix prefix) {
    boolean isFree =
        !isInside(prefix)
            && !contains(prefix, prefixes.ceiling(prefix))
            && !contains(prefix, outside.ceilingKey(prefix));
    prefixes.add(prefix);
    return isFree;
  }

  private boolean add(Tunnel tunnel) {
    IpPrefix remote = whole(tunnel.remote());
    outside.merge(remote, 1, Integer::sum);
    return !isInside(remote) && identities.add(TunnelRules.Identity.of(tunnel));
  }

  /** Whether a tenant's prefix is around it: of disjoint ones, only the last before it may be. */
  private boolean isInside(IpPrefix inner) {
    IpPrefix before = prefixes.floor(inner);
    return before != null && before.contains(inner);
  }

  /** A prefix comes right before what is inside it. */
  private static boolean contains(IpPrefix outer, IpPrefix next) {
    return next != null && outer.contains(next);
  }

  private static IpPrefix whole(IpAddress address) {
    return new IpPrefix(address, address.family().bits());
  }
}

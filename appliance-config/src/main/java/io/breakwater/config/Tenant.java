package io.breakwater.config;

import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.protection.Protection;
import java.util.List;
import java.util.Optional;

/**
 * A customer: the prefixes whose traffic we attract and check, and the tunnels that deliver what is
 * clean.
 *
 * @param prefixes disjoint from every other tenant's
 * @param tunnels at least one, in the file's order; names are unique within the tenant
 * @param egress whether the tenant's replies may leave through us
 * @param firewall the tenant's own rules; empty: everything passes
 * @param protection what is done about attacks; empty: nothing
 */
public record Tenant(
    String name,
    List<IpPrefix> prefixes,
    List<Tunnel> tunnels,
    boolean egress,
    Optional<Firewall> firewall,
    Optional<Protection> protection) {

  public Tenant {
    prefixes = List.copyOf(prefixes);
    tunnels = List.copyOf(tunnels);
  }

  /** The same with another firewall, or none. */
  public Tenant withFirewall(Optional<Firewall> firewall) {
    return new Tenant(name, prefixes, tunnels, egress, firewall, protection);
  }

  /** The same with other protection, or none. */
  public Tenant withProtection(Optional<Protection> protection) {
    return new Tenant(name, prefixes, tunnels, egress, firewall, protection);
  }

  /** A tenant without protection. */
  public Tenant(
      String name,
      List<IpPrefix> prefixes,
      List<Tunnel> tunnels,
      boolean egress,
      Optional<Firewall> firewall) {
    this(name, prefixes, tunnels, egress, firewall, Optional.empty());
  }

  /** A tenant without a firewall. */
  public Tenant(String name, List<IpPrefix> prefixes, List<Tunnel> tunnels, boolean egress) {
    this(name, prefixes, tunnels, egress, Optional.empty());
  }
}

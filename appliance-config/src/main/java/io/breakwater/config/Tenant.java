package io.breakwater.config;

import java.util.List;

/**
 * A customer: the prefixes whose traffic we attract and check, and the tunnels that deliver what is
 * clean.
 *
 * @param prefixes disjoint from every other tenant's
 * @param tunnels at least one, in the file's order; names are unique within the tenant
 * @param egress whether the tenant's replies may leave through us
 */
public record Tenant(String name, List<IpPrefix> prefixes, List<Tunnel> tunnels, boolean egress) {

  public Tenant {
    prefixes = List.copyOf(prefixes);
    tunnels = List.copyOf(tunnels);
  }
}

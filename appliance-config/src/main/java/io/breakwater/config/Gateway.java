package io.breakwater.config;

import java.util.List;
import java.util.Optional;

/**
 * A next hop of a port.
 *
 * @param address within one of the port's connected subnets (or IPv6 link-local)
 * @param mac the pinned Ethernet address; empty: resolved by ARP or neighbour discovery
 * @param routes what is reached through it: the default route of the address's family unless the
 *     operator names prefixes
 */
public record Gateway(IpAddress address, Optional<MacAddress> mac, List<IpPrefix> routes) {

  public Gateway {
    routes = List.copyOf(routes);
  }
}

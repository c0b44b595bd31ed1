package io.breakwater.workers.pipeline;

import io.breakwater.config.Gateway;
import io.breakwater.config.IpAddress;
import io.breakwater.config.IpAddress.Family;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.MacAddress;
import io.breakwater.config.Port;
import io.breakwater.workers.table.NeighbourKey;
import io.breakwater.workers.table.NextHops;
import io.breakwater.workers.table.PrefixTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Compiles ports, gateways and routes into {@link NextHops}, and gives every neighbour that they
 * name its slot.
 *
 * <p>A prefix that several gateways serve is one group, in the order of the configuration. Used by
 * the control thread, once for each configuration.
 */
final class RouteCompiler {

  /** Where a packet for an address goes: a next hop group, and the port of its first neighbour. */
  record Route(int group, int port) {}

  private record PortAddress(int port, IpAddress address) {}

  private final SlotRegistry<NeighbourKey> slots;
  private final Map<PortAddress, NeighbourKey> keys = new HashMap<>();
  private final NeighbourKey[] neighbours;
  private final PrefixTable ipv4;
  private final PrefixTable ipv6;
  private final List<int[]> groups = new ArrayList<>();
  private final Map<List<Integer>, Integer> groupBySlots = new LinkedHashMap<>();

  RouteCompiler(List<Port> ports, SlotRegistry<NeighbourKey> slots) {
    this.slots = slots;
    this.neighbours = new NeighbourKey[slots.bound()];
    Map<IpPrefix, List<Integer>> gatewaysByRoute = new LinkedHashMap<>();
    for (int port = 0; port < ports.size(); port++) {
      for (Gateway gateway : ports.get(port).gateways()) {
        int slot = neighbour(port, gateway.address(), gateway.mac());
        for (IpPrefix route : gateway.routes()) {
          gatewaysByRoute.computeIfAbsent(route, unused -> new ArrayList<>()).add(slot);
        }
      }
    }
    var ipv4Builder = new PrefixTable.Builder();
    var ipv6Builder = new PrefixTable.Builder();
    gatewaysByRoute.forEach((prefix, gateways) ->
        add(ipv4Builder, ipv6Builder, prefix, NextHops.viaGroup(group(gateways))));
    for (int port = 0; port < ports.size(); port++) {
      for (Port.InterfaceAddress address : ports.get(port).addresses()) {
        add(ipv4Builder, ipv6Builder, address.subnet(), NextHops.connected(port));
      }
    }
    ipv4 = ipv4Builder.build();
    ipv6 = ipv6Builder.build();
  }

  private static void add(
      PrefixTable.Builder ipv4, PrefixTable.Builder ipv6, IpPrefix prefix, int route) {
    IpAddress address = prefix.address();
    if (address.family() == Family.IPV4) {
      ipv4.add((int) address.low(), prefix.length(), route);
    } else {
      ipv6.add(address.high(), address.low(), prefix.length(), route);
    }
  }

  /** The route to an address; one that nothing leads to gets a group without neighbours. */
  Route towards(IpAddress address) {
    int route =
        address.family() == Family.IPV4
            ? ipv4.find((int) address.low())
            : ipv6.find(address.high(), address.low());
    if (route == 0) {
      return new Route(group(List.of()), 0);
    }
    if (NextHops.isConnected(route)) {
      int port = NextHops.portOf(route);
      return new Route(group(List.of(neighbour(port, address, Optional.empty()))), port);
    }
    int group = NextHops.groupOf(route);
    return new Route(group, neighbours[groups.get(group)[0]].port());
  }

  NextHops nextHops() {
    return new NextHops(ipv4, ipv6, groups.toArray(int[][]::new));
  }

  NeighbourKey[] neighbours() {
    int length = neighbours.length;
    // A worker goes through all of it at a reload, and polls nothing meanwhile.
    while (length > 1 && neighbours[length - 1] == null) {
      length--;
    }
    return Arrays.copyOf(neighbours, length);
  }

  private int group(List<Integer> neighbourSlots) {
    return groupBySlots.computeIfAbsent(
        neighbourSlots,
        members -> {
          groups.add(members.stream().mapToInt(Integer::intValue).toArray());
          return groups.size() - 1;
        });
  }

  /**
   * The neighbour's slot. A gateway that is also a tunnel's remote is one neighbour, pinned if the
   * gateway is.
   */
  private int neighbour(int port, IpAddress address, Optional<MacAddress> mac) {
    boolean isIpv6 = address.family() == Family.IPV6;
    NeighbourKey key =
        keys.computeIfAbsent(
            new PortAddress(port, address),
            unused ->
                new NeighbourKey(
                    port,
                    address.high(),
                    address.low(),
                    isIpv6,
                    mac.map(MacAddress::bits).orElse(-1L)));
    int slot = slots.slot(key);
    neighbours[slot] = key;
    return slot;
  }
}

package io.breakwater.workers.table;

/**
 * Routes of the appliance itself: where a packet goes that leaves for an address, outside of
 * tunnels.
 *
 * <p>A route leads to a group of neighbours, tried in the order of the configuration (the first
 * whose Ethernet address is known is used), or to the connected subnet of a port, where the
 * destination itself is the neighbour. Immutable; what changes, the neighbours' Ethernet addresses,
 * is in {@link NeighbourTable}.
 */
public final class NextHops {

  /** Route values: 0 none, 1..2^20 the group + 1, above: a connected subnet and its port. */
  private static final int CONNECTED = 0x10_0000;

  private final PrefixTable ipv4;
  private final PrefixTable ipv6;
  private final int[][] groups;

  /**
   * @param ipv4 routes, with values made by {@link #viaGroup} and {@link #connected}
   * @param ipv6 the same for IPv6
   * @param groups neighbour slots of each group, in order of preference
   */
  public NextHops(PrefixTable ipv4, PrefixTable ipv6, int[][] groups) {
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
    this.groups = groups;
  }

  /** The route value of a group. */
  public static int viaGroup(int group) {
    return group + 1;
  }

  /** The route value of a connected subnet. */
  public static int connected(int port) {
    return CONNECTED + port;
  }

  public int route(int destination) {
    return ipv4.find(destination);
  }

  /** The routes of the first {@code count} IPv4 destinations. */
  public void routes(int[] destinations, int[] routes, int count) {
    ipv4.find(destinations, routes, count);
  }

  public int route(long high, long low) {
    return ipv6.find(high, low);
  }

  public static boolean isConnected(int route) {
    return route >= CONNECTED;
  }

  public static int portOf(int connectedRoute) {
    return connectedRoute - CONNECTED;
  }

  public static int groupOf(int route) {
    return route - 1;
  }

  /** The hop (see {@link NeighbourTable#hop}) of the first resolved neighbour of a group, or 0. */
  public long hop(int group, NeighbourTable neighbours) {
    for (int slot : groups[group]) {
      long hop = neighbours.hop(slot);
      if (hop != 0) {
        return hop;
      }
    }
    return 0;
  }
}

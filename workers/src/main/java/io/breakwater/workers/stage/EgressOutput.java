package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.NeighbourTable;
import io.breakwater.workers.table.NextHops;
import io.breakwater.workers.table.PortSettings;

/**
 * Forwards packets that came out of tunnels: route, next hop, TTL or hop limit, size (RFC 1812
 * 5.2.1).
 *
 * <p>Called only from the worker's thread; one object for each address family. Sets {@code port}
 * and {@code fate}, and puts those that their sender gets an ICMP error for into lists.
 */
public final class EgressOutput {

  private static final int NO_ROUTE = DropReason.NO_ROUTE.code();
  private static final int NEIGHBOUR_UNRESOLVED = DropReason.NEIGHBOUR_UNRESOLVED.code();
  private static final int DELIVERED = Fate.DELIVERED.code();

  public final PacketList expired;
  public final PacketList tooBig;

  private final boolean ipv6;

  /** Of the packets of a list, in its order: IPv4 destinations, and routes. */
  private final int[] destinations;

  private final int[] routes;

  public EgressOutput(int batchCapacity, boolean ipv6) {
    destinations = new int[batchCapacity];
    routes = new int[batchCapacity];
    expired = new PacketList(batchCapacity);
    tooBig = new PacketList(batchCapacity);
    this.ipv6 = ipv6;
  }

  public void clear() {
    expired.clear();
    tooBig.clear();
  }

  /** Sends on all packets of {@code in}, or sorts them into the lists, which are to be clear. */
  public void process(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      NextHops nextHops,
      NeighbourTable neighbours,
      NeighbourListener listener,
      PortSettings[] ports) {
    boolean inner6 = ipv6;
    route(memory, batch, in, nextHops);
    // Most packets take one route: its hop is looked up when it changes.
    int knownRoute = 0;
    long knownHop = 0;
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      int network = batch.network(i);
      int ttl = inner6 ? Ipv6.hopLimit(memory, network) : Ipv4.ttl(memory, network);
      if (ttl <= 1) {
        expired.add(i);
        continue;
      }
      int route = routes[k];
      if (route == 0) {
        batch.setFate(i, NO_ROUTE);
        continue;
      }
      long hop = knownHop;
      if (NextHops.isConnected(route)) {
        hop = connected(memory, network, NextHops.portOf(route), neighbours, listener);
      } else if (route != knownRoute) {
        hop = nextHops.hop(NextHops.groupOf(route), neighbours);
        knownRoute = route;
        knownHop = hop;
      }
      if (hop == 0) {
        batch.setFate(i, NEIGHBOUR_UNRESOLVED);
        continue;
      }
      PortSettings port = ports[NeighbourTable.port(hop)];
      int length = batch.frame(i) + batch.length(i) - network;
      batch.setPort(i, port.index());
      if (length > port.mtuBytes()) {
        tooBig.add(i);
        continue;
      }
      int type;
      if (inner6) {
        memory.setU8(network + 7, ttl - 1);
        type = Ethernet.TYPE_IPV6;
      } else {
        Ipv4.decrementTtl(memory, network);
        type = Ethernet.TYPE_IPV4;
      }
      int frame = EthernetOutput.write(memory, network, NeighbourTable.mac(hop), port, type);
      batch.setFrame(i, frame);
      batch.setLength(i, network - frame + length);
      batch.setFate(i, DELIVERED);
    }
  }

  /** Looks up the routes of all packets, so that their cache misses are under way together. */
  private void route(PacketMemory memory, Batch batch, PacketList in, NextHops nextHops) {
    int count = in.count;
    if (ipv6) {
      for (int k = 0; k < count; k++) {
        int network = batch.network(in.index[k]);
        routes[k] =
            nextHops.route(
                Ipv6.destinationHigh(memory, network), Ipv6.destinationLow(memory, network));
      }
      return;
    }
    for (int k = 0; k < count; k++) {
      destinations[k] = Ipv4.destination(memory, batch.network(in.index[k]));
    }
    nextHops.routes(destinations, routes, count);
  }

  /**
   * The destination is in a connected subnet: it is the next hop itself; when it is not known yet,
   * it is asked for.
   */
  private long connected(
      PacketMemory memory,
      int network,
      int port,
      NeighbourTable neighbours,
      NeighbourListener listener) {
    long high = ipv6 ? Ipv6.destinationHigh(memory, network) : 0;
    long low =
        ipv6
            ? Ipv6.destinationLow(memory, network)
            : Ipv4.destination(memory, network) & 0xffff_ffffL;
    long hop = neighbours.lookup(port, ipv6, high, low);
    if (hop == 0) {
      listener.wanted(port, ipv6, high, low);
    }
    return hop;
  }
}

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
 * and {@code fate}, and puts those that their sender gets an ICMP error for, and those that are to
 * be cut, into lists.
 */
public final class EgressOutput {

  private static final int NO_ROUTE = DropReason.NO_ROUTE.code();
  private static final int NEIGHBOUR_UNRESOLVED = DropReason.NEIGHBOUR_UNRESOLVED.code();
  private static final int DELIVERED = Fate.DELIVERED.code();

  public final PacketList expired;
  public final PacketList tooBig;

  /** Sent on, but too big for their ports: to be cut. */
  public final PacketList oversize;

  private final boolean ipv6;

  /** Of the packets of a list, in its order: IPv4 destinations, and routes. */
  private final int[] destinations;

  private final int[] routes;

  public EgressOutput(int batchCapacity, boolean ipv6) {
    destinations = new int[batchCapacity];
    routes = new int[batchCapacity];
    expired = new PacketList(batchCapacity);
    tooBig = new PacketList(batchCapacity);
    oversize = new PacketList(batchCapacity);
    this.ipv6 = ipv6;
  }

  public void clear() {
    expired.clear();
    tooBig.clear();
    oversize.clear();
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
    route(memory, batch, in, nextHops);
    int done = forwardRun(memory, batch, in, nextHops, neighbours, ports);
    if (done < in.count) {
      forwardOthers(memory, batch, in, nextHops, neighbours, listener, ports);
    }
  }

  /**
   * The case nearly always: all packets of a burst go to one next hop, which is known, have TTL
   * left and fit. Forwards those that do; returns how many.
   */
  private int forwardRun(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      NextHops nextHops,
      NeighbourTable neighbours,
      PortSettings[] ports) {
    int route = in.count == 0 ? 0 : routes[0];
    if (route == 0 || NextHops.isConnected(route)) {
      return 0;
    }
    long hop = nextHops.hop(NextHops.groupOf(route), neighbours);
    if (hop == 0) {
      return 0;
    }
    PortSettings port = ports[NeighbourTable.port(hop)];
    if (port.vlanIds().length > 0) {
      return 0;
    }
    return forwardPlain(memory, batch, in, route, NeighbourTable.mac(hop), port);
  }

  private int forwardPlain(
      PacketMemory memory, Batch batch, PacketList in, int route, long mac, PortSettings port) {
    boolean inner6 = ipv6;
    int type = inner6 ? Ethernet.TYPE_IPV6 : Ethernet.TYPE_IPV4;
    long source = port.mac();
    int mtuBytes = port.mtuBytes();
    int outcome = port.index() << Batch.PORT_SHIFT | DELIVERED;
    int[] records = batch.records;
    int[] index = in.index;
    int[] taken = routes;
    int count = in.count;
    int done = 0;
    for (int k = 0; k < count; k++) {
      int at = index[k] << Batch.SHIFT;
      int network = records[at + Batch.NETWORK];
      int length = records[at + Batch.FRAME] + records[at + Batch.LENGTH] - network;
      int ttl = inner6 ? Ipv6.hopLimit(memory, network) : Ipv4.ttl(memory, network);
      if (taken[k] != route || ttl <= 1 || length > mtuBytes) {
        continue;
      }
      if (inner6) {
        memory.setU8(network + 7, ttl - 1);
      } else {
        Ipv4.decrementTtl(memory, network);
      }
      Ethernet.write(memory, network - Ethernet.HEADER_BYTES, mac, source, type);
      records[at + Batch.FRAME] = network - Ethernet.HEADER_BYTES;
      records[at + Batch.LENGTH] = length + Ethernet.HEADER_BYTES;
      records[at + Batch.OUTCOME] = outcome;
      done++;
    }
    return done;
  }

  /** All packets that have no fate yet, whatever their route. */
  private void forwardOthers(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      NextHops nextHops,
      NeighbourTable neighbours,
      NeighbourListener listener,
      PortSettings[] ports) {
    boolean inner6 = ipv6;
    // Most packets take one route: its hop is looked up when it changes.
    int knownRoute = 0;
    long knownHop = 0;
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      if (batch.fate(i) != Fate.UNDECIDED) {
        continue;
      }
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
        // RFC 791 3.2: cut where the sender allows it, which IPv6 never does (RFC 8200 5).
        if (inner6 || (Ipv4.flagsAndOffset(memory, network) & Ipv4.DONT_FRAGMENT) != 0) {
          tooBig.add(i);
          continue;
        }
        oversize.add(i);
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
      destinations[k] = batch.destinations[in.index[k]];
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

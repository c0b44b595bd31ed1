package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Gre;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.TunnelIndex;

/**
 * Takes a packet out of its tunnel over IPv6 (RFC 7676), as {@link GreDecapsulation} does over
 * IPv4: checks the GRE header, finds the tunnel by (remote, local, key), and strips what is in
 * front of the inner packet.
 *
 * <p>Packets to an endpoint that are not GRE go to {@code others}. Those that are not plain, such
 * as those with extension headers, are {@link Ipv6Destination}'s and {@link GreOpening}'s.
 *
 * <p>Called only from the worker's thread. Sets {@code tenant} and {@code origin} to the tunnel's,
 * and {@code network}, {@code frame} and {@code length} so that the inner packet stands behind room
 * for an Ethernet header.
 */
public final class GreOverIpv6Decapsulation {

  /** Outer header, GRE with a key, the longer of the inner headers. */
  private static final int PLAIN_BYTES_MIN =
      2 * Ipv6.HEADER_BYTES + Gre.HEADER_BYTES + Gre.KEY_BYTES;

  /** Next header, and the bit of the ECN field that {@code Ecn.combine} cares for. */
  private static final long PLAIN_MASK = 1L << 52 | 0xff00;

  private static final long PLAIN_GRE = (long) Ipv4.PROTOCOL_GRE << 8;

  /** Where the K bit is in the first four bytes of GRE. */
  private static final int KEY_SHIFT = 16 + 13;

  /** Inner IPv4 and IPv6 packets, and packets that are not GRE. */
  public final PacketList ipv4;

  public final PacketList ipv6;
  public final PacketList others;

  /** Of the packets of a list, in its order; the inner position is 0 where one is not plain. */
  private final int[] inners;

  private final int[] types;
  private final long[] identities;
  private final int[] slots;
  private final GreOpening opening;

  public GreOverIpv6Decapsulation(int batchCapacity) {
    ipv4 = new PacketList(batchCapacity);
    ipv6 = new PacketList(batchCapacity);
    others = new PacketList(batchCapacity);
    inners = new int[batchCapacity];
    types = new int[batchCapacity];
    identities = new long[batchCapacity];
    slots = new int[batchCapacity];
    opening = new GreOpening(true, ipv4, ipv6);
  }

  /** Packets in all lists: those that were not dropped. */
  public int passed() {
    return ipv4.count + ipv6.count + others.count;
  }

  /**
   * Sorts all packets of {@code in} into the lists, which it clears before.
   *
   * @param tenantByTunnel tenant slot of each tunnel slot
   * @param counters told of every packet that came out of a tunnel
   */
  public void process(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      TunnelIndex tunnels,
      int[] tenantByTunnel,
      TunnelReceiveCounter counters) {
    ipv4.clear();
    ipv6.clear();
    others.clear();
    readPlain(memory, batch, in);
    for (int k = 0; k < in.count; k++) {
      int network = batch.network(in.index[k]);
      slots[k] = inners[k] != 0 ? tunnels.ipv6().find(memory, network, identities[k]) : -1;
    }
    stripPlain(batch, in, tenantByTunnel, counters);
    sort(memory, batch, in, tunnels, tenantByTunnel, counters);
  }

  /**
   * The case nearly always: no extension header, no mark of congestion, no GRE flag but K, and
   * inside no IPv6 for the router that encapsulated it.
   */
  private void readPlain(PacketMemory memory, Batch batch, PacketList in) {
    int[] index = in.index;
    int[] records = batch.records;
    int count = in.count;
    for (int k = 0; k < count; k++) {
      int at = index[k] << Batch.SHIFT;
      int outer = records[at + Batch.NETWORK];
      int available = records[at + Batch.FRAME] + records[at + Batch.LENGTH] - outer;
      inners[k] = 0;
      if (available < PLAIN_BYTES_MIN || (memory.i64(outer) & PLAIN_MASK) != PLAIN_GRE) {
        continue;
      }
      int gre = outer + Ipv6.HEADER_BYTES;
      int flagsAndType = memory.i32(gre);
      int keyed = flagsAndType >>> KEY_SHIFT & 1;
      int type = flagsAndType & ~(1 << KEY_SHIFT);
      int inner = gre + Gre.HEADER_BYTES + keyed * Gre.KEY_BYTES;
      boolean back =
          type == Ethernet.TYPE_IPV6
              && Ipv6.destinationLow(memory, inner) == Ipv6.sourceLow(memory, outer);
      if (type != Ethernet.TYPE_IPV4 && type != Ethernet.TYPE_IPV6 || back) {
        continue;
      }
      int key = memory.i32(gre + Gre.HEADER_BYTES) & -keyed;
      identities[k] = TunnelIndex.identity(keyed, key);
      inners[k] = inner;
      types[k] = type;
    }
  }

  private void stripPlain(
      Batch batch, PacketList in, int[] tenantByTunnel, TunnelReceiveCounter counters) {
    int[] records = batch.records;
    int[] origins = batch.origins();
    int[] index = in.index;
    int count = in.count;
    for (int k = 0; k < count; k++) {
      int tunnel = slots[k];
      if (tunnel < 0) {
        continue;
      }
      int at = index[k] << Batch.SHIFT;
      int end = records[at + Batch.FRAME] + records[at + Batch.LENGTH];
      int inner = inners[k];
      counters.received(tunnel, end - records[at + Batch.NETWORK]);
      origins[index[k]] = tunnel;
      records[at + Batch.TENANT] = tenantByTunnel[tunnel];
      records[at + Batch.NETWORK] = inner;
      records[at + Batch.FRAME] = inner - Ethernet.HEADER_BYTES;
      records[at + Batch.LENGTH] = end - inner + Ethernet.HEADER_BYTES;
    }
  }

  /** Lists what is opened, and judges the others. */
  private void sort(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      TunnelIndex tunnels,
      int[] tenantByTunnel,
      TunnelReceiveCounter counters) {
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      if (slots[k] >= 0) {
        (types[k] == Ethernet.TYPE_IPV4 ? ipv4 : ipv6).add(i);
      } else if (inners[k] != 0) {
        opening.refuse(memory, batch, i, tunnels, tenantByTunnel);
      } else {
        open(memory, batch, i, tunnels, tenantByTunnel, counters);
      }
    }
  }

  /** Any packet. */
  private void open(
      PacketMemory memory,
      Batch batch,
      int i,
      TunnelIndex tunnels,
      int[] tenantByTunnel,
      TunnelReceiveCounter counters) {
    int gre = Ipv6Destination.gre(memory, batch.network(i));
    if (gre == Ipv6Destination.NOT_THERE) {
      others.add(i);
    } else if (gre < 0) {
      batch.setFate(i, -gre);
    } else {
      opening.open(memory, batch, i, gre, tunnels, tenantByTunnel, counters);
    }
  }
}

package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ecn;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Gre;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.TunnelIndex;

/**
 * Takes a packet out of its tunnel over IPv4 (RFC 2784, RFC 2890): checks the GRE header, finds the
 * tunnel by (remote, local, key), and strips what is in front of the inner packet.
 *
 * <p>Packets to an endpoint that are not GRE go to {@code others}. Those that are not plain are
 * {@link GreOpening}'s.
 *
 * <p>Called only from the worker's thread. Sets {@code tenant} and {@code origin} to the tunnel's,
 * and {@code network}, {@code frame} and {@code length} so that the inner packet stands behind room
 * for an Ethernet header.
 */
public final class GreDecapsulation {

  private static final int OUTER_FRAGMENT = DropReason.GRE_OUTER_FRAGMENT.code();

  /** Version 4, no options, and of the ECN field ECT(0) or nothing: see {@link Ecn#combine}. */
  private static final int PLAIN_START_MASK = 0xff01_0000;

  private static final int PLAIN_START = 0x4500_0000;

  /** Where the K bit is in the first four bytes of GRE. */
  private static final int KEY_SHIFT = 16 + 13;

  /** Outer header, GRE with a key, inner header. */
  private static final int PLAIN_BYTES_MIN =
      2 * Ipv4.HEADER_BYTES + Gre.HEADER_BYTES + Gre.KEY_BYTES;

  /** Fragment bits and protocol, in the 8 bytes of IPv4 from the identification on. */
  private static final long PLAIN_MASK =
      (long) (Ipv4.MORE_FRAGMENTS | Ipv4.OFFSET_MASK) << 32 | 0xff_0000;

  private static final long PLAIN_GRE = (long) Ipv4.PROTOCOL_GRE << 16;

  /** Inner IPv4 and IPv6 packets, and packets that are not GRE. */
  public final PacketList ipv4;

  public final PacketList ipv6;
  public final PacketList others;

  /** Of the packets of a list, in its order; see {@link TunnelIndex#find}. 0: not plain. */
  private final long[] ends;

  private final long[] identities;
  private final int[] inners;
  private final int[] slots;
  private final GreOpening opening;

  public GreDecapsulation(int batchCapacity) {
    ipv4 = new PacketList(batchCapacity);
    ipv6 = new PacketList(batchCapacity);
    others = new PacketList(batchCapacity);
    ends = new long[batchCapacity];
    identities = new long[batchCapacity];
    slots = new int[batchCapacity];
    inners = new int[batchCapacity];
    opening = new GreOpening(false, ipv4, ipv6);
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
    tunnels.find(ends, identities, slots, in.count);
    if (stripPlain(batch, in, tenantByTunnel, counters) == in.count) {
      ipv4.addAll(in);
    } else {
      sort(memory, batch, in, tunnels, tenantByTunnel, counters);
    }
  }

  /**
   * The case nearly always: an outer header without options, no fragment, no mark of congestion, no
   * GRE flag but K, and IPv4 inside, which is not for the router that encapsulated it. Notes what
   * such a packet's tunnel is found by, and where its inside begins; of all others, ends that no
   * tunnel has. Whether there is a key is random from packet to packet, so no branch depends on it.
   */
  private void readPlain(PacketMemory memory, Batch batch, PacketList in) {
    int[] index = in.index;
    int[] records = batch.records;
    int count = in.count;
    for (int k = 0; k < count; k++) {
      int at = index[k] << Batch.SHIFT;
      int outer = records[at + Batch.NETWORK];
      int available = records[at + Batch.FRAME] + records[at + Batch.LENGTH] - outer;
      if (available < PLAIN_BYTES_MIN) {
        ends[k] = 0;
        continue;
      }
      int first = memory.i32(outer);
      long second = memory.i64(outer + 4);
      long outerEnds = memory.i64(outer + 12);
      int flagsAndType = memory.i32(outer + Ipv4.HEADER_BYTES);
      int keyed = flagsAndType >>> KEY_SHIFT & 1;
      int inner = outer + Ipv4.HEADER_BYTES + Gre.HEADER_BYTES + keyed * Gre.KEY_BYTES;
      int key = memory.i32(outer + Ipv4.HEADER_BYTES + Gre.HEADER_BYTES) & -keyed;
      if ((first & PLAIN_START_MASK) != PLAIN_START
          || (second & PLAIN_MASK) != PLAIN_GRE
          || (flagsAndType & ~(1 << KEY_SHIFT)) != Ethernet.TYPE_IPV4
          || memory.i32(inner + 16) == (int) (outerEnds >>> 32)) {
        ends[k] = 0;
        continue;
      }
      ends[k] = outerEnds;
      identities[k] = TunnelIndex.identity(keyed, key);
      inners[k] = inner;
    }
  }

  /** Opens the plain packets whose tunnel was found; returns how many they are. */
  private int stripPlain(
      Batch batch, PacketList in, int[] tenantByTunnel, TunnelReceiveCounter counters) {
    int[] records = batch.records;
    int[] origins = batch.origins();
    int[] index = in.index;
    int count = in.count;
    int opened = 0;
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
      opened++;
    }
    return opened;
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
        ipv4.add(i);
      } else if (ends[k] != 0) {
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
    int outer = batch.network(i);
    if (Ipv4.protocol(memory, outer) != Ipv4.PROTOCOL_GRE) {
      others.add(i);
    } else if (Ipv4.isFragment(Ipv4.flagsAndOffset(memory, outer))) {
      batch.setFate(i, OUTER_FRAGMENT);
    } else {
      int gre = outer + Ipv4.headerBytes(memory, outer);
      opening.open(memory, batch, i, gre, tunnels, tenantByTunnel, counters);
    }
  }
}

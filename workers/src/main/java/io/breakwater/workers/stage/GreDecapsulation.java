package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Gre;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.TunnelIndex;

/**
 * Takes a packet out of its tunnel (RFC 2784, RFC 2890): checks the GRE header, finds the tunnel by
 * (remote, local, key), and strips what is in front of the inner packet.
 *
 * <p>Packets to an endpoint that are not GRE go to {@code others}. The header's length follows all
 * of the C, K and S bits; a checksum is verified; sequence numbers are accepted and not looked at,
 * since packets come over many servers and no state is shared (RFC 2890 2.2 leaves ordering to the
 * receiver).
 *
 * <p>Called only from the worker's thread. Sets {@code tenant} to the tunnel's, and {@code
 * network}, {@code frame} and {@code length} so that the inner packet stands behind room for an
 * Ethernet header.
 */
public final class GreDecapsulation {

  private static final int OUTER_FRAGMENT = DropReason.GRE_OUTER_FRAGMENT.code();
  private static final int TRUNCATED = DropReason.GRE_TRUNCATED.code();
  private static final int BAD_VERSION = DropReason.GRE_BAD_VERSION.code();
  private static final int RESERVED_BITS = DropReason.GRE_RESERVED_BITS.code();
  private static final int BAD_CHECKSUM = DropReason.GRE_BAD_CHECKSUM.code();
  private static final int UNSUPPORTED_PROTOCOL = DropReason.GRE_UNSUPPORTED_PROTOCOL.code();
  private static final int INNER_TO_ENCAPSULATOR = DropReason.GRE_INNER_TO_ENCAPSULATOR.code();
  private static final int UNKNOWN_TUNNEL = DropReason.GRE_UNKNOWN_TUNNEL.code();

  /** Inner IPv4 and IPv6 packets, and packets that are not GRE. */
  public final PacketList ipv4;

  public final PacketList ipv6;
  public final PacketList others;

  public GreDecapsulation(int batchCapacity) {
    ipv4 = new PacketList(batchCapacity);
    ipv6 = new PacketList(batchCapacity);
    others = new PacketList(batchCapacity);
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
    int[] index = in.index;
    int[] records = batch.records;
    int count = in.count;
    for (int k = 0; k < count; k++) {
      int i = index[k];
      int at = i << Batch.SHIFT;
      int outer = records[at + Batch.NETWORK];
      if (Ipv4.protocol(memory, outer) != Ipv4.PROTOCOL_GRE) {
        others.add(i);
        continue;
      }
      if (Ipv4.isFragment(Ipv4.flagsAndOffset(memory, outer))) {
        records[at + Batch.OUTCOME] = OUTER_FRAGMENT;
        continue;
      }
      int end = records[at + Batch.FRAME] + records[at + Batch.LENGTH];
      int gre = outer + Ipv4.headerBytes(memory, outer);
      if (end - gre < Gre.HEADER_BYTES) {
        records[at + Batch.OUTCOME] = TRUNCATED;
        continue;
      }
      int flagsAndType = memory.i32(gre);
      int flags = flagsAndType >>> 16;
      int inner = gre + Gre.HEADER_BYTES;
      int key = 0;
      if (flags != 0) {
        int wrong = checkFlags(memory, gre, flags, end);
        if (wrong != 0) {
          records[at + Batch.OUTCOME] = wrong;
          continue;
        }
        inner = gre + Gre.headerBytes(flags);
        key = (flags & Gre.KEY_PRESENT) == 0 ? 0 : Gre.key(memory, gre, flags);
      }
      boolean keyed = (flags & Gre.KEY_PRESENT) != 0;
      int tunnel =
          tunnels.find(Ipv4.source(memory, outer), Ipv4.destination(memory, outer), keyed, key);
      if (tunnel < 0) {
        records[at + Batch.OUTCOME] = UNKNOWN_TUNNEL;
        continue;
      }
      counters.received(tunnel, end - outer);
      records[at + Batch.TENANT] = tenantByTunnel[tunnel];
      records[at + Batch.NETWORK] = inner;
      records[at + Batch.FRAME] = inner - Ethernet.HEADER_BYTES;
      records[at + Batch.LENGTH] = end - inner + Ethernet.HEADER_BYTES;
      int type = flagsAndType & 0xffff;
      if (type == Ethernet.TYPE_IPV4) {
        if (isToEncapsulator(memory, outer, inner, end)) {
          records[at + Batch.OUTCOME] = INNER_TO_ENCAPSULATOR;
          continue;
        }
        ipv4.add(i);
      } else if (type == Ethernet.TYPE_IPV6) {
        ipv6.add(i);
      } else {
        records[at + Batch.OUTCOME] = UNSUPPORTED_PROTOCOL;
      }
    }
  }

  /** RFC 2784 3.1: a payload for the router that encapsulated it would come back for ever. */
  private static boolean isToEncapsulator(PacketMemory memory, int outer, int inner, int end) {
    return end - inner >= Ipv4.HEADER_BYTES
        && Ipv4.destination(memory, inner) == Ipv4.source(memory, outer);
  }

  /** Checks a header with any bit set, up to {@code end}: 0, or the code of a drop reason. */
  private static int checkFlags(PacketMemory memory, int gre, int flags, int end) {
    if ((flags & Gre.VERSION_MASK) != 0) {
      return BAD_VERSION;
    }
    if ((flags & Gre.MUST_BE_ZERO) != 0) {
      return RESERVED_BITS;
    }
    if (gre + Gre.headerBytes(flags) > end) {
      return TRUNCATED;
    }
    boolean checked = (flags & Gre.CHECKSUM_PRESENT) != 0;
    return checked && Checksum.fold(Checksum.sum(memory, gre, end - gre)) != 0xffff
        ? BAD_CHECKSUM
        : 0;
  }
}

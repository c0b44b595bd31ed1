package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Icmpv6;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.NeighbourTable;
import io.breakwater.workers.table.PortSettings;

/**
 * Takes neighbour discovery messages (ICMPv6 types 133-137, RFC 4861) that are addressed to us,
 * after the validity checks of 6.1.1, 6.1.2, 7.1.1, 7.1.2 and 8.1.
 *
 * <ul>
 *   <li>A solicitation of an own address is ANSWERED in place by an advertisement (7.2.4), that of
 *       a station that is about to take the address (RFC 4862 5.4, unspecified source) by one to
 *       all nodes.
 *   <li>An advertisement is CONSUMED; it may change a neighbour that is known, by the rules of
 *       7.2.5, but makes none. One for an own address is counted as a conflict.
 *   <li>Router solicitations, router advertisements and redirects are CONSUMED without effect:
 *       routes come from the configuration only.
 * </ul>
 *
 * <p>A message behind an extension header is malformed here: no implementation sends one, and a
 * fragmented one must be dropped (RFC 6980 5).
 *
 * <p>{@code network} is the position of the IPv6 header, which has been validated: the payload
 * length is within the frame. The advertisement may be longer than the solicitation; it needs up to
 * 32 bytes behind the frame. Threading: called only from the worker's thread; any thread may read
 * {@link #conflicts}.
 */
public final class NeighbourDiscoveryInput {

  private static final int MALFORMED = DropReason.ND_MALFORMED.code();
  private static final int BAD_CHECKSUM = DropReason.ICMPV6_BAD_CHECKSUM.code();
  private static final int ANSWERED = Fate.ANSWERED.code();
  private static final int CONSUMED = Fate.CONSUMED.code();

  private static final long ALL_NODES_HIGH = 0xff02_0000_0000_0000L;
  private static final long ALL_NODES_LOW = 1;
  private static final long ALL_NODES_MAC = 0x3333_0000_0001L;
  private static final long SOLICITED_NODE_PREFIX = 0x0000_0001_ff00_0000L;

  /** Results of {@link #linkLayerOption} that are no Ethernet address. */
  private static final long NONE = 0;

  private static final long BROKEN = -1;

  private final NeighbourTable table;
  private final WorkerCounter conflicts = new WorkerCounter();

  /**
   * @param table is read, never written, here
   */
  public NeighbourDiscoveryInput(NeighbourTable table) {
    this.table = table;
  }

  /** Advertisements of an address of ours by another station. */
  public long conflicts() {
    return conflicts.value();
  }

  /** Gives each packet of the list its fate; an answer leaves by the port it came from. */
  public void process(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      PortSettings port,
      NeighbourListener neighbours) {
    for (int i = 0; i < in.count; i++) {
      int packet = in.index[i];
      batch.setFate(packet, take(memory, batch, packet, port, neighbours));
    }
  }

  private int take(
      PacketMemory memory,
      Batch batch,
      int packet,
      PortSettings port,
      NeighbourListener neighbours) {
    int network = batch.network(packet);
    int length = Ipv6.payloadLength(memory, network);
    int icmpv6 = network + Ipv6.HEADER_BYTES;
    if (Ipv6.nextHeader(memory, network) != Ipv6.NEXT_ICMPV6
        || Ipv6.hopLimit(memory, network) != 255
        || length < 8) {
      return MALFORMED;
    }
    long sum =
        Ipv6.pseudoHeaderSum(memory, network, length, Ipv6.NEXT_ICMPV6)
            + Checksum.sum(memory, icmpv6, length);
    if (Checksum.fold(sum) != 0xffff) {
      return BAD_CHECKSUM;
    }
    if (memory.u8(icmpv6 + 1) != 0) {
      return MALFORMED;
    }
    return switch (memory.u8(icmpv6)) {
      case Icmpv6.NEIGHBOUR_SOLICITATION -> solicited(memory, batch, packet, port, neighbours);
      case Icmpv6.NEIGHBOUR_ADVERTISEMENT -> advertised(memory, network, port, neighbours);
      case Icmpv6.ROUTER_SOLICITATION, Icmpv6.ROUTER_ADVERTISEMENT, Icmpv6.REDIRECT ->
          isRouterMessageValid(memory, network) ? CONSUMED : MALFORMED;
      default -> MALFORMED;
    };
  }

  // ---------------------------------------------------------------- solicitations

  private int solicited(
      PacketMemory memory,
      Batch batch,
      int packet,
      PortSettings port,
      NeighbourListener neighbours) {
    int network = batch.network(packet);
    long targetHigh = memory.i64(network + 48);
    long targetLow = memory.i64(network + 56);
    long option = linkLayerOption(memory, network, 24, Icmpv6.OPTION_SOURCE_LINK_LAYER);
    long sourceHigh = Ipv6.sourceHigh(memory, network);
    long sourceLow = Ipv6.sourceLow(memory, network);
    boolean unspecified = (sourceHigh | sourceLow) == 0;
    if (option == BROKEN
        || PortAddresses.isMulticast(targetHigh)
        || PortAddresses.isMulticast(sourceHigh)
        || unspecified && (option != NONE || !isToSolicitedNode(memory, network))) {
      return MALFORMED;
    }
    if (!PortAddresses.owns(port, targetHigh, targetLow)) {
      return CONSUMED;
    }
    int frame = batch.frame(packet);
    long asker = option != NONE ? option : memory.u48(frame + 6);
    if (option != NONE && option != port.mac()) {
      neighbours.asked(port.index(), true, sourceHigh, sourceLow, option);
    }
    batch.setLength(packet, answer(memory, frame, network, port.mac(), asker, unspecified));
    batch.setPort(packet, port.index());
    return ANSWERED;
  }

  private static boolean isToSolicitedNode(PacketMemory memory, int network) {
    return Ipv6.destinationHigh(memory, network) == ALL_NODES_HIGH
        && (Ipv6.destinationLow(memory, network) & ~0xff_ffffL) == SOLICITED_NODE_PREFIX;
  }

  /** Writes the advertisement over the solicitation; returns the frame's length. */
  private static int answer(
      PacketMemory memory, int frame, int network, long ownMac, long asker, boolean toAll) {
    memory.setU48(frame, toAll ? ALL_NODES_MAC : asker);
    memory.setU48(frame + 6, ownMac);

    int icmpv6 = network + Ipv6.HEADER_BYTES;
    int length = Icmpv6.NEIGHBOUR_BYTES + Icmpv6.OPTION_LINK_LAYER_BYTES;
    long sourceHigh = Ipv6.sourceHigh(memory, network);
    long sourceLow = Ipv6.sourceLow(memory, network);
    memory.setI64(network, 6L << 60 | (long) length << 16 | Ipv6.NEXT_ICMPV6 << 8 | 255);
    memory.setI64(network + 8, memory.i64(icmpv6 + 8));
    memory.setI64(network + 16, memory.i64(icmpv6 + 16));
    memory.setI64(network + 24, toAll ? ALL_NODES_HIGH : sourceHigh);
    memory.setI64(network + 32, toAll ? ALL_NODES_LOW : sourceLow);

    // RFC 4861 7.2.4: to all nodes it counts as unsolicited.
    int solicited = toAll ? 0 : Icmpv6.FLAG_SOLICITED;
    memory.setI32(icmpv6, Icmpv6.NEIGHBOUR_ADVERTISEMENT << 24);
    memory.setI32(icmpv6 + 4, Icmpv6.FLAG_ROUTER | Icmpv6.FLAG_OVERRIDE | solicited);
    memory.setU16(icmpv6 + 24, Icmpv6.OPTION_TARGET_LINK_LAYER << 8 | 1);
    memory.setU48(icmpv6 + 26, ownMac);
    memory.setU16(
        icmpv6 + 2,
        Checksum.finish(
            Ipv6.pseudoHeaderSum(memory, network, length, Ipv6.NEXT_ICMPV6)
                + Checksum.sum(memory, icmpv6, length)));
    return icmpv6 + length - frame;
  }

  // ---------------------------------------------------------------- advertisements

  private int advertised(
      PacketMemory memory, int network, PortSettings port, NeighbourListener neighbours) {
    long high = memory.i64(network + 48);
    long low = memory.i64(network + 56);
    long option = linkLayerOption(memory, network, 24, Icmpv6.OPTION_TARGET_LINK_LAYER);
    boolean toGroup = PortAddresses.isMulticast(Ipv6.destinationHigh(memory, network));
    int flags = memory.i32(network + 44);
    boolean solicited = (flags & Icmpv6.FLAG_SOLICITED) != 0;
    if (option == BROKEN || PortAddresses.isMulticast(high) || toGroup && solicited) {
      return MALFORMED;
    }
    if (PortAddresses.owns(port, high, low)) {
      if (option != port.mac()) {
        conflicts.increment();
      }
      return CONSUMED;
    }
    long hop = table.lookup(port.index(), true, high, low);
    long known = NeighbourTable.mac(hop);
    long told = option == NONE ? known : option;
    boolean override = (flags & Icmpv6.FLAG_OVERRIDE) != 0;
    if (told == NONE || told == known && !solicited) {
      // Neither an address that is new to us nor an answer: no change.
      return CONSUMED;
    }
    if (hop == 0 || told == known || override) {
      neighbours.answered(port.index(), true, high, low, told);
    } else {
      // RFC 4861 7.2.5: another address without override only casts doubt on the one we know.
      neighbours.wanted(port.index(), true, high, low);
    }
    return CONSUMED;
  }

  // ---------------------------------------------------------------- routers' messages

  private static boolean isRouterMessageValid(PacketMemory memory, int network) {
    long sourceHigh = Ipv6.sourceHigh(memory, network);
    boolean unspecified = (sourceHigh | Ipv6.sourceLow(memory, network)) == 0;
    int type = memory.u8(network + Ipv6.HEADER_BYTES);
    if (type == Icmpv6.ROUTER_SOLICITATION) {
      long option = linkLayerOption(memory, network, 8, Icmpv6.OPTION_SOURCE_LINK_LAYER);
      return option != BROKEN && !(unspecified && option != NONE);
    }
    int fixedBytes = type == Icmpv6.REDIRECT ? 40 : 16;
    return PortAddresses.isLinkLocal(sourceHigh)
        && linkLayerOption(memory, network, fixedBytes, Icmpv6.OPTION_SOURCE_LINK_LAYER) != BROKEN;
  }

  /**
   * Walks the options behind the first {@code fixedBytes} of the message (RFC 4861 4.6): each must
   * have a length and fit.
   *
   * @return the Ethernet address in the first option of the type, {@link #NONE} or {@link #BROKEN}
   */
  private static long linkLayerOption(PacketMemory memory, int network, int fixedBytes, int type) {
    int end = network + Ipv6.HEADER_BYTES + Ipv6.payloadLength(memory, network);
    int at = network + Ipv6.HEADER_BYTES + fixedBytes;
    long found = NONE;
    while (at < end) {
      int length = end - at < 8 ? 0 : memory.u8(at + 1) << 3;
      if (length == 0 || length > end - at) {
        return BROKEN;
      }
      if (memory.u8(at) == type && found == NONE) {
        found = memory.u48(at + 2);
        if (length != Icmpv6.OPTION_LINK_LAYER_BYTES || !PortAddresses.isStation(found)) {
          return BROKEN;
        }
      }
      at += length;
    }
    return at == end ? found : BROKEN;
  }
}

package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.packet.Tcp;
import io.breakwater.workers.table.FlowHash;
import io.breakwater.workers.table.OwnAddresses;
import java.util.Arrays;

/**
 * Validates IPv4 in the order of RFC 1812 5.2.2 and 5.3.7: length, version, header length, total
 * length, checksum, addresses, options, and then the transport header.
 *
 * <p>The same class judges packets from the wire and packets out of tunnels. It trims link-layer
 * padding off {@code length} and sets {@code flow} and {@code destination}. The TTL is looked at
 * where a packet is forwarded, since one for ourselves may have any (RFC 1812 4.2.2.9).
 *
 * <p>Called only from the worker's thread. Cost: five reads of a plain packet.
 */
public final class Ipv4Input {

  private static final int TRUNCATED = DropReason.IPV4_TRUNCATED.code();
  private static final int BAD_VERSION = DropReason.IPV4_BAD_VERSION.code();
  private static final int BAD_HEADER_LENGTH = DropReason.IPV4_BAD_HEADER_LENGTH.code();
  private static final int BAD_LENGTH = DropReason.IPV4_BAD_LENGTH.code();
  private static final int BAD_CHECKSUM = DropReason.IPV4_BAD_CHECKSUM.code();
  private static final int BAD_OPTIONS = DropReason.IPV4_BAD_OPTIONS.code();
  private static final int SOURCE_ROUTE = DropReason.IPV4_SOURCE_ROUTE.code();
  private static final int MARTIAN_SOURCE = DropReason.MARTIAN_SOURCE.code();
  private static final int MARTIAN_DESTINATION = DropReason.MARTIAN_DESTINATION.code();
  private static final int BOGON_SOURCE = DropReason.BOGON_SOURCE.code();
  private static final int LAND = DropReason.LAND.code();

  private static final int VERSION_4_IHL_5 = 0x45;
  private static final int LIMITED_BROADCAST = 0xffff_ffff;
  private static final int OPTION_END = 0;
  private static final int OPTION_NOP = 1;
  private static final int OPTION_LOOSE_SOURCE_ROUTE = 131;
  private static final int OPTION_STRICT_SOURCE_ROUTE = 137;

  /** Of the packets of a list, in its order: 1 for the plain ones. */
  private final int[] plain;

  private boolean synSeen;

  public Ipv4Input(int batchCapacity) {
    plain = new int[batchCapacity];
  }

  /** Moves the valid packets of {@code in} to the end of {@code out}; the others get their fate. */
  public void process(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      PacketList out,
      OwnAddresses own,
      boolean dropBogons) {
    int found = acceptPlain(memory, batch, in, own.ipv4Filter(), dropBogons);
    synSeen = (found & PlainIpv4.SYN_SEEN) != 0;
    if ((found & ~PlainIpv4.SYN_SEEN) == in.count) {
      out.addAll(in);
      return;
    }
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      int wrong = plain[k] != 0 ? 0 : validate(memory, batch, i, own, dropBogons);
      if (wrong == 0) {
        out.add(i);
      } else {
        batch.setFate(i, wrong);
      }
    }
  }

  /** Whether a TCP SYN was among the valid packets. */
  public boolean synSeen() {
    return synSeen;
  }

  /**
   * The case nearly always, decided from 34 bytes: no options, no fragment, TCP, UDP or GRE, and
   * nothing wrong. Marks these packets, and returns how many they are, with {@link
   * PlainIpv4#SYN_SEEN}; all others are to be looked at from the start and in order.
   *
   * <p>The loop makes no lists and calls nothing that is not inlined: HotSpot saves no registers
   * over a call, so even one that is never made keeps every variable of the loop on the stack
   * (docs/decisions/0005-hot-loops.md).
   */
  private int acceptPlain(
      PacketMemory memory, Batch batch, PacketList in, long[] ownFilter, boolean dropBogons) {
    int[] index = in.index;
    int[] marks = plain;
    int[] records = batch.records;
    int[] destinations = batch.destinations;
    int count = in.count;
    int found = 0;
    Arrays.fill(marks, 0, count, 0);
    for (int k = 0; k < count; k++) {
      int at = index[k] << Batch.SHIFT;
      int network = records[at + Batch.NETWORK];
      int frame = records[at + Batch.FRAME];
      int available = frame + records[at + Batch.LENGTH] - network;
      if (available < PlainIpv4.BYTES) {
        continue;
      }
      long first = memory.i64(network);
      int total = (int) (first >>> 32) & 0xffff;
      if (first >>> 56 != VERSION_4_IHL_5
          || total > available
          || (first & (Ipv4.MORE_FRAGMENTS | Ipv4.OFFSET_MASK)) != 0) {
        continue;
      }
      long second = memory.i64(network + 8);
      int destination = memory.i32(network + 16);
      long sum = Checksum.halves(first) + Checksum.halves(second) + (destination & 0xffff_ffffL);
      int source = (int) second;
      if (!Checksum.isValid(sum)
          || !PlainIpv4.areUnicast(source, destination)
          || source == destination
          || OwnAddresses.isMaybe(ownFilter, source)
          || dropBogons && Bogons.contains(source)) {
        continue;
      }
      long transport = memory.i64(network + Ipv4.HEADER_BYTES);
      int protocol = (int) (second >>> 48) & 0xff;
      int tcpWord = Tcp.offsetAndFlags(memory, network + Ipv4.HEADER_BYTES);
      int tcpBytes = Tcp.headerBytesOf(tcpWord);
      int udpLength = (int) transport >>> 16;
      if (!PlainIpv4.isTransport(protocol, total - Ipv4.HEADER_BYTES, tcpBytes, udpLength)) {
        continue;
      }
      int ports = protocol == Ipv4.PROTOCOL_GRE ? 0 : (int) (transport >>> 32);
      records[at + Batch.LENGTH] = network - frame + total;
      records[at + Batch.FLOW] = FlowHash.ipv4(source, destination, protocol, ports);
      destinations[index[k]] = destination;
      marks[k] = 1;
      found = found + 1 | PlainIpv4.synSeen(protocol, tcpWord);
    }
    return found;
  }

  /** Any packet, in the order of the RFCs: 0, or the code of a drop reason. */
  private int validate(
      PacketMemory memory, Batch batch, int i, OwnAddresses own, boolean dropBogons) {
    int network = batch.network(i);
    int available = batch.frame(i) + batch.length(i) - network;
    int wrong = checkHeader(memory, network, available);
    if (wrong != 0) {
      return wrong;
    }
    int source = Ipv4.source(memory, network);
    int destination = Ipv4.destination(memory, network);
    wrong = judgeAddresses(source, destination, own, dropBogons);
    if (wrong != 0) {
      return wrong;
    }
    int total = Ipv4.totalLength(memory, network);
    batch.setLength(i, network - batch.frame(i) + total);
    int headerBytes = Ipv4.headerBytes(memory, network);
    wrong = checkOptions(memory, network, headerBytes);
    if (wrong != 0) {
      return wrong;
    }
    int protocol = Ipv4.protocol(memory, network);
    int flagsAndOffset = Ipv4.flagsAndOffset(memory, network);
    boolean fragment = Ipv4.isFragment(flagsAndOffset);
    int transport = network + headerBytes;
    int ports = 0;
    if ((flagsAndOffset & Ipv4.OFFSET_MASK) == 0) {
      wrong = Transport.check(memory, transport, total - headerBytes, protocol, fragment);
      if (wrong == 0 && !fragment && Transport.hasPorts(protocol)) {
        ports = memory.i32(transport);
        synSeen |= protocol == Ipv4.PROTOCOL_TCP && Tcp.isSyn(memory, transport);
      }
    }
    int flow = FlowHash.ipv4(source, destination, protocol, ports);
    if (protocol == Ipv4.PROTOCOL_ICMP && !fragment && wrong == 0) {
      flow = QuotedFlow.ipv4(memory, transport, network + total, destination, flow);
    }
    batch.setFlow(i, flow);
    batch.destinations[i] = destination;
    return wrong;
  }

  /** RFC 1812 5.2.2: lengths, version and checksum. */
  private static int checkHeader(PacketMemory memory, int network, int available) {
    if (available < Ipv4.HEADER_BYTES) {
      return TRUNCATED;
    }
    if (memory.u8(network) >>> 4 != 4) {
      return BAD_VERSION;
    }
    int headerBytes = Ipv4.headerBytes(memory, network);
    if (headerBytes < Ipv4.HEADER_BYTES || headerBytes > available) {
      return BAD_HEADER_LENGTH;
    }
    int total = Ipv4.totalLength(memory, network);
    if (total < headerBytes || total > available) {
      return BAD_LENGTH;
    }
    return Checksum.isValid(Checksum.sum(memory, network, headerBytes)) ? 0 : BAD_CHECKSUM;
  }

  /** First octets that are no unicast host's: 0, 127, and from {@code end} on. */
  private static boolean isImpossible(int firstOctet, int end) {
    return firstOctet == 0 || firstOctet == 127 || firstOctet >= end;
  }

  /**
   * Names what is wrong with the addresses, or 0: the limited broadcast is a destination, though
   * not to be forwarded.
   */
  private static int judgeAddresses(
      int source, int destination, OwnAddresses own, boolean dropBogons) {
    if (isImpossible(source >>> 24, 224) || own.contains(source)) {
      return MARTIAN_SOURCE;
    }
    if (isImpossible(destination >>> 24, 240) && destination != LIMITED_BROADCAST) {
      return MARTIAN_DESTINATION;
    }
    if (source == destination) {
      return LAND;
    }
    return dropBogons && Bogons.contains(source) ? BOGON_SOURCE : 0;
  }

  /**
   * RFC 791 3.1: walks the options; source routes are refused, others pass unread (RFC 1812
   * 5.3.13).
   */
  private static int checkOptions(PacketMemory memory, int network, int headerBytes) {
    int end = network + headerBytes;
    int at = network + Ipv4.HEADER_BYTES;
    while (at < end) {
      int type = memory.u8(at);
      if (type == OPTION_END) {
        return 0;
      }
      if (type == OPTION_NOP) {
        at++;
        continue;
      }
      int length = at + 1 < end ? memory.u8(at + 1) : 0;
      if (length < 2 || at + length > end) {
        return BAD_OPTIONS;
      }
      if (type == OPTION_LOOSE_SOURCE_ROUTE || type == OPTION_STRICT_SOURCE_ROUTE) {
        return SOURCE_ROUTE;
      }
      at += length;
    }
    return 0;
  }
}

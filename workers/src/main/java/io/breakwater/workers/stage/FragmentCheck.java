package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.protection.FragmentRanges;

/**
 * What is wrong with fragments: those by which the transport header is split or written over, and
 * those that overlap others.
 *
 * <p>Of one fragment it can be told that its bytes can't be part of an honest datagram: RFC 3128
 * (of TCP, one at offset 8, whatever was in the first), and where a fragment that is not the last
 * has no whole number of 8 bytes, or none, or ends behind the longest datagram (RFC 791 3.2, RFC
 * 8200 4.5). All else needs memory: {@link FragmentRanges}.
 *
 * <p>Called only from the worker's thread; one object for each address family.
 */
final class FragmentCheck {

  private static final int UNIT_SHIFT = 3;
  private static final int DATAGRAM_MAX = 0xffff;

  /** Headers that the length of an IPv6 datagram does not count: IPv6, and the fragment header. */
  private static final int IPV6_UNCOUNTED = Ipv6.HEADER_BYTES + Ipv6.FRAGMENT_HEADER_BYTES;

  private final boolean ipv6;
  private final FragmentRanges ranges;

  /** Of the fragment that was read last: in bytes, and behind its header. */
  private int offset;

  private boolean more;
  private int data;

  FragmentCheck(boolean ipv6, FragmentRanges ranges) {
    this.ipv6 = ipv6;
    this.ranges = ranges;
  }

  /** RFC 1858 3 and RFC 3128: the indirect method. */
  boolean isTiny(PacketMemory memory, int network, int fact) {
    if ((fact & PacketFacts.LATER_FRAGMENT) == 0
        || PacketFacts.protocol(fact) != Ipv4.PROTOCOL_TCP) {
      return false;
    }
    read(memory, network);
    return offset == 1 << UNIT_SHIFT;
  }

  /**
   * Whether its bytes were there before, or can't be; notes them otherwise.
   *
   * @param end behind the last byte of the packet
   */
  boolean overlaps(PacketMemory memory, int network, int end, int fact, long nowNs) {
    if ((fact & PacketFacts.FRAGMENT) == 0) {
      return false;
    }
    long id = read(memory, network);
    int bytes = end - data;
    boolean impossible = bytes == 0 || more && (bytes & (1 << UNIT_SHIFT) - 1) != 0;
    if (impossible
        || data - network + offset + bytes > DATAGRAM_MAX + (ipv6 ? IPV6_UNCOUNTED : 0)) {
      return true;
    }
    int first = offset >> UNIT_SHIFT;
    int behind = offset + bytes + (1 << UNIT_SHIFT) - 1 >> UNIT_SHIFT;
    return !ranges.claim(key(memory, network, id), first, behind, !more, nowNs);
  }

  /** Sets the fields; returns the identification, with what else tells datagrams apart. */
  private long read(PacketMemory memory, int network) {
    return ipv6 ? readIpv6(memory, network) : readIpv4(memory, network);
  }

  private long readIpv4(PacketMemory memory, int network) {
    int word = Ipv4.flagsAndOffset(memory, network);
    offset = (word & Ipv4.OFFSET_MASK) << UNIT_SHIFT;
    more = (word & Ipv4.MORE_FRAGMENTS) != 0;
    data = network + Ipv4.headerBytes(memory, network);
    return (long) memory.u16(network + 4) << 8 | Ipv4.protocol(memory, network);
  }

  /** The first fragment header of a packet that has one. */
  private long readIpv6(PacketMemory memory, int network) {
    int next = Ipv6.nextHeader(memory, network);
    int at = network + Ipv6.HEADER_BYTES;
    while (next != Ipv6.NEXT_FRAGMENT) {
      int type = next;
      next = memory.u8(at);
      at += Ipv6.extensionBytes(memory, at, type);
    }
    int word = memory.u16(at + 2);
    offset = word & 0xfff8;
    more = (word & 1) != 0;
    data = at + Ipv6.FRAGMENT_HEADER_BYTES;
    return memory.u32(at + 4);
  }

  private long key(PacketMemory memory, int network, long id) {
    if (ipv6) {
      return ranges.key(
          Ipv6.sourceHigh(memory, network),
          Ipv6.sourceLow(memory, network),
          Ipv6.destinationHigh(memory, network),
          Ipv6.destinationLow(memory, network),
          id);
    }
    return ranges.key(0, Ipv4.source(memory, network), 0, Ipv4.destination(memory, network), id);
  }
}

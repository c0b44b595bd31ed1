package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Icmp;
import io.breakwater.workers.packet.Icmpv6;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.FlowHash;

/**
 * The flow of an ICMP error, which is that of the packet it quotes (RFC 7690): so that it takes the
 * tunnel, and reaches the worker, of the connection that it is about.
 *
 * <pre>
 * | IP: router to host | ICMP error | IP: host to peer | ports ... |
 *                                     the flow's packets to us go from peer to host
 * </pre>
 *
 * <p>The quote was sent by the error's destination, so its packets come to us with source and
 * destination exchanged. An error whose quote is too short, or was sent by another host than the
 * error goes to, keeps the hash of its own addresses. Ports count where the quote shows them and is
 * no later fragment.
 *
 * <p>Nothing else is believed of the quote: whoever forges one only chooses the tunnel of his own
 * packet.
 */
final class QuotedFlow {

  private static final int PORTS_BYTES = 4;
  private static final int IPV6_EXTENSIONS_MAX = 8;

  private QuotedFlow() {}

  /**
   * Where the quote begins that an ICMP message is to be followed by: 0 if it is no error, or its
   * quote is too short or was sent by another.
   *
   * @param icmp its first byte
   * @param end of the packet
   * @param destination of the packet
   */
  static int inIpv4(PacketMemory memory, int icmp, int end, int destination) {
    int quote = icmp + Icmp.HEADER_BYTES;
    return end - quote >= Ipv4.HEADER_BYTES
            && Icmp.isError(Icmp.type(memory, icmp))
            && memory.u8(quote) >>> 4 == 4
            && Ipv4.source(memory, quote) == destination
        ? quote
        : 0;
  }

  /** The same of an ICMPv6 message. */
  static int inIpv6(
      PacketMemory memory, int icmpv6, int end, long destinationHigh, long destinationLow) {
    int quote = icmpv6 + Icmp.HEADER_BYTES;
    return end - quote >= Ipv6.HEADER_BYTES
            && Icmpv6.isError(Icmp.type(memory, icmpv6))
            && memory.u8(quote) >>> 4 == 6
            && Ipv6.sourceHigh(memory, quote) == destinationHigh
            && Ipv6.sourceLow(memory, quote) == destinationLow
        ? quote
        : 0;
  }

  /**
   * The hash of an ICMP message, by which it gets its tunnel.
   *
   * @param icmp its first byte
   * @param end of the packet
   * @param destination of the packet
   * @param own what it has if it is not an error about a packet of that destination
   */
  static int ipv4(PacketMemory memory, int icmp, int end, int destination, int own) {
    int quote = inIpv4(memory, icmp, end, destination);
    if (quote == 0) {
      return own;
    }
    int protocol = Ipv4.protocol(memory, quote);
    int transport = quote + Ipv4.headerBytes(memory, quote);
    boolean first = (Ipv4.flagsAndOffset(memory, quote) & Ipv4.OFFSET_MASK) == 0;
    int ports = first ? exchangedPorts(memory, transport, end, protocol) : 0;
    return FlowHash.ipv4(Ipv4.destination(memory, quote), destination, protocol, ports);
  }

  /** The same of an ICMPv6 message. */
  static int ipv6(
      PacketMemory memory,
      int icmpv6,
      int end,
      long destinationHigh,
      long destinationLow,
      int own) {
    int quote = inIpv6(memory, icmpv6, end, destinationHigh, destinationLow);
    if (quote == 0) {
      return own;
    }
    int protocol = Ipv6.nextHeader(memory, quote);
    int at = quote + Ipv6.HEADER_BYTES;
    boolean first = true;
    for (int n = 0; n < IPV6_EXTENSIONS_MAX && Ipv6.isExtension(protocol) && first; n++) {
      if (end - at < 8) {
        break;
      }
      first = protocol != Ipv6.NEXT_FRAGMENT || memory.u16(at + 2) >>> 3 == 0;
      int type = protocol;
      protocol = memory.u8(at);
      at += Ipv6.extensionBytes(memory, at, type);
    }
    int ports = first ? exchangedPorts(memory, at, end, protocol) : 0;
    return FlowHash.ipv6(
        Ipv6.destinationHigh(memory, quote),
        Ipv6.destinationLow(memory, quote),
        destinationHigh,
        destinationLow,
        protocol,
        ports);
  }

  private static int exchangedPorts(PacketMemory memory, int transport, int end, int protocol) {
    boolean shown = Transport.hasPorts(protocol) && end - transport >= PORTS_BYTES;
    return shown ? Integer.rotateLeft(memory.i32(transport), 16) : 0;
  }
}

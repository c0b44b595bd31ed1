package io.breakwater.workers.stage;

import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Icmp;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.packet.Tcp;
import io.breakwater.workers.packet.Udp;

/**
 * The checks of layer 4 that a router can make without state: is the header there, and are its
 * lengths possible?
 *
 * <p>Checksums of packets in transit are the receiver's business (RFC 1812 5.2.1: a router does not
 * look at them); those of packets for ourselves are verified where they are answered.
 *
 * <p>Done for whole datagrams and for first fragments, whose UDP length may exceed what is here.
 */
final class Transport {

  private static final int TCP_TRUNCATED = DropReason.TCP_TRUNCATED.code();
  private static final int TCP_BAD_HEADER_LENGTH = DropReason.TCP_BAD_HEADER_LENGTH.code();
  private static final int UDP_TRUNCATED = DropReason.UDP_TRUNCATED.code();
  private static final int UDP_BAD_LENGTH = DropReason.UDP_BAD_LENGTH.code();
  private static final int ICMP_TRUNCATED = DropReason.ICMP_TRUNCATED.code();

  private Transport() {}

  /**
   * @param length bytes from {@code transport} to the packet's end
   * @return 0 when all is well, else the code of a drop reason
   */
  static int check(PacketMemory memory, int transport, int length, int protocol, boolean fragment) {
    if (protocol == Ipv4.PROTOCOL_TCP) {
      if (length < Tcp.HEADER_BYTES) {
        return TCP_TRUNCATED;
      }
      int header = Tcp.headerBytes(memory, transport);
      return header < Tcp.HEADER_BYTES || header > length ? TCP_BAD_HEADER_LENGTH : 0;
    }
    if (protocol == Ipv4.PROTOCOL_UDP) {
      if (length < Udp.HEADER_BYTES) {
        return UDP_TRUNCATED;
      }
      int datagram = Udp.length(memory, transport);
      return datagram < Udp.HEADER_BYTES || datagram > length && !fragment ? UDP_BAD_LENGTH : 0;
    }
    if (protocol == Ipv4.PROTOCOL_ICMP || protocol == Ipv6.NEXT_ICMPV6) {
      return length < Icmp.HEADER_BYTES ? ICMP_TRUNCATED : 0;
    }
    return 0;
  }

  static boolean hasPorts(int protocol) {
    return protocol == Ipv4.PROTOCOL_TCP || protocol == Ipv4.PROTOCOL_UDP;
  }
}

package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Tcp;
import io.breakwater.workers.packet.Udp;
import java.util.Arrays;

/**
 * What {@link PlainIpv4Input} and the plain case of {@link Ipv4Input} have in common: which
 * addresses and transport headers need no further judgement.
 *
 * <p>For the hottest loops, into which these methods are inlined: tables and masks, no branches.
 */
final class PlainIpv4 {

  /** Bytes of a packet that are looked at: up to TCP's flags. */
  static final int BYTES = Ipv4.HEADER_BYTES + Tcp.DATA_OFFSET + 2;

  /** Beside a count of packets, in one int: a SYN was among them. */
  static final int SYN_SEEN = 1 << 30;

  private static final int SYN_SHIFT = 29;

  /** By first octet: 1, or 0 for addresses that are not certainly a host's. */
  private static final byte[] UNICAST = new byte[256];

  /** Fewest bytes behind the IPv4 header, by protocol: 0 for those that are not plain. */
  private static final byte[] NEEDED_MIN = new byte[256];

  static {
    Arrays.fill(UNICAST, 1, 224, (byte) 1);
    UNICAST[127] = 0;
    NEEDED_MIN[Ipv4.PROTOCOL_TCP] = Tcp.HEADER_BYTES;
    NEEDED_MIN[Ipv4.PROTOCOL_UDP] = Udp.HEADER_BYTES;
    NEEDED_MIN[Ipv4.PROTOCOL_GRE] = Udp.HEADER_BYTES;
  }

  private PlainIpv4() {}

  /**
   * {@link #SYN_SEEN} if it is TCP with that flag, else 0, for one of the plain protocols: to be
   * or-ed to a count, so that a hot loop needs no further variable for it.
   */
  static int synSeen(int protocol, int offsetAndFlags) {
    return offsetAndFlags << SYN_SHIFT & SYN_SEEN & protocol - Ipv4.PROTOCOL_TCP - 1 >> 31;
  }

  /** First octets 1..223 but 127: certainly single hosts', as source and as destination. */
  static boolean areUnicast(int source, int destination) {
    return (UNICAST[source >>> 24] & UNICAST[destination >>> 24]) != 0;
  }

  /**
   * Whether a transport header is one of the plain case, and fits. TCP's header or UDP's length is
   * chosen without a branch: a mix of both is what is predicted worst.
   *
   * @param length bytes behind the IPv4 header
   * @param tcpBytes the header's length, if it is TCP
   * @param udpLength the datagram's length, if it is UDP
   */
  static boolean isTransport(int protocol, int length, int tcpBytes, int udpLength) {
    int tcpMask = protocol - Ipv4.PROTOCOL_TCP - 1 >> 31;
    int chosen = udpLength ^ (udpLength ^ tcpBytes) & tcpMask;
    int neededMin = NEEDED_MIN[protocol];
    int needed = protocol == Ipv4.PROTOCOL_GRE ? neededMin : chosen;
    return neededMin != 0 && needed >= neededMin && needed <= length;
  }
}

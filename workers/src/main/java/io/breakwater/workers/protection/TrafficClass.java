package io.breakwater.workers.protection;

import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Tcp;
import java.util.Arrays;

/** What kind of traffic a packet is, for rates and for the detector: each is of exactly one. */
public enum TrafficClass {
  /** TCP with SYN and without ACK. */
  SYN,

  /** All other TCP. */
  TCP,
  UDP,

  /** ICMP, and ICMPv6. */
  ICMP,

  /** All but whole datagrams, the first fragment included, of any protocol. */
  FRAGMENT,
  OTHER;

  public static final int COUNT = 6;

  private static final byte[] BY_PROTOCOL = byProtocol();

  private static byte[] byProtocol() {
    byte[] classes = new byte[256];
    Arrays.fill(classes, (byte) OTHER.ordinal());
    classes[Ipv4.PROTOCOL_TCP] = (byte) TCP.ordinal();
    classes[Ipv4.PROTOCOL_UDP] = (byte) UDP.ordinal();
    classes[Ipv4.PROTOCOL_ICMP] = (byte) ICMP.ordinal();
    classes[Ipv4.PROTOCOL_IPV6_ICMP] = (byte) ICMP.ordinal();
    return classes;
  }

  /**
   * The ordinal of the class of a whole datagram.
   *
   * @param tcpFlags 0 where there are none
   */
  public static int of(int protocol, int tcpFlags) {
    boolean syn = (tcpFlags & (Tcp.SYN | Tcp.ACK)) == Tcp.SYN;
    return syn ? SYN.ordinal() : BY_PROTOCOL[protocol];
  }
}

package io.breakwater.workers.nftables;

import io.breakwater.workers.Frames;

/**
 * Packets of whose end the kernel tells the sender and we don't, or the other way round.
 *
 * <p>Both drop them: that is compared for every packet, and what the sender is told wherever both
 * tell. Whether one tells is not the firewall's but the router's:
 *
 * <ul>
 *   <li>We never answer with more bytes than came (issue 5): an ICMP error is longer than a short
 *       packet.
 *   <li>We say nothing of fragments other than the first one (RFC 4443 2.4(e)), the kernel does if
 *       they are IPv6; nothing of a redirect of ICMPv6.
 *   <li>The kernel says nothing of types of ICMP that it does not know, nor of packets with some
 *       options of IPv4, which it would have to answer with options.
 * </ul>
 */
final class Silence {

  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int LINK_BYTES = 14;

  private Silence() {}

  /**
   * Whether the two verdicts are the same.
   *
   * @param frame as it came in
   */
  static boolean isSame(String verdict, String other, byte[] frame) {
    boolean silent = verdict.equals("dropped") && isAnswer(other);
    boolean otherSilent = other.equals("dropped") && isAnswer(verdict);
    return verdict.equals(other) || (silent || otherSilent) && !mustBeAnswered(frame);
  }

  private static boolean isAnswer(String verdict) {
    return verdict.startsWith("icmp") || verdict.startsWith("tcp");
  }

  /** A whole packet of TCP or UDP without options or extension headers, as long as an answer. */
  private static boolean mustBeAnswered(byte[] frame) {
    int at = LINK_BYTES;
    if (frame[at] >>> 4 == 4) {
      boolean options = frame[at] != 0x45;
      boolean fragment = (Frames.u16(frame, at + 6) & 0x3fff) != 0;
      boolean isLong = Frames.u16(frame, at + 2) >= 20 + 8 + 20 + 8;
      return hasPorts(Frames.u8(frame, at + 9)) && !options && !fragment && isLong;
    }
    return hasPorts(Frames.u8(frame, at + 6)) && 40 + Frames.u16(frame, at + 4) >= 40 + 8 + 40 + 8;
  }

  private static boolean hasPorts(int protocol) {
    return protocol == TCP || protocol == UDP;
  }
}

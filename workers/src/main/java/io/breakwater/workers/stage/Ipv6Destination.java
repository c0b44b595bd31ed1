package io.breakwater.workers.stage;

import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketMemory;

/**
 * Walks the extension headers of an IPv6 packet that ends here, as its destination has to (RFC 8200
 * 4), to what it looks for behind them: GRE, or ICMPv6.
 *
 * <p>{@link Ipv6Input} has found the chain to be whole and bounded. Options are looked at as far as
 * their types tell what to do with one that is not known (RFC 8200 4.2), and none that is known
 * means anything at a tunnel's end. What is behind an authentication header, or behind a routing
 * header that leads on, is not ours to open.
 *
 * <p>Stateless.
 */
final class Ipv6Destination {

  /** What is said of a packet that ends with something else, or is not for us to open. */
  static final int NOT_THERE = 0;

  private static final int OUTER_FRAGMENT = DropReason.GRE_OUTER_FRAGMENT.code();
  private static final int BAD_OPTIONS = DropReason.IPV6_BAD_OPTIONS.code();

  /** Of a routing header (RFC 8200 4.4). */
  private static final int SEGMENTS_LEFT = 3;

  private static final int OPTION_PAD_1 = 0;

  /** The two bits of an option's type that are 0 if it may be skipped. */
  private static final int OPTION_ACTION = 0xc0;

  private Ipv6Destination() {}

  /**
   * The position of the GRE header of the packet at {@code network}, {@link #NOT_THERE}, or the
   * negative of a drop reason's code.
   */
  static int gre(PacketMemory memory, int network) {
    return upper(memory, network, Ipv4.PROTOCOL_GRE);
  }

  /**
   * The position of the ICMPv6 header, or {@link #NOT_THERE}, as of fragments and of what is behind
   * bad options.
   */
  static int icmpv6(PacketMemory memory, int network) {
    return Math.max(NOT_THERE, upper(memory, network, Ipv6.NEXT_ICMPV6));
  }

  private static int upper(PacketMemory memory, int network, int protocol) {
    int next = Ipv6.nextHeader(memory, network);
    int at = network + Ipv6.HEADER_BYTES;
    boolean fragment = false;
    boolean optionsGood = true;
    while (Ipv6.isExtension(next)) {
      int bytes = Ipv6.extensionBytes(memory, at, next);
      if (next == Ipv6.NEXT_FRAGMENT) {
        int offsetAndFlag = memory.u16(at + 2);
        // RFC 6946: an atomic fragment, offset 0 and none to follow, is a whole datagram.
        fragment |= (offsetAndFlag & 0xfff9) != 0;
        if ((offsetAndFlag & 0xfff8) != 0) {
          return memory.u8(at) == protocol ? -OUTER_FRAGMENT : NOT_THERE;
        }
      } else if (next == Ipv6.NEXT_AUTHENTICATION
          || next == Ipv6.NEXT_ROUTING && memory.u8(at + SEGMENTS_LEFT) != 0) {
        return NOT_THERE;
      } else if (next != Ipv6.NEXT_ROUTING) {
        optionsGood &= areGood(memory, at + 2, at + bytes);
      }
      next = memory.u8(at);
      at += bytes;
    }
    if (next != protocol) {
      return NOT_THERE;
    }
    if (fragment) {
      return -OUTER_FRAGMENT;
    }
    return optionsGood ? at : -BAD_OPTIONS;
  }

  /** Whether options fill their header, and each is known or may be skipped. */
  private static boolean areGood(PacketMemory memory, int from, int end) {
    int at = from;
    while (at < end) {
      int type = memory.u8(at);
      if (type == OPTION_PAD_1) {
        at++;
        continue;
      }
      if ((type & OPTION_ACTION) != 0 || at + 2 > end) {
        return false;
      }
      at += 2 + memory.u8(at + 1);
    }
    return at == end;
  }
}

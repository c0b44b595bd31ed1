package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketMemory;

/**
 * Finds the TCP header of a validated packet: as a position, for a first fragment as the complement
 * of it, or {@link #NONE} for all else, later fragments included.
 *
 * <p>A header that is found is whole, but for its options in a first fragment. Stateless.
 */
final class TcpSegment {

  static final int NONE = -1;

  private static final int EXTENSIONS_MAX = 8;

  private TcpSegment() {}

  static int ipv4(PacketMemory memory, int network) {
    // Flags and offset, TTL and protocol; the checksum behind them is not looked at.
    long word = memory.i64(network + 6);
    int protocol = (int) (word >>> 32) & 0xff;
    int fragment = (int) (word >>> 48) & (Ipv4.MORE_FRAGMENTS | Ipv4.OFFSET_MASK);
    if (protocol != Ipv4.PROTOCOL_TCP || (fragment & Ipv4.OFFSET_MASK) != 0) {
      return NONE;
    }
    int tcp = network + Ipv4.headerBytes(memory, network);
    return fragment == 0 ? tcp : ~tcp;
  }

  static int ipv6(PacketMemory memory, int network, int end) {
    int next = Ipv6.nextHeader(memory, network);
    int tcp = network + Ipv6.HEADER_BYTES;
    return next == Ipv4.PROTOCOL_TCP ? tcp : behindExtensions(memory, next, tcp, end);
  }

  private static int behindExtensions(PacketMemory memory, int first, int from, int end) {
    int next = first;
    int at = from;
    boolean fragment = false;
    for (int headers = 0; headers < EXTENSIONS_MAX && Ipv6.isExtension(next); headers++) {
      if (at + 8 > end) {
        return NONE;
      }
      if (next == Ipv6.NEXT_FRAGMENT) {
        int offsetAndFlag = memory.u16(at + 2);
        if ((offsetAndFlag & 0xfff8) != 0) {
          return NONE;
        }
        fragment |= (offsetAndFlag & 1) != 0;
      }
      int type = next;
      next = memory.u8(at);
      at += Ipv6.extensionBytes(memory, at, type);
    }
    if (next != Ipv4.PROTOCOL_TCP) {
      return NONE;
    }
    return fragment ? ~at : at;
  }
}

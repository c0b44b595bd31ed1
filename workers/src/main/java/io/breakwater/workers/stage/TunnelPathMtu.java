package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Icmp;
import io.breakwater.workers.packet.Icmpv6;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.TunnelTable;

/**
 * What an ICMP error about an outer packet says of the MTU of its tunnel's path: "fragmentation
 * needed" (RFC 1191) or "packet too big" (RFC 8201).
 *
 * <p>An MTU is believed if it is less than the quoted packet (RFC 5927 7.2) and than the tunnel's,
 * which it never raises. Over IPv4 the inner one is never less than 576 bytes, and where an old
 * router names none it is the next lower step of RFC 1191 7.1. Over IPv6 no link carries less than
 * 1,280 bytes, so that an error which says so is discarded (RFC 8201 4).
 *
 * <p>Stateless; the listener is called on the worker's thread.
 */
final class TunnelPathMtu {

  /** A tunnel's MTU is never less. */
  private static final int MTU_MIN = 576;

  private static final int IPV6_MTU_MIN = 1_280;

  /** RFC 1191 7.1, of those that can be on a port's links. */
  private static final int[] PLATEAUS = {8_166, 4_352, 2_002, 1_492, 1_006, MTU_MIN};

  private final boolean ipv6;

  /**
   * @param ipv6 whether tunnels are over IPv6
   */
  TunnelPathMtu(boolean ipv6) {
    this.ipv6 = ipv6;
  }

  /**
   * Tells the listener if the tunnel's MTU is lowered.
   *
   * @param icmp position of any ICMP error about the tunnel
   * @param quotedBytes length of the outer packet that it quotes
   */
  void learn(
      PacketMemory memory,
      int icmp,
      int quotedBytes,
      int tunnel,
      TunnelTable tunnels,
      TunnelMtuListener listener) {
    int outerBytes = ipv6 ? toldIpv6(memory, icmp) : toldIpv4(memory, icmp, quotedBytes);
    int headerBytes = tunnels.outerMtuBytes(tunnel) - tunnels.mtuBytes(tunnel);
    int innerBytes = Math.max(outerBytes - headerBytes, MTU_MIN);
    if (outerBytes < quotedBytes && innerBytes < tunnels.mtuBytes(tunnel)) {
      listener.exceeded(tunnel, innerBytes);
    }
  }

  /** More than any packet has, if nothing is told. */
  private static int toldIpv4(PacketMemory memory, int icmp, int quotedBytes) {
    int typeAndCode = Icmp.DESTINATION_UNREACHABLE << 8 | Icmp.CODE_FRAGMENTATION_NEEDED;
    if (memory.u16(icmp) != typeAndCode) {
      return Integer.MAX_VALUE;
    }
    int told = memory.u16(icmp + 6);
    return told == 0 ? plateauBelow(quotedBytes) : told;
  }

  /** The same; RFC 4443 3.2: whatever the code. */
  private static int toldIpv6(PacketMemory memory, int icmp) {
    long told = memory.u32(icmp + 4);
    boolean tooBig = Icmp.type(memory, icmp) == Icmpv6.PACKET_TOO_BIG;
    return tooBig && told >= IPV6_MTU_MIN
        ? (int) Math.min(told, Integer.MAX_VALUE)
        : Integer.MAX_VALUE;
  }

  private static int plateauBelow(int bytes) {
    for (int plateau : PLATEAUS) {
      if (plateau < bytes) {
        return plateau;
      }
    }
    return MTU_MIN;
  }
}

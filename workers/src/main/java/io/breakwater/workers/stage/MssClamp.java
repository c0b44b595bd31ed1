package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.packet.Tcp;

/**
 * Lowers the maximum segment size that TCP's SYN and SYN-ACK announce (RFC 9293 3.7.1) to what fits
 * the tunnel: in both directions, since either side's segments may pass it.
 *
 * <pre>
 * +--------+--------+-----------------+
 * | kind 2 | len  4 |       MSS       |   among the options behind the 20 bytes of the header
 * +--------+--------+-----------------+
 * </pre>
 *
 * <p>It never raises a size, and it adds no option: a SYN without one promises 536 (IPv4) or 1,220
 * bytes (IPv6), which fit every tunnel. Fragments are left alone, and so is a SYN whose options are
 * malformed before the MSS: it may be anything. The checksum is updated (RFC 1624), not verified:
 * one that was wrong stays wrong.
 *
 * <p>Runs only when the input stages have seen a SYN in the batch. Called only from the worker's
 * thread; one object for each address family.
 */
public final class MssClamp {

  private static final int END = 0;
  private static final int NO_OPERATION = 1;
  private static final int MSS = 2;
  private static final int MSS_BYTES = 4;
  private static final int IPV6_EXTENSIONS_MAX = 8;

  private final boolean ipv6;

  public MssClamp(boolean ipv6) {
    this.ipv6 = ipv6;
  }

  /**
   * Clamps the SYNs of a list by the tunnels that they go into.
   *
   * @param mssByTunnel of this family
   */
  public void intoTunnels(PacketMemory memory, Batch batch, PacketList in, int[] mssByTunnel) {
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      clamp(memory, batch, i, mssByTunnel[batch.tunnel(i)]);
    }
  }

  /**
   * Clamps the SYNs of a list by the tunnels that they came out of.
   *
   * @param mssByTunnel of this family
   */
  public void outOfTunnels(PacketMemory memory, Batch batch, PacketList in, int[] mssByTunnel) {
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      clamp(memory, batch, i, mssByTunnel[batch.origin(i)]);
    }
  }

  private void clamp(PacketMemory memory, Batch batch, int i, int mss) {
    int network = batch.network(i);
    int end = batch.frame(i) + batch.length(i);
    int tcp = ipv6 ? tcpInIpv6(memory, network, end) : tcpInIpv4(memory, network);
    // A validated packet that is no fragment has all of its TCP header.
    if (tcp >= 0 && tcp + Tcp.HEADER_BYTES < end && Tcp.isSyn(memory, tcp)) {
      clamp(memory, tcp, Math.min(tcp + Tcp.headerBytes(memory, tcp), end), mss);
    }
  }

  /** Position of the TCP header of a whole datagram, or -1. */
  private static int tcpInIpv4(PacketMemory memory, int network) {
    return Ipv4.protocol(memory, network) == Ipv4.PROTOCOL_TCP
            && !Ipv4.isFragment(Ipv4.flagsAndOffset(memory, network))
        ? network + Ipv4.headerBytes(memory, network)
        : -1;
  }

  private static int tcpInIpv6(PacketMemory memory, int network, int end) {
    int next = Ipv6.nextHeader(memory, network);
    int at = network + Ipv6.HEADER_BYTES;
    for (int headers = 0; headers < IPV6_EXTENSIONS_MAX && Ipv6.isExtension(next); headers++) {
      // RFC 6946: offset 0 and none to follow is a whole datagram.
      if (at + 8 > end || next == Ipv6.NEXT_FRAGMENT && (memory.u16(at + 2) & 0xfff9) != 0) {
        return -1;
      }
      int type = next;
      next = memory.u8(at);
      at += Ipv6.extensionBytes(memory, at, type);
    }
    return next == Ipv4.PROTOCOL_TCP ? at : -1;
  }

  /** Walks the options of the header up to {@code end}. */
  private static void clamp(PacketMemory memory, int tcp, int end, int mss) {
    int at = tcp + Tcp.HEADER_BYTES;
    while (at + 1 < end) {
      int kind = memory.u8(at);
      if (kind == NO_OPERATION) {
        at++;
        continue;
      }
      int length = memory.u8(at + 1);
      if (kind == END || length < 2 || at + length > end) {
        return;
      }
      if (kind == MSS && length == MSS_BYTES) {
        lower(memory, tcp, at + 2, mss);
        return;
      }
      at += length;
    }
  }

  private static void lower(PacketMemory memory, int tcp, int at, int mss) {
    int announced = memory.u16(at);
    if (announced <= mss) {
      return;
    }
    memory.setU16(at, mss);
    // Behind an odd number of bytes each half belongs to another word of the sum: as if swapped.
    boolean odd = (at - tcp & 1) != 0;
    int before = odd ? swapped(announced) : announced;
    int after = odd ? swapped(mss) : mss;
    int checksum = tcp + Tcp.CHECKSUM;
    memory.setU16(checksum, Checksum.update(memory.u16(checksum), before, after));
  }

  private static int swapped(int word) {
    return word >>> 8 | (word & 0xff) << 8;
  }
}

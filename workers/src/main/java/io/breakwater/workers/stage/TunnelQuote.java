package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Gre;
import io.breakwater.workers.packet.Icmp;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.TunnelIndex;
import io.breakwater.workers.table.TunnelTable;

/**
 * The packet that an ICMP error quotes, read as an outer packet of ours: as we write them, and in
 * no other way.
 *
 * <pre>
 * | IPv4, no options                    | GRE, checksum, key | inner packet ... |
 * | IPv6 | fragment header, if it is cut | GRE, checksum, key | inner packet ... |
 *   ^ outer                               ^ gre                ^ inner
 * </pre>
 *
 * <p>A quote may end anywhere behind the first 8 bytes of what IP carries (RFC 792); what it shows
 * must be right. Its checksums, TTL and ECN are not looked at, since routers on the way change
 * them.
 *
 * <p>One object for each address family and worker, read anew for each error.
 */
final class TunnelQuote {

  static final int NO_TUNNEL = -1;

  /** RFC 792: what an error quotes at least, behind the IP header. */
  private static final int DATA_BYTES_MIN = 8;

  private static final int VERSION_4_IHL_5 = 0x45;

  private final boolean ipv6;

  private int outer;
  private int end;
  private int protocol;
  private boolean laterFragment;
  private int gre;

  TunnelQuote(boolean ipv6) {
    this.ipv6 = ipv6;
  }

  /**
   * Reads the quote of an ICMP error.
   *
   * @param network position of the error's IP header
   * @param icmp of its ICMP header
   * @param end of it
   * @return whether it may be a packet that was sent from where the error goes to
   */
  boolean read(PacketMemory memory, int network, int icmp, int end) {
    outer = icmp + Icmp.HEADER_BYTES;
    this.end = end;
    return ipv6 ? readIpv6(memory, network) : readIpv4(memory, network);
  }

  private boolean readIpv4(PacketMemory memory, int network) {
    gre = outer + Ipv4.HEADER_BYTES;
    if (end - gre < DATA_BYTES_MIN
        || memory.u8(outer) != VERSION_4_IHL_5
        || Ipv4.source(memory, outer) != Ipv4.destination(memory, network)) {
      return false;
    }
    protocol = Ipv4.protocol(memory, outer);
    laterFragment = (Ipv4.flagsAndOffset(memory, outer) & Ipv4.OFFSET_MASK) != 0;
    return true;
  }

  private boolean readIpv6(PacketMemory memory, int network) {
    gre = outer + Ipv6.HEADER_BYTES;
    if (end - gre < DATA_BYTES_MIN
        || memory.u8(outer) >>> 4 != 6
        || Ipv6.sourceHigh(memory, outer) != Ipv6.destinationHigh(memory, network)
        || Ipv6.sourceLow(memory, outer) != Ipv6.destinationLow(memory, network)) {
      return false;
    }
    protocol = Ipv6.nextHeader(memory, outer);
    laterFragment = false;
    if (protocol == Ipv6.NEXT_FRAGMENT) {
      protocol = memory.u8(gre);
      laterFragment = memory.u16(gre + 2) >>> 3 != 0;
      gre += Ipv6.FRAGMENT_HEADER_BYTES;
    }
    return true;
  }

  /** What the quoted packet carries. */
  int protocol() {
    return protocol;
  }

  /**
   * Whether it is cut off before the inner packet, or a fragment that has none: then it tells its
   * tunnel, and nothing else.
   */
  boolean isLaterFragment() {
    return laterFragment;
  }

  /** Length of the quoted packet, as far as it was one when it was too big. */
  int totalBytes(PacketMemory memory) {
    return ipv6
        ? Ipv6.HEADER_BYTES + Ipv6.payloadLength(memory, outer)
        : Ipv4.totalLength(memory, outer);
  }

  /**
   * The slot of the tunnel that the quoted GRE packet was sent into, or {@link #NO_TUNNEL}. Where
   * the quote does not show the key, it is the first tunnel between the ends.
   */
  int tunnel(PacketMemory memory, TunnelIndex index, TunnelTable tunnels) {
    if (laterFragment) {
      int first = between(memory, index);
      return first > 0 ? first : NO_TUNNEL;
    }
    if (end - gre < Gre.HEADER_BYTES) {
      return NO_TUNNEL;
    }
    int flags = Gre.flags(memory, gre);
    boolean keyed = (flags & Gre.KEY_PRESENT) != 0;
    boolean whole = gre + Gre.headerBytes(flags) <= end;
    int tunnel =
        whole
            ? find(memory, index, keyed, keyed ? Gre.key(memory, gre, flags) : 0)
            : between(memory, index);
    return tunnel > 0 && tunnels.greFlags(tunnel) == flags ? tunnel : NO_TUNNEL;
  }

  /**
   * The first tunnel between the quoted ends, whatever its key: 0 if they are of several tenants.
   */
  int between(PacketMemory memory, TunnelIndex index) {
    return ipv6
        ? index
            .ipv6()
            .findPair(
                Ipv6.destinationHigh(memory, outer),
                Ipv6.destinationLow(memory, outer),
                Ipv6.sourceHigh(memory, outer),
                Ipv6.sourceLow(memory, outer))
        : index.findPair(Ipv4.destination(memory, outer), Ipv4.source(memory, outer));
  }

  private int find(PacketMemory memory, TunnelIndex index, boolean keyed, int key) {
    return ipv6
        ? index
            .ipv6()
            .find(
                Ipv6.destinationHigh(memory, outer),
                Ipv6.destinationLow(memory, outer),
                Ipv6.sourceHigh(memory, outer),
                Ipv6.sourceLow(memory, outer),
                TunnelIndex.identity(keyed ? 1 : 0, key))
        : index.find(Ipv4.destination(memory, outer), Ipv4.source(memory, outer), keyed, key);
  }

  /** Type of the inner packet, or 0 where the quote does not reach it. */
  int innerType(PacketMemory memory) {
    return laterFragment || inner(memory) >= end ? 0 : Gre.protocolType(memory, gre);
  }

  /** Position of the inner packet. */
  int inner(PacketMemory memory) {
    return gre + Gre.headerBytes(Gre.flags(memory, gre));
  }
}

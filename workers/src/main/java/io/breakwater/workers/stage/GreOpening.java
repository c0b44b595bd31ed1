package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ecn;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Gre;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.TunnelIndex;

/**
 * Opens one GRE packet of any kind (RFC 2784, RFC 2890), over IPv4 or IPv6: what {@link
 * GreDecapsulation} and {@link GreOverIpv6Decapsulation} find not to be plain.
 *
 * <p>The header's length follows all of the C, K and S bits; a checksum is verified; sequence
 * numbers are accepted and not looked at, since packets come over many servers and no state is
 * shared (RFC 2890 2.2 leaves ordering to the receiver). The outer ECN field is combined into the
 * inner one (RFC 6040 4.2); the inner DSCP stays (RFC 2983 4.2).
 *
 * <p>Called only from the worker's thread, one packet at a time. What is opened goes to the two
 * lists, which belong to the caller.
 */
final class GreOpening {

  private static final int TRUNCATED = DropReason.GRE_TRUNCATED.code();
  private static final int BAD_VERSION = DropReason.GRE_BAD_VERSION.code();
  private static final int RESERVED_BITS = DropReason.GRE_RESERVED_BITS.code();
  private static final int BAD_CHECKSUM = DropReason.GRE_BAD_CHECKSUM.code();
  private static final int UNSUPPORTED_PROTOCOL = DropReason.GRE_UNSUPPORTED_PROTOCOL.code();
  private static final int INNER_TO_ENCAPSULATOR = DropReason.GRE_INNER_TO_ENCAPSULATOR.code();
  private static final int CONGESTION = DropReason.GRE_CONGESTION_EXPERIENCED.code();
  private static final int UNKNOWN_TUNNEL = DropReason.GRE_UNKNOWN_TUNNEL.code();
  private static final int WRONG_KEY = DropReason.GRE_WRONG_KEY.code();

  private final boolean outer6;
  private final PacketList ipv4;
  private final PacketList ipv6;

  /**
   * @param outer6 whether the tunnels are over IPv6
   * @param ipv4 receives opened packets with IPv4 inside
   * @param ipv6 receives those with IPv6 inside
   */
  GreOpening(boolean outer6, PacketList ipv4, PacketList ipv6) {
    this.outer6 = outer6;
    this.ipv4 = ipv4;
    this.ipv6 = ipv6;
  }

  /**
   * Opens packet {@code i}, or gives it its fate.
   *
   * @param gre position of its GRE header, or of its end
   */
  void open(
      PacketMemory memory,
      Batch batch,
      int i,
      int gre,
      TunnelIndex tunnels,
      int[] tenantByTunnel,
      TunnelReceiveCounter counters) {
    int end = batch.frame(i) + batch.length(i);
    int wrong = checkHeader(memory, gre, end);
    if (wrong != 0) {
      batch.setFate(i, wrong);
      return;
    }
    int outer = batch.network(i);
    int flags = Gre.flags(memory, gre);
    int tunnel = find(memory, outer, gre, flags, tunnels);
    if (tunnel < 0) {
      refuse(memory, batch, i, tunnels, tenantByTunnel);
      return;
    }
    int inner = gre + Gre.headerBytes(flags);
    counters.received(tunnel, end - outer);
    batch.setTenant(i, tenantByTunnel[tunnel]);
    batch.setOrigin(i, tunnel);
    batch.setNetwork(i, inner);
    batch.setFrame(i, inner - Ethernet.HEADER_BYTES);
    batch.setLength(i, end - inner + Ethernet.HEADER_BYTES);
    switch (Gre.protocolType(memory, gre)) {
      case Ethernet.TYPE_IPV4 -> pass(batch, i, judgeIpv4(memory, outer, inner, end), ipv4);
      case Ethernet.TYPE_IPV6 -> pass(batch, i, judgeIpv6(memory, outer, inner, end), ipv6);
      default -> batch.setFate(i, UNSUPPORTED_PROTOCOL);
    }
  }

  private static void pass(Batch batch, int i, int wrong, PacketList to) {
    if (wrong == 0) {
      to.add(i);
    } else {
      batch.setFate(i, wrong);
    }
  }

  private int find(PacketMemory memory, int outer, int gre, int flags, TunnelIndex tunnels) {
    boolean keyed = (flags & Gre.KEY_PRESENT) != 0;
    int key = keyed ? Gre.key(memory, gre, flags) : 0;
    return outer6
        ? tunnels.ipv6().find(memory, outer, TunnelIndex.identity(keyed ? 1 : 0, key))
        : tunnels.find(Ipv4.source(memory, outer), Ipv4.destination(memory, outer), keyed, key);
  }

  /**
   * No tunnel is found. A key that is wrong, between ends that are right, is counted for the tenant
   * and the tunnel that are there: it is a router's mistake, or somebody's who guesses keys.
   */
  void refuse(PacketMemory memory, Batch batch, int i, TunnelIndex tunnels, int[] tenantByTunnel) {
    int outer = batch.network(i);
    int tunnel =
        outer6
            ? tunnels.ipv6().findPair(memory, outer)
            : tunnels.findPair(Ipv4.source(memory, outer), Ipv4.destination(memory, outer));
    if (tunnel < 0) {
      batch.setFate(i, UNKNOWN_TUNNEL);
      return;
    }
    batch.setTenant(i, tenantByTunnel[tunnel]);
    batch.setOrigin(i, tunnel);
    batch.setFate(i, WRONG_KEY);
  }

  /** Checks a GRE header up to {@code end}: 0, or the code of a drop reason. */
  private static int checkHeader(PacketMemory memory, int gre, int end) {
    if (end - gre < Gre.HEADER_BYTES) {
      return TRUNCATED;
    }
    int flags = Gre.flags(memory, gre);
    if ((flags & Gre.VERSION_MASK) != 0) {
      return BAD_VERSION;
    }
    if ((flags & Gre.MUST_BE_ZERO) != 0) {
      return RESERVED_BITS;
    }
    if (gre + Gre.headerBytes(flags) > end) {
      return TRUNCATED;
    }
    boolean checked = (flags & Gre.CHECKSUM_PRESENT) != 0;
    return checked && Checksum.fold(Checksum.sum(memory, gre, end - gre)) != 0xffff
        ? BAD_CHECKSUM
        : 0;
  }

  private int judgeIpv4(PacketMemory memory, int outer, int inner, int end) {
    if (end - inner < Ipv4.HEADER_BYTES || memory.u8(inner) >>> 4 != 4) {
      // Validation says what is wrong with it.
      return 0;
    }
    // RFC 2784 3.1: a payload for the router that encapsulated it would come back for ever.
    if (!outer6 && Ipv4.destination(memory, inner) == Ipv4.source(memory, outer)) {
      return INNER_TO_ENCAPSULATOR;
    }
    int old = Ecn.ipv4(memory, inner);
    int ecn = Ecn.combine(old, outerEcn(memory, outer));
    if (ecn == Ecn.DROP) {
      return CONGESTION;
    }
    if (ecn != old) {
      Ecn.setIpv4(memory, inner, ecn);
    }
    return 0;
  }

  private int judgeIpv6(PacketMemory memory, int outer, int inner, int end) {
    if (end - inner < Ipv6.HEADER_BYTES || memory.u8(inner) >>> 4 != 6) {
      return 0;
    }
    if (outer6
        && Ipv6.destinationHigh(memory, inner) == Ipv6.sourceHigh(memory, outer)
        && Ipv6.destinationLow(memory, inner) == Ipv6.sourceLow(memory, outer)) {
      return INNER_TO_ENCAPSULATOR;
    }
    int old = Ecn.ipv6(memory, inner);
    int ecn = Ecn.combine(old, outerEcn(memory, outer));
    if (ecn == Ecn.DROP) {
      return CONGESTION;
    }
    if (ecn != old) {
      Ecn.setIpv6(memory, inner, ecn);
    }
    return 0;
  }

  private int outerEcn(PacketMemory memory, int outer) {
    return outer6 ? Ecn.ipv6(memory, outer) : Ecn.ipv4(memory, outer);
  }
}

package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Icmp;
import io.breakwater.workers.packet.Icmpv6;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.TunnelIndex;
import io.breakwater.workers.table.TunnelTable;

/**
 * Takes in the ICMP errors that routers send us about outer packets (RFC 792, RFC 1191; RFC 4443,
 * RFC 8201; RFC 2003 4 and 5 and RFC 2473 8 as pattern).
 *
 * <pre>
 * | IP: router to endpoint | ICMP error | IP: endpoint to remote | GRE, key | inner packet ... |
 *                                       the quote names the tunnel
 * </pre>
 *
 * <p>Only a {@link TunnelQuote} of a tunnel of ours is believed: sent from the endpoint that the
 * error is for, to a remote, with the flags and the key of that tunnel; all others are dropped, and
 * counted for the tunnel if its ends are right. "Too big" lowers the tunnel's MTU by {@link
 * TunnelPathMtu}'s rules. Of packets that were lost, the inner ones are listed where the quote
 * shows enough of them, for {@link TunnelErrorRelay}; all other errors are consumed. Each is
 * counted for its tunnel, and has that as its {@code origin}. Errors about anything else that an
 * endpoint sends, which are echo replies, are the host's.
 *
 * <p>Called only from the worker's thread; one object for each address family outside.
 */
public final class TunnelErrorInput {

  private static final int BAD_CHECKSUM = DropReason.ICMP_BAD_CHECKSUM.code();
  private static final int BAD_CHECKSUM_V6 = DropReason.ICMPV6_BAD_CHECKSUM.code();
  private static final int UNKNOWN_QUOTE = DropReason.ICMP_UNKNOWN_QUOTE.code();
  private static final int CONSUMED = Fate.CONSUMED.code();

  /** What is quoted of an inner packet at least, behind its header: RFC 792. */
  private static final int INNER_DATA_BYTES_MIN = 8;

  /** Packets that are no such errors. */
  public final PacketList others;

  /** Errors whose packets have become the quoted inner ones, which were lost: by their family. */
  public final PacketList lostIpv4;

  public final PacketList lostIpv6;

  private final boolean ipv6;
  private final TunnelQuote quote;
  private final TunnelPathMtu pathMtu;

  public TunnelErrorInput(int batchCapacity, boolean ipv6) {
    others = new PacketList(batchCapacity);
    lostIpv4 = new PacketList(batchCapacity);
    lostIpv6 = new PacketList(batchCapacity);
    this.ipv6 = ipv6;
    quote = new TunnelQuote(ipv6);
    pathMtu = new TunnelPathMtu(ipv6);
  }

  /**
   * Gives each ICMP error about a tunnel its fate, and puts all other packets into {@code others};
   * clears all lists before.
   *
   * @param in valid packets to endpoints
   * @param tenantByTunnel tenant slot of each tunnel slot
   * @param listener told of MTUs
   * @param counter told of every error about a tunnel
   */
  public void process(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      TunnelIndex index,
      TunnelTable tunnels,
      int[] tenantByTunnel,
      TunnelMtuListener listener,
      TunnelErrorCounter counter) {
    others.clear();
    lostIpv4.clear();
    lostIpv6.clear();
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      int network = batch.network(i);
      int end = batch.frame(i) + batch.length(i);
      int icmp = ipv6 ? Ipv6Destination.icmpv6(memory, network) : icmp(memory, network);
      if (icmp == Ipv6Destination.NOT_THERE || !isError(memory, icmp)) {
        others.add(i);
      } else if (!isIntact(memory, network, icmp, end)) {
        batch.setFate(i, ipv6 ? BAD_CHECKSUM_V6 : BAD_CHECKSUM);
      } else if (!quote.read(memory, network, icmp, end)) {
        batch.setFate(i, UNKNOWN_QUOTE);
      } else if (quote.protocol() == (ipv6 ? Ipv6.NEXT_ICMPV6 : Ipv4.PROTOCOL_ICMP)) {
        others.add(i);
      } else {
        take(memory, batch, i, icmp, end, index, tunnels, tenantByTunnel, listener, counter);
      }
    }
  }

  private static int icmp(PacketMemory memory, int network) {
    return Ipv4.protocol(memory, network) == Ipv4.PROTOCOL_ICMP
            && !Ipv4.isFragment(Ipv4.flagsAndOffset(memory, network))
        ? network + Ipv4.headerBytes(memory, network)
        : Ipv6Destination.NOT_THERE;
  }

  private boolean isError(PacketMemory memory, int icmp) {
    int type = Icmp.type(memory, icmp);
    return ipv6 ? Icmpv6.isError(type) : Icmp.isError(type);
  }

  private boolean isIntact(PacketMemory memory, int network, int icmp, int end) {
    long sum = Checksum.sum(memory, icmp, end - icmp);
    if (ipv6) {
      sum += Ipv6.pseudoHeaderSum(memory, network, end - icmp, Ipv6.NEXT_ICMPV6);
    }
    return Checksum.fold(sum) == 0xffff;
  }

  private void take(
      PacketMemory memory,
      Batch batch,
      int i,
      int icmp,
      int end,
      TunnelIndex index,
      TunnelTable tunnels,
      int[] tenantByTunnel,
      TunnelMtuListener listener,
      TunnelErrorCounter counter) {
    boolean gre = quote.protocol() == Ipv4.PROTOCOL_GRE;
    int tunnel = gre ? quote.tunnel(memory, index, tunnels) : TunnelQuote.NO_TUNNEL;
    if (tunnel < 0) {
      refuse(memory, batch, i, index, tenantByTunnel);
      return;
    }
    counter.error(tunnel);
    batch.setTenant(i, tenantByTunnel[tunnel]);
    batch.setOrigin(i, tunnel);
    batch.setFate(i, CONSUMED);
    // A later fragment is never larger than the first, which tells more.
    if (!quote.isLaterFragment()) {
      pathMtu.learn(memory, icmp, quote.totalBytes(memory), tunnel, tunnels, listener);
      if (isLoss(memory, icmp)) {
        listInner(memory, batch, i, end);
      }
    }
  }

  /** Whom it concerns, if the ends are right: somebody guesses what is sent between them. */
  private void refuse(
      PacketMemory memory, Batch batch, int i, TunnelIndex index, int[] tenantByTunnel) {
    int tunnel = quote.between(memory, index);
    if (tunnel >= 0) {
      batch.setTenant(i, tenantByTunnel[tunnel]);
      batch.setOrigin(i, tunnel);
    }
    batch.setFate(i, UNKNOWN_QUOTE);
  }

  /** Whether it says that packets to the remote end on the way. */
  private boolean isLoss(PacketMemory memory, int icmp) {
    int type = Icmp.type(memory, icmp);
    int code = memory.u8(icmp + 1);
    return ipv6 ? isLossIpv6(type, code) : isLossIpv4(type, code);
  }

  /** RFC 2003 4.1 and 4.4. */
  private static boolean isLossIpv4(int type, int code) {
    return type == Icmp.TIME_EXCEEDED && code == Icmp.CODE_IN_TRANSIT
        || type == Icmp.DESTINATION_UNREACHABLE
            && code != Icmp.CODE_FRAGMENTATION_NEEDED
            && code != Icmp.CODE_PORT_UNREACHABLE
            && code != Icmp.CODE_SOURCE_ROUTE_FAILED;
  }

  /** RFC 2473 8. */
  private static boolean isLossIpv6(int type, int code) {
    return type == Icmpv6.TIME_EXCEEDED && code == Icmp.CODE_IN_TRANSIT
        || type == Icmpv6.DESTINATION_UNREACHABLE && code != Icmpv6.CODE_PORT_UNREACHABLE;
  }

  /** Makes the packet the inner one, as far as it is quoted, behind room for an Ethernet header. */
  private void listInner(PacketMemory memory, Batch batch, int i, int end) {
    int inner = quote.inner(memory);
    PacketList lost =
        switch (quote.innerType(memory)) {
          case Ethernet.TYPE_IPV4 -> isIpv4(memory, inner, end) ? lostIpv4 : null;
          case Ethernet.TYPE_IPV6 -> isIpv6(memory, inner, end) ? lostIpv6 : null;
          default -> null;
        };
    if (lost != null) {
      batch.setNetwork(i, inner);
      batch.setFrame(i, inner - Ethernet.HEADER_BYTES);
      batch.setLength(i, end - inner + Ethernet.HEADER_BYTES);
      lost.add(i);
    }
  }

  private static boolean isIpv4(PacketMemory memory, int inner, int end) {
    return end - inner >= Ipv4.HEADER_BYTES + INNER_DATA_BYTES_MIN
        && memory.u8(inner) >>> 4 == 4
        && Ipv4.headerBytes(memory, inner) >= Ipv4.HEADER_BYTES
        && end - inner >= Ipv4.headerBytes(memory, inner) + INNER_DATA_BYTES_MIN
        && Ipv4.totalLength(memory, inner) >= Ipv4.headerBytes(memory, inner);
  }

  private static boolean isIpv6(PacketMemory memory, int inner, int end) {
    return end - inner >= Ipv6.HEADER_BYTES + INNER_DATA_BYTES_MIN && memory.u8(inner) >>> 4 == 6;
  }
}

package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.Checksum;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Gre;
import io.breakwater.workers.packet.Icmp;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.TunnelIndex;
import io.breakwater.workers.table.TunnelTable;

/**
 * Takes in the ICMP errors that routers send us about outer packets (RFC 792, RFC 1191; RFC 2003 4
 * and 5 as pattern).
 *
 * <pre>
 * | IP: router to endpoint | ICMP error | IP: endpoint to remote | GRE, key | ... |
 *                                       the quote names the tunnel
 * </pre>
 *
 * <p>Only a quote of a tunnel of ours is believed: sent from the endpoint that the error is for, to
 * a remote, with the key of that tunnel; all others are dropped. "Fragmentation needed" lowers the
 * tunnel's MTU, by way of the listener: never below 576, never for a packet that would have fit
 * (RFC 5927 7.2), and never up. One of an old router, which names no MTU, is answered by the next
 * lower step of RFC 1191 7.1.
 *
 * <p>Other errors about tunnels are counted as consumed and end here: they are not relayed to inner
 * senders (RFC 2003 4 leaves it open), as anyone can forge them, and a tunnel that leads nowhere is
 * what health probes find. Errors about anything else that an endpoint sends, which are echo
 * replies, are the host's.
 *
 * <p>Called only from the worker's thread.
 */
public final class TunnelErrorInput {

  private static final int BAD_CHECKSUM = DropReason.ICMP_BAD_CHECKSUM.code();
  private static final int UNKNOWN_QUOTE = DropReason.ICMP_UNKNOWN_QUOTE.code();
  private static final int CONSUMED = Fate.CONSUMED.code();
  private static final int NOT_ABOUT_TUNNELS = 0;

  /** A tunnel's MTU is never less. */
  private static final int MTU_MIN = 576;

  private static final int VERSION_4_IHL_5 = 0x45;

  /** RFC 1191 7.1, of those that can be on a port's links. */
  private static final int[] PLATEAUS = {8_166, 4_352, 2_002, 1_492, 1_006, MTU_MIN};

  /** Packets that are no such errors. */
  public final PacketList others;

  public TunnelErrorInput(int batchCapacity) {
    others = new PacketList(batchCapacity);
  }

  /**
   * Gives each ICMP error about a tunnel its fate, and puts all other packets into {@code others},
   * which it clears before.
   *
   * @param in valid IPv4 packets to endpoints
   * @param tenantByTunnel tenant slot of each tunnel slot
   */
  public void process(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      TunnelIndex index,
      TunnelTable tunnels,
      int[] tenantByTunnel,
      TunnelMtuListener listener) {
    others.clear();
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      int network = batch.network(i);
      int end = batch.frame(i) + batch.length(i);
      int fate = judge(memory, network, end);
      if (fate == CONSUMED) {
        int quote = quote(memory, network);
        int tunnel = tunnel(memory, quote, end, index);
        if (tunnel < 0) {
          fate = UNKNOWN_QUOTE;
        } else {
          batch.setTenant(i, tenantByTunnel[tunnel]);
          learn(memory, quote, tunnel, tunnels, listener);
        }
      }
      if (fate == NOT_ABOUT_TUNNELS) {
        others.add(i);
      } else {
        batch.setFate(i, fate);
      }
    }
  }

  private static int quote(PacketMemory memory, int network) {
    return network + Ipv4.headerBytes(memory, network) + Icmp.HEADER_BYTES;
  }

  /** CONSUMED if a tunnel is to be found for it. */
  private static int judge(PacketMemory memory, int network, int end) {
    if (Ipv4.protocol(memory, network) != Ipv4.PROTOCOL_ICMP
        || Ipv4.isFragment(Ipv4.flagsAndOffset(memory, network))) {
      return NOT_ABOUT_TUNNELS;
    }
    int quote = quote(memory, network);
    int icmp = quote - Icmp.HEADER_BYTES;
    if (!Icmp.isError(Icmp.type(memory, icmp))) {
      return NOT_ABOUT_TUNNELS;
    }
    if (Checksum.fold(Checksum.sum(memory, icmp, end - icmp)) != 0xffff) {
      return BAD_CHECKSUM;
    }
    // What we send has no options, and RFC 792 quotes 8 bytes behind the header at least.
    if (end - quote < Ipv4.HEADER_BYTES + 8
        || memory.u8(quote) != VERSION_4_IHL_5
        || Ipv4.source(memory, quote) != Ipv4.destination(memory, network)) {
      return UNKNOWN_QUOTE;
    }
    return switch (Ipv4.protocol(memory, quote)) {
      case Ipv4.PROTOCOL_GRE -> CONSUMED;
      case Ipv4.PROTOCOL_ICMP -> NOT_ABOUT_TUNNELS;
      default -> UNKNOWN_QUOTE;
    };
  }

  /** The slot of the quoted tunnel, or -1. */
  private static int tunnel(PacketMemory memory, int quote, int end, TunnelIndex index) {
    int gre = quote + Ipv4.HEADER_BYTES;
    int flags = Gre.flags(memory, gre);
    boolean keyed = (flags & Gre.KEY_PRESENT) != 0;
    if (gre + Gre.headerBytes(flags) > end) {
      return -1;
    }
    int key = keyed ? Gre.key(memory, gre, flags) : 0;
    return index.find(Ipv4.destination(memory, quote), Ipv4.source(memory, quote), keyed, key);
  }

  private static void learn(
      PacketMemory memory, int quote, int tunnel, TunnelTable tunnels, TunnelMtuListener listener) {
    int icmp = quote - Icmp.HEADER_BYTES;
    if (memory.u16(icmp) != (Icmp.DESTINATION_UNREACHABLE << 8 | Icmp.CODE_FRAGMENTATION_NEEDED)) {
      return;
    }
    int quotedBytes = Ipv4.totalLength(memory, quote);
    int told = memory.u16(icmp + 6);
    int outerBytes = told == 0 ? plateauBelow(quotedBytes) : told;
    int headerBytes = tunnels.outerMtuBytes(tunnel) - tunnels.mtuBytes(tunnel);
    int innerBytes = Math.max(outerBytes - headerBytes, MTU_MIN);
    if (outerBytes < quotedBytes && innerBytes < tunnels.mtuBytes(tunnel)) {
      listener.exceeded(tunnel, innerBytes);
    }
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

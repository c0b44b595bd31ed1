package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.Gre;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.OwnAddresses;
import io.breakwater.workers.table.SymmetricHash;

/**
 * The flow of any frame, as the hash by which flows are spread over the workers ({@link
 * SymmetricHash}), the same for both directions:
 *
 * <table>
 * <caption>What is hashed</caption>
 * <tr><td>whole TCP and UDP</td><td>addresses and ports</td></tr>
 * <tr><td>fragments, and all other IP</td><td>addresses</td></tr>
 * <tr><td>what comes out of a tunnel to us</td><td>the inner packet, since the ends of a tunnel are
 * the same for all its flows</td></tr>
 * <tr><td>an ICMP error, in a tunnel or not</td><td>the packet that it quotes (RFC 7690), as if that
 * were here: {@link QuotedFlow} says when it is believed</td></tr>
 * </table>
 *
 * <p>Judges nothing, and answers for any bytes. No NIC looks into tunnels or quotes, so these are
 * what must be spread in software even where hardware does the rest.
 *
 * <p>Called only from the worker's thread.
 */
final class SpreadFlow {

  /** The answer for what is no IP packet, or too short to tell, or not asked for. */
  static final int NOBODYS = -1;

  private static final int EXTENSIONS_MAX = 8;

  /** What the headers of an IPv6 packet end with, once {@link #walk} has been there. */
  private int upperProtocol;

  private int upper;

  /**
   * The hash, 0..65,535, or {@link #NOBODYS}.
   *
   * @param end of the frame
   * @param all of every packet, or only of those that a NIC can't look into
   */
  int half(PacketMemory memory, int frame, int end, OwnAddresses own, boolean all) {
    int network = frame + Ethernet.HEADER_BYTES;
    for (int tags = 0; tags < Ethernet.TAGS_MAX; tags++) {
      if (end - network < Ethernet.TAG_BYTES || !Ethernet.isTag(memory.u16(network - 2))) {
        break;
      }
      network += Ethernet.TAG_BYTES;
    }
    if (end < network) {
      return NOBODYS;
    }
    int type = memory.u16(network - 2);
    if (!isPresent(type, end - network)) {
      return NOBODYS;
    }
    int gre =
        type == Ethernet.TYPE_IPV4
            ? greIpv4(memory, network, own)
            : greIpv6(memory, network, end, own);
    return gre == 0 ? ofPacket(memory, network, end, type, all) : ofInner(memory, gre, end);
  }

  /** Whether it is IP, and the fixed part of its header is there. */
  private static boolean isPresent(int type, int bytes) {
    return type == Ethernet.TYPE_IPV4 && bytes >= Ipv4.HEADER_BYTES
        || type == Ethernet.TYPE_IPV6 && bytes >= Ipv6.HEADER_BYTES;
  }

  /** Where GRE begins in a packet to an address of ours; 0 in others. */
  private static int greIpv4(PacketMemory memory, int network, OwnAddresses own) {
    return Ipv4.protocol(memory, network) == Ipv4.PROTOCOL_GRE
            && !Ipv4.isFragment(Ipv4.flagsAndOffset(memory, network))
            && own.contains(Ipv4.destination(memory, network))
        ? network + Ipv4.headerBytes(memory, network)
        : 0;
  }

  /** The same; GRE often stands behind destination options (RFC 2473 4.1.1). */
  private int greIpv6(PacketMemory memory, int network, int end, OwnAddresses own) {
    walk(memory, network, end);
    return upperProtocol == Ipv4.PROTOCOL_GRE
            && own.contains(
                Ipv6.destinationHigh(memory, network), Ipv6.destinationLow(memory, network))
        ? upper
        : 0;
  }

  /** Ends early at a fragment's header, and where a header is not whole. */
  private void walk(PacketMemory memory, int network, int end) {
    int next = Ipv6.nextHeader(memory, network);
    int at = network + Ipv6.HEADER_BYTES;
    for (int headers = 0; headers < EXTENSIONS_MAX && Ipv6.isExtension(next); headers++) {
      if (end - at < 8 || next == Ipv6.NEXT_FRAGMENT) {
        break;
      }
      int bytes = Ipv6.extensionBytes(memory, at, next);
      next = memory.u8(at);
      at += bytes;
    }
    upperProtocol = next;
    upper = at;
  }

  private int ofInner(PacketMemory memory, int gre, int end) {
    if (end - gre < Gre.HEADER_BYTES) {
      return NOBODYS;
    }
    int type = Gre.protocolType(memory, gre);
    int inner = gre + Gre.headerBytes(Gre.flags(memory, gre));
    if (!isPresent(type, end - inner)) {
      return NOBODYS;
    }
    if (type == Ethernet.TYPE_IPV6) {
      walk(memory, inner, end);
    }
    return ofPacket(memory, inner, end, type, true);
  }

  /** Of IPv6, {@link #walk} has been there. */
  private int ofPacket(PacketMemory memory, int network, int end, int type, boolean all) {
    int quote =
        type == Ethernet.TYPE_IPV4
            ? quoteIpv4(memory, network, end)
            : quoteIpv6(memory, network, end);
    if (quote == 0 && !all) {
      return NOBODYS;
    }
    int flow = quote == 0 ? network : quote;
    int words =
        type == Ethernet.TYPE_IPV4 ? wordsIpv4(memory, flow, end) : wordsIpv6(memory, flow, end);
    return SymmetricHash.half(words);
  }

  /** Where an ICMP error's quote begins, 0 in others. */
  private static int quoteIpv4(PacketMemory memory, int network, int end) {
    return Ipv4.protocol(memory, network) == Ipv4.PROTOCOL_ICMP
            && !Ipv4.isFragment(Ipv4.flagsAndOffset(memory, network))
        ? QuotedFlow.inIpv4(
            memory,
            network + Ipv4.headerBytes(memory, network),
            end,
            Ipv4.destination(memory, network))
        : 0;
  }

  private int quoteIpv6(PacketMemory memory, int network, int end) {
    return upperProtocol == Ipv6.NEXT_ICMPV6
        ? QuotedFlow.inIpv6(
            memory,
            upper,
            end,
            Ipv6.destinationHigh(memory, network),
            Ipv6.destinationLow(memory, network))
        : 0;
  }

  private static int wordsIpv4(PacketMemory memory, int network, int end) {
    int transport = network + Ipv4.headerBytes(memory, network);
    boolean whole = !Ipv4.isFragment(Ipv4.flagsAndOffset(memory, network));
    int ports = 0;
    if (whole && Transport.hasPorts(Ipv4.protocol(memory, network)) && end - transport >= 4) {
      ports = memory.i32(transport);
    }
    return SymmetricHash.ipv4(
        Ipv4.source(memory, network), Ipv4.destination(memory, network), ports);
  }

  private static int wordsIpv6(PacketMemory memory, int network, int end) {
    int transport = network + Ipv6.HEADER_BYTES;
    int ports = 0;
    if (Transport.hasPorts(Ipv6.nextHeader(memory, network)) && end - transport >= 4) {
      ports = memory.i32(transport);
    }
    return SymmetricHash.ipv6(
        Ipv6.sourceHigh(memory, network),
        Ipv6.sourceLow(memory, network),
        Ipv6.destinationHigh(memory, network),
        Ipv6.destinationLow(memory, network),
        ports);
  }
}

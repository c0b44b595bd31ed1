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
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.TokenBucket;

/**
 * Turns a packet that can't be forwarded into the ICMP error that tells its source: time exceeded,
 * packet too big, and unreachable (RFC 792, RFC 1191, RFC 1812 4.3, RFC 4443).
 *
 * <pre>
 *  before    | Ethernet, tags | IP packet ............................ |
 *  after  | Ethernet, tags | IP | ICMP | as much of it as fits 576/1280 |
 *                          ^ network: 28 (IPv4) or 48 (IPv6) bytes before the old one
 * </pre>
 *
 * <p>The packet stays where it is; the headers go in front of it. Frame, length and network are
 * those of the error, which can be sent as it is, back where the packet came from, or be put into a
 * tunnel. Bytes between the Ethernet header and {@code network}, as decapsulation leaves them, are
 * given up.
 *
 * <p>No error is sent about what RFC 1812 4.3.2.7 and RFC 4443 2.4(e) name: an ICMP error or
 * redirect, a fragment other than the first, a packet to a group or a broadcast of either layer, a
 * source that is not one host; nor over the worker's rate (RFC 1812 4.3.2.8, RFC 4443 2.4(f)).
 *
 * <p>{@code network} is the position of a validated IP header. The buffer needs 48 bytes in front
 * of the frame. Threading: called only from the worker's thread.
 */
public final class IcmpErrorOutput {

  private static final int TTL_EXPIRED = DropReason.TTL_EXPIRED.code();
  private static final int MTU_EXCEEDED = DropReason.MTU_EXCEEDED.code();
  private static final int FIREWALL_REJECT = DropReason.FIREWALL_REJECT.code();
  private static final int ANSWERED = Fate.ANSWERED.code();
  private static final int CONSUMED = Fate.CONSUMED.code();

  /** RFC 1812 4.3.2.3: an error is at most this long. */
  private static final int IPV4_BYTES_MAX = 576;

  /** RFC 4443 2.4(c): the minimum MTU of IPv6. */
  private static final int IPV6_BYTES_MAX = 1280;

  /** Of the data of a packet that an error quotes. */
  private static final int QUOTED_MIN = 8;

  private static final int EXTENSION_HEADERS_MAX = 8;
  private static final int TTL = 64;

  /** RFC 1812 4.3.2.5: precedence 6, internetwork control; RFC 2474 4.2.2.2 calls it CS6. */
  private static final int INTERNETWORK_CONTROL = 0xc0;

  private final TokenBucket limit;

  /**
   * @param limit tokens are errors; may be shared with other stages of the same worker
   */
  public IcmpErrorOutput(TokenBucket limit) {
    this.limit = limit;
  }

  /**
   * TTL or hop limit ended here. The packet's fate becomes ANSWERED, or TTL_EXPIRED when no error
   * is due.
   *
   * @param port where it came from: the error's source is one of its addresses
   * @return whether there is an answer
   */
  public boolean timeExceeded(
      PacketMemory memory, Batch batch, int packet, PortSettings port, long nowNs) {
    boolean ipv6 = isIpv6(memory, batch.network(packet));
    int type = ipv6 ? Icmpv6.TIME_EXCEEDED : Icmp.TIME_EXCEEDED;
    boolean answered = answer(memory, batch, packet, port, nowNs, type << 8, 0);
    batch.setFate(packet, answered ? ANSWERED : TTL_EXPIRED);
    return answered;
  }

  /**
   * Too big for the way it would take, and not to be fragmented. The packet's fate becomes
   * ANSWERED, or MTU_EXCEEDED when no error is due.
   *
   * @param port where it came from: the error's source is one of its addresses
   * @param mtuBytes largest packet of its kind that would fit
   * @return whether there is an answer
   */
  public boolean tooBig(
      PacketMemory memory, Batch batch, int packet, PortSettings port, int mtuBytes, long nowNs) {
    boolean ipv6 = isIpv6(memory, batch.network(packet));
    int typeAndCode =
        ipv6
            ? Icmpv6.PACKET_TOO_BIG << 8
            : Icmp.DESTINATION_UNREACHABLE << 8 | Icmp.CODE_FRAGMENTATION_NEEDED;
    boolean answered = answer(memory, batch, packet, port, nowNs, typeAndCode, mtuBytes);
    batch.setFate(packet, answered ? ANSWERED : MTU_EXCEEDED);
    return answered;
  }

  /**
   * It was lost on its way through a tunnel. The packet's fate becomes ANSWERED, or CONSUMED when
   * no error is due: it is what another error quotes, and may be cut off behind 8 bytes of data.
   *
   * @param port where the error about the outer packet came from: ours has one of its addresses
   * @return whether there is an answer
   */
  public boolean unreachable(
      PacketMemory memory, Batch batch, int packet, PortSettings port, long nowNs) {
    boolean ipv6 = isIpv6(memory, batch.network(packet));
    // RFC 2003 4.1 and 4.4; RFC 2473 8.2.
    int typeAndCode =
        ipv6
            ? Icmpv6.DESTINATION_UNREACHABLE << 8 | Icmpv6.CODE_ADDRESS_UNREACHABLE
            : Icmp.DESTINATION_UNREACHABLE << 8 | Icmp.CODE_HOST_UNREACHABLE;
    boolean answered = answer(memory, batch, packet, port, nowNs, typeAndCode, 0);
    batch.setFate(packet, answered ? ANSWERED : CONSUMED);
    return answered;
  }

  /**
   * The tenant's firewall rejected it. The packet's fate becomes ANSWERED, or FIREWALL_REJECT when
   * no error is due; none is that would be longer than the packet.
   *
   * @param port where it came from: the error's source is one of its addresses
   * @param code of "destination unreachable"
   * @return whether there is an answer
   */
  public boolean rejected(
      PacketMemory memory, Batch batch, int packet, PortSettings port, int code, long nowNs) {
    int network = batch.network(packet);
    boolean ipv6 = isIpv6(memory, network);
    int bytes = batch.frame(packet) + batch.length(packet) - network;
    // RFC 792 wants the header and 8 bytes; so few will do for IPv6, too, where more is no less.
    int headers =
        ipv6 ? 2 * Ipv6.HEADER_BYTES : Ipv4.HEADER_BYTES + Ipv4.headerBytes(memory, network);
    int type = ipv6 ? Icmpv6.DESTINATION_UNREACHABLE : Icmp.DESTINATION_UNREACHABLE;
    boolean answered =
        bytes >= headers + Icmp.HEADER_BYTES + QUOTED_MIN
            && answer(memory, batch, packet, port, nowNs, type << 8 | code, 0, bytes);
    batch.setFate(packet, answered ? ANSWERED : FIREWALL_REJECT);
    return answered;
  }

  private static boolean isIpv6(PacketMemory memory, int network) {
    return memory.u8(network) >>> 4 == 6;
  }

  private boolean answer(
      PacketMemory memory,
      Batch batch,
      int packet,
      PortSettings port,
      long nowNs,
      int typeAndCode,
      int rest) {
    return answer(memory, batch, packet, port, nowNs, typeAndCode, rest, Integer.MAX_VALUE);
  }

  private boolean answer(
      PacketMemory memory,
      Batch batch,
      int packet,
      PortSettings port,
      long nowNs,
      int typeAndCode,
      int rest,
      int bytesMax) {
    int frame = batch.frame(packet);
    int old = batch.network(packet);
    int end = frame + batch.length(packet);
    boolean ipv6 = isIpv6(memory, old);
    boolean due =
        !Ethernet.isGroup(Ethernet.destination(memory, frame))
            && (ipv6 ? isDueIpv6(memory, old, end) : isDueIpv4(memory, old, port));
    int own = !due ? -1 : ipv6 ? sourceIpv6(memory, old, port) : sourceIpv4(memory, old, port);
    if (own < 0 || !limit.take(nowNs)) {
      return false;
    }
    int linkBytes = linkBytes(memory, frame);
    int headerBytes = (ipv6 ? Ipv6.HEADER_BYTES : Ipv4.HEADER_BYTES) + Icmp.HEADER_BYTES;
    int network = old - headerBytes;
    memory.move(frame, network - linkBytes, linkBytes);
    Ethernet.turnBack(memory, network - linkBytes, port.mac());
    int length =
        ipv6
            ? writeIpv6(memory, network, end, port, own, typeAndCode, rest, bytesMax)
            : writeIpv4(memory, network, end, port, own, typeAndCode, rest, bytesMax);
    batch.setFrame(packet, network - linkBytes);
    batch.setLength(packet, linkBytes + length);
    batch.setNetwork(packet, network);
    if (!ipv6) {
      batch.destinations[packet] = Ipv4.destination(memory, network);
    }
    batch.setTunnel(packet, 0);
    batch.setPort(packet, port.index());
    return true;
  }

  /** Bytes of the Ethernet header with its tags. */
  static int linkBytes(PacketMemory memory, int frame) {
    int bytes = Ethernet.HEADER_BYTES;
    for (int tags = 0; tags < Ethernet.TAGS_MAX; tags++) {
      if (Ethernet.isTag(memory.u16(frame + bytes - 2))) {
        bytes += Ethernet.TAG_BYTES;
      }
    }
    return bytes;
  }

  // ---------------------------------------------------------------- IPv4

  private static boolean isDueIpv4(PacketMemory memory, int network, PortSettings port) {
    int source = Ipv4.source(memory, network);
    int destination = Ipv4.destination(memory, network);
    return PortAddresses.isHost(source)
        && !PortAddresses.isSubnetBroadcast(port, source)
        && PortAddresses.isHost(destination)
        && !PortAddresses.isSubnetBroadcast(port, destination)
        && (Ipv4.flagsAndOffset(memory, network) & Ipv4.OFFSET_MASK) == 0
        && !isErrorIpv4(memory, network);
  }

  /** Whether it is an ICMP error, or ICMP without a type. */
  private static boolean isErrorIpv4(PacketMemory memory, int network) {
    if (Ipv4.protocol(memory, network) != Ipv4.PROTOCOL_ICMP) {
      return false;
    }
    int headerBytes = Ipv4.headerBytes(memory, network);
    return Ipv4.totalLength(memory, network) <= headerBytes
        || Icmp.isError(Icmp.type(memory, network + headerBytes));
  }

  /** Index of our address: that in the source's subnet, else the first; -1 for none. */
  private static int sourceIpv4(PacketMemory memory, int network, PortSettings port) {
    int connected = PortAddresses.connected(port, Ipv4.source(memory, network));
    return connected < 0 && port.ipv4Addresses().length > 0 ? 0 : connected;
  }

  /** Writes the headers in front of the old packet; returns the error's length. */
  private static int writeIpv4(
      PacketMemory memory,
      int network,
      int end,
      PortSettings port,
      int own,
      int typeAndCode,
      int rest,
      int bytesMax) {
    int icmp = network + Ipv4.HEADER_BYTES;
    int old = icmp + Icmp.HEADER_BYTES;
    int oldBytes = Math.min(Ipv4.totalLength(memory, old), end - old);
    int length = Math.min(old - network + oldBytes, Math.min(IPV4_BYTES_MAX, bytesMax));
    memory.setI32(network, 0x45 << 24 | INTERNETWORK_CONTROL << 16 | length);
    // RFC 6864 4.1: with DF set the identification means nothing. 576 bytes pass everywhere.
    memory.setI32(network + 4, Ipv4.DONT_FRAGMENT);
    memory.setI32(network + 8, TTL << 24 | Ipv4.PROTOCOL_ICMP << 16);
    memory.setI32(network + 12, port.ipv4Addresses()[own]);
    memory.setI32(network + 16, Ipv4.source(memory, old));
    Ipv4.writeChecksum(memory, network);
    memory.setI32(icmp, typeAndCode << 16);
    // RFC 1191 4: the next hop's MTU is the low half of this word.
    memory.setI32(icmp + 4, Math.min(rest, 0xffff));
    memory.setU16(
        icmp + 2, Checksum.finish(Checksum.sum(memory, icmp, length - Ipv4.HEADER_BYTES)));
    return length;
  }

  // ---------------------------------------------------------------- IPv6

  private static boolean isDueIpv6(PacketMemory memory, int network, int frameEnd) {
    return !PortAddresses.isNoHost(
            Ipv6.sourceHigh(memory, network), Ipv6.sourceLow(memory, network))
        && !PortAddresses.isMulticast(Ipv6.destinationHigh(memory, network))
        && !isFragmentOrErrorIpv6(memory, network, frameEnd);
  }

  /**
   * Whether it is a fragment other than the first (which may be one of an ICMPv6 error), an ICMPv6
   * error or redirect, or its kind can't be told.
   */
  private static boolean isFragmentOrErrorIpv6(PacketMemory memory, int network, int frameEnd) {
    int end = Math.min(network + Ipv6.HEADER_BYTES + Ipv6.payloadLength(memory, network), frameEnd);
    int at = network + Ipv6.HEADER_BYTES;
    int next = Ipv6.nextHeader(memory, network);
    for (int headers = 0; Ipv6.isExtension(next); headers++) {
      if (end - at < 8 || headers == EXTENSION_HEADERS_MAX) {
        return true;
      }
      if (next == Ipv6.NEXT_FRAGMENT && memory.u16(at + 2) >>> 3 != 0) {
        return true;
      }
      int type = next;
      next = memory.u8(at);
      at += Ipv6.extensionBytes(memory, at, type);
    }
    if (next != Ipv6.NEXT_ICMPV6) {
      return false;
    }
    if (at >= end) {
      return true;
    }
    int type = Icmp.type(memory, at);
    return Icmpv6.isError(type) || type == Icmpv6.REDIRECT;
  }

  /**
   * Index of our address: one that is link-local exactly if the source is (RFC 4443 2.2, RFC 6724
   * rule 2); -1 for none.
   */
  private static int sourceIpv6(PacketMemory memory, int network, PortSettings port) {
    boolean linkLocal = PortAddresses.isLinkLocal(Ipv6.sourceHigh(memory, network));
    long[] highs = port.ipv6High();
    for (int i = 0; i < highs.length; i++) {
      if (PortAddresses.isLinkLocal(highs[i]) == linkLocal) {
        return i;
      }
    }
    return -1;
  }

  /** Writes the headers in front of the old packet; returns the error's length. */
  private static int writeIpv6(
      PacketMemory memory,
      int network,
      int end,
      PortSettings port,
      int own,
      int typeAndCode,
      int rest,
      int bytesMax) {
    int icmpv6 = network + Ipv6.HEADER_BYTES;
    int old = icmpv6 + Icmp.HEADER_BYTES;
    int oldBytes = Math.min(Ipv6.HEADER_BYTES + Ipv6.payloadLength(memory, old), end - old);
    int length = Math.min(old - network + oldBytes, Math.min(IPV6_BYTES_MAX, bytesMax));
    int upperBytes = length - Ipv6.HEADER_BYTES;
    memory.setI32(network, 6 << 28 | INTERNETWORK_CONTROL << 20);
    memory.setI32(network + 4, upperBytes << 16 | Ipv6.NEXT_ICMPV6 << 8 | TTL);
    memory.setI64(network + 8, port.ipv6High()[own]);
    memory.setI64(network + 16, port.ipv6Low()[own]);
    memory.setI64(network + 24, Ipv6.sourceHigh(memory, old));
    memory.setI64(network + 32, Ipv6.sourceLow(memory, old));
    memory.setI32(icmpv6, typeAndCode << 16);
    memory.setI32(icmpv6 + 4, rest);
    memory.setU16(
        icmpv6 + 2,
        Checksum.finish(
            Ipv6.pseudoHeaderSum(memory, network, upperBytes, Ipv6.NEXT_ICMPV6)
                + Checksum.sum(memory, icmpv6, upperBytes)));
    return length;
  }
}

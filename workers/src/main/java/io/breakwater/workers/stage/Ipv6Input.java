package io.breakwater.workers.stage;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.packet.Tcp;
import io.breakwater.workers.table.FlowHash;
import io.breakwater.workers.table.OwnAddresses;

/**
 * Validates IPv6 (RFC 8200): length, version, payload length, addresses, the chain of extension
 * headers, and then the transport header.
 *
 * <p>The same class judges packets from the wire and packets out of tunnels. It trims link-layer
 * padding off {@code length} and sets {@code flow}. A router need not read beyond the hop-by-hop
 * header, but an edge that protects others does: the transport header decides much later on. The
 * walk is bounded to 8 headers.
 *
 * <p>Called only from the worker's thread.
 */
public final class Ipv6Input {

  private static final int TRUNCATED = DropReason.IPV6_TRUNCATED.code();
  private static final int BAD_VERSION = DropReason.IPV6_BAD_VERSION.code();
  private static final int BAD_LENGTH = DropReason.IPV6_BAD_LENGTH.code();
  private static final int EXTENSION_TRUNCATED = DropReason.IPV6_EXTENSION_TRUNCATED.code();
  private static final int TOO_MANY_HEADERS = DropReason.IPV6_TOO_MANY_HEADERS.code();
  private static final int BAD_EXTENSION_ORDER = DropReason.IPV6_BAD_EXTENSION_ORDER.code();
  private static final int ROUTING_TYPE_0 = DropReason.IPV6_ROUTING_TYPE_0.code();
  private static final int MARTIAN_SOURCE = DropReason.MARTIAN_SOURCE.code();
  private static final int MARTIAN_DESTINATION = DropReason.MARTIAN_DESTINATION.code();
  private static final int BOGON_SOURCE = DropReason.BOGON_SOURCE.code();
  private static final int LAND = DropReason.LAND.code();

  private static final int EXTENSIONS_MAX = 8;
  private static final int NEXT_ICMPV6 = Ipv6.NEXT_ICMPV6;

  /**
   * What the walk over a packet's headers found; fields rather than a result object, which would be
   * an allocation.
   */
  private int protocol;

  private int transport;
  private boolean fragment;
  private boolean laterFragment;

  private boolean synSeen;

  /** Moves the valid packets of {@code in} to the end of {@code out}; the others get their fate. */
  public void process(
      PacketMemory memory,
      Batch batch,
      PacketList in,
      PacketList out,
      OwnAddresses own,
      boolean dropBogons) {
    synSeen = false;
    for (int k = 0; k < in.count; k++) {
      int i = in.index[k];
      int wrong = validate(memory, batch, i, own, dropBogons);
      if (wrong == 0) {
        out.add(i);
      } else {
        batch.setFate(i, wrong);
      }
    }
  }

  /** Whether a TCP SYN was among the valid packets. */
  public boolean synSeen() {
    return synSeen;
  }

  private int validate(
      PacketMemory memory, Batch batch, int i, OwnAddresses own, boolean dropBogons) {
    int network = batch.network(i);
    int available = batch.frame(i) + batch.length(i) - network;
    if (available < Ipv6.HEADER_BYTES) {
      return TRUNCATED;
    }
    if (memory.u8(network) >>> 4 != 6) {
      return BAD_VERSION;
    }
    int length = Ipv6.HEADER_BYTES + Ipv6.payloadLength(memory, network);
    if (length > available) {
      return BAD_LENGTH;
    }
    // RFC 2675: a jumbogram says 0 and tells its length in a hop-by-hop option. No link of ours
    // carries one.
    if (length == Ipv6.HEADER_BYTES && Ipv6.nextHeader(memory, network) == Ipv6.NEXT_HOP_BY_HOP) {
      return BAD_LENGTH;
    }
    long sourceHigh = Ipv6.sourceHigh(memory, network);
    long sourceLow = Ipv6.sourceLow(memory, network);
    long destinationHigh = Ipv6.destinationHigh(memory, network);
    long destinationLow = Ipv6.destinationLow(memory, network);
    int wrong =
        judgeAddresses(sourceHigh, sourceLow, destinationHigh, destinationLow, own, dropBogons);
    // The unspecified source is for duplicate address detection (RFC 4862 5.4.2) and for MLD, to a
    // group, nothing else.
    boolean detection =
        wrong == MARTIAN_SOURCE && (sourceHigh | sourceLow) == 0 && isMulticast(destinationHigh);
    if (wrong != 0 && !detection) {
      return wrong;
    }
    batch.setLength(i, network - batch.frame(i) + length);
    wrong = walk(memory, network, network + length);
    if (wrong != 0) {
      return wrong;
    }
    if (detection && protocol != NEXT_ICMPV6) {
      return MARTIAN_SOURCE;
    }
    int ports = 0;
    if (!laterFragment) {
      wrong = Transport.check(memory, transport, network + length - transport, protocol, fragment);
      if (wrong == 0 && !fragment && Transport.hasPorts(protocol)) {
        ports = memory.i32(transport);
        synSeen |= protocol == Ipv4.PROTOCOL_TCP && Tcp.isSyn(memory, transport);
      }
    }
    // Later fragments don't show what the first one's chain of headers ends with.
    int hashed = fragment ? Ipv6.NEXT_FRAGMENT : protocol;
    int flow = FlowHash.ipv6(sourceHigh, sourceLow, destinationHigh, destinationLow, hashed, ports);
    if (hashed == NEXT_ICMPV6 && wrong == 0) {
      int end = network + length;
      flow = QuotedFlow.ipv6(memory, transport, end, destinationHigh, destinationLow, flow);
    }
    batch.setFlow(i, flow);
    return wrong;
  }

  private static int judgeAddresses(
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      OwnAddresses own,
      boolean dropBogons) {
    if (isMulticast(sourceHigh)
        || isImpossible(sourceHigh, sourceLow)
        || own.contains(sourceHigh, sourceLow)) {
      return MARTIAN_SOURCE;
    }
    if (isImpossible(destinationHigh, destinationLow)) {
      return MARTIAN_DESTINATION;
    }
    if (sourceHigh == destinationHigh && sourceLow == destinationLow) {
      return LAND;
    }
    return dropBogons && Bogons.contains(sourceHigh) ? BOGON_SOURCE : 0;
  }

  /**
   * RFC 4291 2.5: unspecified and loopback; IPv4-mapped (RFC 4291 2.5.5.2) is never on the wire.
   */
  static boolean isImpossible(long high, long low) {
    return high == 0 && (low == 0 || low == 1 || low >>> 32 == 0xffff);
  }

  static boolean isMulticast(long high) {
    return high >>> 56 == 0xff;
  }

  /**
   * Walks the extension headers up to {@code end}; sets the fields on success, else returns a drop
   * reason's code.
   */
  private int walk(PacketMemory memory, int network, int end) {
    int next = Ipv6.nextHeader(memory, network);
    int at = network + Ipv6.HEADER_BYTES;
    fragment = false;
    laterFragment = false;
    for (int headers = 0; Ipv6.isExtension(next) && !laterFragment; headers++) {
      if (headers == EXTENSIONS_MAX) {
        return TOO_MANY_HEADERS;
      }
      if (next == Ipv6.NEXT_HOP_BY_HOP && headers > 0) {
        return BAD_EXTENSION_ORDER;
      }
      if (at + 8 > end) {
        return EXTENSION_TRUNCATED;
      }
      int bytes = Ipv6.extensionBytes(memory, at, next);
      if (at + bytes > end) {
        return EXTENSION_TRUNCATED;
      }
      if (next == Ipv6.NEXT_ROUTING && memory.u8(at + 2) == 0) {
        return ROUTING_TYPE_0;
      }
      if (next == Ipv6.NEXT_FRAGMENT) {
        int offsetAndFlag = memory.u16(at + 2);
        // RFC 6946: an "atomic" fragment, offset 0 and none to follow, is a whole datagram.
        fragment |= (offsetAndFlag & 0xfff9) != 0;
        laterFragment = (offsetAndFlag & 0xfff8) != 0;
      }
      next = memory.u8(at);
      at += bytes;
    }
    protocol = next;
    transport = at;
    return 0;
  }
}

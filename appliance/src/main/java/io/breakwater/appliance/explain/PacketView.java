package io.breakwater.appliance.explain;

import io.breakwater.config.IpAddress;
import java.util.Arrays;

/**
 * An IP packet among the bytes of a frame, as the kernel's packet filter sees it: where its headers
 * are, and where it ends. Judges nothing; what is not there is -1.
 *
 * <p>Not the pipeline's code: what {@code explain} says of a packet is found in a second way.
 */
final class PacketView {

  static final int NONE = -1;

  private static final int TYPE_IPV4 = 0x0800;
  private static final int TYPE_IPV6 = 0x86dd;
  private static final int ETHERNET_BYTES = 14;
  private static final int TAG_BYTES = 4;
  private static final int FRAGMENT = 44;
  private static final int AUTHENTICATION = 51;

  final byte[] bytes;
  final int network;
  final int end;
  final boolean ipv6;

  private int protocol;
  private int transport;
  private int fragmentOffset;
  private boolean moreFragments;

  private PacketView(byte[] bytes, int network, int end, boolean ipv6) {
    this.bytes = bytes;
    this.network = network;
    this.ipv6 = ipv6;
    this.end = ipv6 ? endOfIpv6(end) : endOfIpv4(end);
    if (ipv6) {
      walk();
    } else {
      protocol = u8(network + 9);
      transport = network + ((u8(network) & 0xf) << 2);
      fragmentOffset = (u16(network + 6) & 0x1fff) * 8;
      moreFragments = (u16(network + 6) & 0x2000) != 0;
    }
  }

  /** Bytes behind the packet are the link's padding. */
  private int endOfIpv4(int last) {
    return Math.min(last, network + u16(network + 2));
  }

  private int endOfIpv6(int last) {
    return Math.min(last, network + 40 + u16(network + 4));
  }

  /** The IP packet in a frame; null if there is none. */
  static PacketView inFrame(byte[] frame) {
    int at = ETHERNET_BYTES;
    while (at <= frame.length && isTag(u16(frame, at - 2)) && at + TAG_BYTES <= frame.length) {
      at += TAG_BYTES;
    }
    return at <= frame.length ? of(frame, at, frame.length, u16(frame, at - 2)) : null;
  }

  /** The IP packet of an EtherType; null if the fixed part of its header is not there. */
  static PacketView of(byte[] bytes, int network, int end, int type) {
    boolean whole =
        type == TYPE_IPV4 && end - network >= 20 && bytes[network] >>> 4 == 4
            || type == TYPE_IPV6 && end - network >= 40 && bytes[network] >>> 4 == 6;
    return whole ? new PacketView(bytes, network, end, type == TYPE_IPV6) : null;
  }

  private static boolean isTag(int type) {
    return type == 0x8100 || type == 0x88a8;
  }

  /**
   * RFC 8200 4. As the kernel's ipv6_find_hdr does, a fragment other than the first ends the walk
   * with the protocol that its header names, or an extension header behind it.
   */
  private void walk() {
    int next = u8(network + 6);
    int at = network + 40;
    while (isExtension(next) && at + 2 <= end) {
      if (next == FRAGMENT) {
        if (at + 8 > end) {
          break;
        }
        fragmentOffset = u16(at + 2) & 0xfff8;
        moreFragments = (u8(at + 3) & 1) != 0;
        next = u8(at);
        at += 8;
        if (fragmentOffset != 0) {
          break;
        }
        continue;
      }
      int units = u8(at + 1);
      int length = next == AUTHENTICATION ? (units + 2) * 4 : (units + 1) * 8;
      next = u8(at);
      at += length;
    }
    protocol = next;
    transport = at;
  }

  /** Hop-by-hop, routing, fragment, authentication, destination options. */
  private static boolean isExtension(int protocol) {
    return protocol == 0
        || protocol == 43
        || protocol == FRAGMENT
        || protocol == AUTHENTICATION
        || protocol == 60;
  }

  int u8(int at) {
    return bytes[at] & 0xff;
  }

  int u16(int at) {
    return u16(bytes, at);
  }

  static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  long u32(int at) {
    return (long) u16(at) << 16 | u16(at + 2);
  }

  /** Of the transport header, behind IPv6's extension headers. */
  int protocol() {
    return protocol;
  }

  /** Where the transport header begins, whether it is there or not. */
  int transport() {
    return transport;
  }

  /** Whether {@code count} bytes of the transport header are there. */
  boolean hasTransport(int count) {
    return fragmentOffset == 0 && transport + count <= end;
  }

  int fragmentOffsetBytes() {
    return fragmentOffset;
  }

  boolean isFragment() {
    return fragmentOffset != 0 || moreFragments;
  }

  boolean hasMoreFragments() {
    return moreFragments;
  }

  int lengthBytes() {
    return end - network;
  }

  /** TTL or hop limit. */
  int ttl() {
    return u8(network + (ipv6 ? 7 : 8));
  }

  IpAddress source() {
    return address(network + (ipv6 ? 8 : 12));
  }

  IpAddress destination() {
    return address(network + (ipv6 ? 24 : 16));
  }

  private IpAddress address(int at) {
    return IpAddress.of(Arrays.copyOfRange(bytes, at, at + (ipv6 ? 16 : 4)));
  }

  /**
   * Where a TCP option is, the first of its kind, with as many bytes as it has; {@link #NONE} if
   * the packet is no TCP, or has none, or the options break off before it.
   */
  int tcpOption(int kind) {
    if (protocol != 6 || !hasTransport(20)) {
      return NONE;
    }
    int optionsEnd = transport + (u8(transport + 12) >>> 4) * 4;
    if (optionsEnd > end) {
      return NONE;
    }
    int at = transport + 20;
    while (at < optionsEnd) {
      int found = u8(at);
      if (found == kind) {
        return found <= 1 || at + 1 < optionsEnd ? at : NONE;
      }
      if (found <= 1) {
        at++;
      } else if (at + 1 >= optionsEnd || u8(at + 1) < 2) {
        return NONE;
      } else {
        at += u8(at + 1);
      }
    }
    return NONE;
  }

  /** The MSS that a SYN announces, or {@link #NONE}. */
  int mss() {
    int option =
        protocol == 6 && hasTransport(20) && (u8(transport + 13) & 2) != 0 ? tcpOption(2) : NONE;
    return option != NONE && option + 4 <= end && u8(option + 1) == 4 ? u16(option + 2) : NONE;
  }

  /** The packet that this one carries in GRE, or null. */
  PacketView inner() {
    if (protocol != 47 || isFragment() || transport + 4 > end) {
      return null;
    }
    int flags = u16(transport);
    int inner =
        transport
            + 4
            + ((flags & 0x8000) != 0 ? 4 : 0)
            + ((flags & 0x2000) != 0 ? 4 : 0)
            + ((flags & 0x1000) != 0 ? 4 : 0);
    return inner <= end ? of(bytes, inner, end, u16(transport + 2)) : null;
  }
}

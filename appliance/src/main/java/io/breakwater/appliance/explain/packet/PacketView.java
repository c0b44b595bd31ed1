package io.breakwater.appliance.explain.packet;

import io.breakwater.config.IpAddress;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * An IP packet among the bytes of a frame, as the kernel's packet filter sees it: where its headers
 * are, and where it ends. Judges nothing; what is not there is -1.
 *
 * <p>Not the pipeline's code: what {@code explain} says of a packet is found in a second way.
 */
public final class PacketView {

  public static final int NONE = -1;

  private static final int TYPE_IPV4 = 0x0800;
  private static final int TYPE_IPV6 = 0x86dd;
  private static final int ETHERNET_BYTES = 14;
  private static final int TAG_BYTES = 4;
  private static final int FRAGMENT = 44;
  private static final int AUTHENTICATION = 51;

  public final byte[] bytes;
  public final int network;
  public final int end;
  public final boolean ipv6;

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
  public static PacketView inFrame(byte[] frame) {
    int at = ETHERNET_BYTES;
    while (at <= frame.length && isTag(u16(frame, at - 2)) && at + TAG_BYTES <= frame.length) {
      at += TAG_BYTES;
    }
    return at <= frame.length ? of(frame, at, frame.length, u16(frame, at - 2)) : null;
  }

  /** The IP packet of an EtherType; null if the fixed part of its header is not there. */
  public static PacketView of(byte[] bytes, int network, int end, int type) {
    boolean whole =
        type == TYPE_IPV4 && end - network >= 20 && bytes[network] >>> 4 == 4
            || type == TYPE_IPV6 && end - network >= 40 && bytes[network] >>> 4 == 6;
    return whole ? new PacketView(bytes, network, end, type == TYPE_IPV6) : null;
  }

  private static boolean isTag(int type) {
    return type == 0x8100 || type == 0x88a8;
  }

  /**
   * As the kernel's ipv6_find_hdr does without a target: the protocol is {@link #NONE} where the
   * chain of headers breaks off, and in a fragment other than the first whose header names another
   * extension header.
   */
  private void walk() {
    int next = u8(network + 6);
    int at = network + 40;
    protocol = NONE;
    transport = end;
    while (isExtension(next)) {
      if (at + (next == FRAGMENT ? 4 : 2) > end) {
        return;
      }
      int type = next;
      next = u8(at);
      if (type == FRAGMENT) {
        fragmentOffset = u16(at + 2) & 0xfff8;
        moreFragments = (u8(at + 3) & 1) != 0;
        if (fragmentOffset != 0) {
          protocol = isExtension(next) ? NONE : next;
          transport = at + 8;
          return;
        }
      }
      at += extensionBytes(at, type);
    }
    protocol = next;
    transport = at;
  }

  private int extensionBytes(int at, int type) {
    return switch (type) {
      case FRAGMENT -> 8;
      case AUTHENTICATION -> (u8(at + 1) + 2) * 4;
      default -> (u8(at + 1) + 1) * 8;
    };
  }

  /** The same with a target: whether an IPv6 packet has this extension header. */
  public boolean hasExtension(int target) {
    int next = u8(network + 6);
    int at = network + 40;
    while (next != target) {
      boolean readable = isExtension(next) && at + (next == FRAGMENT ? 4 : 2) <= end;
      if (!readable || next == FRAGMENT && (u16(at + 2) & 0xfff8) != 0) {
        return false;
      }
      int type = next;
      next = u8(at);
      at += extensionBytes(at, type);
    }
    return !isExtension(target) || at + (target == FRAGMENT ? 4 : 2) <= end;
  }

  /** Hop-by-hop, routing, fragment, authentication, destination options. */
  private static boolean isExtension(int protocol) {
    return protocol == 0
        || protocol == 43
        || protocol == FRAGMENT
        || protocol == AUTHENTICATION
        || protocol == 60;
  }

  public int u8(int at) {
    return bytes[at] & 0xff;
  }

  public int u16(int at) {
    return u16(bytes, at);
  }

  public static int u16(byte[] bytes, int at) {
    return (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
  }

  public long u32(int at) {
    return (long) u16(at) << 16 | u16(at + 2);
  }

  /** Of the transport header, behind IPv6's extension headers; {@link #NONE} if they break off. */
  public int protocol() {
    return protocol;
  }

  /** Where the transport header begins, whether it is there or not. */
  public int transport() {
    return transport;
  }

  /** Whether it is a fragment other than the first. */
  public boolean isLaterFragment() {
    return fragmentOffset != 0;
  }

  /** Whether {@code count} bytes of the transport header are there. */
  public boolean hasTransport(int count) {
    return protocol != NONE && fragmentOffset == 0 && transport + count <= end;
  }

  public int fragmentOffsetBytes() {
    return fragmentOffset;
  }

  public boolean isFragment() {
    return fragmentOffset != 0 || moreFragments;
  }

  public boolean hasMoreFragments() {
    return moreFragments;
  }

  public int lengthBytes() {
    return end - network;
  }

  /** TTL or hop limit. */
  public int ttl() {
    return u8(network + (ipv6 ? 7 : 8));
  }

  public IpAddress source() {
    return address(network + (ipv6 ? 8 : 12));
  }

  public IpAddress destination() {
    return address(network + (ipv6 ? 24 : 16));
  }

  private IpAddress address(int at) {
    return IpAddress.of(Arrays.copyOfRange(bytes, at, at + (ipv6 ? 16 : 4)));
  }

  /**
   * Where a TCP option is, the first of its kind; {@link #NONE} if the packet is no TCP, or has
   * none, or it is not whole: the kernel's nft_exthdr_tcp_eval.
   */
  public int tcpOption(int kind) {
    if (protocol != 6 || !hasTransport(20)) {
      return NONE;
    }
    int optionsEnd = transport + (u8(transport + 12) >>> 4) * 4;
    if (optionsEnd > end) {
      return NONE;
    }
    for (int at = transport + 20; at < optionsEnd - 1; at += tcpOptionBytes(at)) {
      if (u8(at) == kind) {
        return at + tcpOptionBytes(at) <= optionsEnd ? at : NONE;
      }
    }
    return NONE;
  }

  /** How long an option says it is; a kind without a length is one byte, and so is what says 0. */
  public int tcpOptionBytes(int at) {
    int length = u8(at) <= 1 ? 1 : u8(at + 1);
    return length == 0 ? 1 : length;
  }

  /**
   * The same packet with another value in some bits of the frame; null if it is no IP packet then.
   */
  public PacketView withBits(int offsetBits, int bits, BigInteger value) {
    byte[] copy = bytes.clone();
    for (int i = 0; i < bits; i++) {
      int at = offsetBits + i;
      int mask = 0x80 >>> at % Byte.SIZE;
      int bit = value.testBit(bits - 1 - i) ? mask : 0;
      copy[at / Byte.SIZE] = (byte) (copy[at / Byte.SIZE] & ~mask | bit);
    }
    return of(copy, network, bytes.length, ipv6 ? TYPE_IPV6 : TYPE_IPV4);
  }

  /** The packet as it is behind a router's look at it: TTL or hop limit is less by one. */
  public PacketView forwarded() {
    byte[] copy = bytes.clone();
    int at = network + (ipv6 ? 7 : 8);
    copy[at]--;
    if (!ipv6) {
      // RFC 1141, as the kernel's ip_decrease_ttl.
      int sum = u16(network + 10) + 0x0100;
      int checksum = sum + (sum >= 0xffff ? 1 : 0);
      copy[network + 10] = (byte) (checksum >>> 8);
      copy[network + 11] = (byte) checksum;
    }
    return new PacketView(copy, network, end, ipv6);
  }

  /** The MSS that a SYN announces, or {@link #NONE}. */
  public int mss() {
    int option =
        protocol == 6 && hasTransport(20) && (u8(transport + 13) & 2) != 0 ? tcpOption(2) : NONE;
    return option != NONE && option + 4 <= end && u8(option + 1) == 4 ? u16(option + 2) : NONE;
  }

  /** The packet that this one carries in GRE, or null. */
  public PacketView inner() {
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

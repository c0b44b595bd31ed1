package io.breakwater.appliance.mitigation;

import io.breakwater.workers.protection.TrafficClass;

/**
 * A packet that a worker has sampled, with what a {@code Signature} may ask of it read once.
 *
 * <p>Only its first bytes are there. A worker has checked its lengths, but a sample may end
 * anywhere: what is beyond is unknown, and no error.
 */
final class Sample {

  /** In place of a number that the packet does not have, or the sample not hold. */
  static final int UNKNOWN = -1;

  private static final int UDP_HEADER_BYTES = 8;
  private static final int IPV6_HEADER_BYTES = 40;
  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT_HEADER = 44;
  private static final int DESTINATION_OPTIONS = 60;
  private static final int EXTENSIONS_MAX = 8;

  private final byte[] bytes;
  private final boolean ipv6;
  private final int lengthBytes;
  private final int ttl;
  private int protocol;
  private boolean isFragment;
  private int sourcePort = UNKNOWN;
  private int destinationPort = UNKNOWN;
  private int tcpFlags;

  /** Where a signature's words are counted from; {@link #UNKNOWN} in a later fragment. */
  private int wordsAt = UNKNOWN;

  private final TrafficClass traffic;

  /**
   * @param bytes the first of the IP packet
   * @param lengthBytes of the whole packet
   */
  Sample(byte[] bytes, int lengthBytes) {
    this.bytes = bytes;
    this.lengthBytes = lengthBytes;
    ipv6 = u8(0) >>> 4 == 6;
    ttl = u8(ipv6 ? 7 : 8);
    int transport = ipv6 ? readIpv6() : readIpv4();
    if (transport != UNKNOWN) {
      readTransport(transport);
    }
    traffic =
        isFragment
            ? TrafficClass.FRAGMENT
            : TrafficClass.values()[TrafficClass.of(protocol, tcpFlags)];
  }

  private int readIpv4() {
    protocol = Math.max(0, u8(9));
    int fragment = u16(6);
    isFragment = fragment != UNKNOWN && (fragment & 0x3fff) != 0;
    return isFragment && (fragment & 0x1fff) != 0 ? UNKNOWN : (u8(0) & 0xf) * 4;
  }

  private int readIpv6() {
    protocol = Math.max(0, u8(6));
    int at = IPV6_HEADER_BYTES;
    for (int i = 0; i < EXTENSIONS_MAX && isExtension(protocol); i++) {
      int next = u8(at);
      if (next == UNKNOWN) {
        return UNKNOWN;
      }
      int extension = protocol;
      protocol = next;
      if (extension == FRAGMENT_HEADER) {
        int fragment = Math.max(0, u16(at + 2));
        // RFC 6946: an atomic fragment is a whole datagram.
        isFragment |= (fragment & 0xfff9) != 0;
        if ((fragment & 0xfff8) != 0) {
          return UNKNOWN;
        }
        at += 8;
      } else {
        at += 8 + 8 * Math.max(0, u8(at + 1));
      }
    }
    return at;
  }

  private static boolean isExtension(int header) {
    return header == HOP_BY_HOP
        || header == ROUTING
        || header == FRAGMENT_HEADER
        || header == DESTINATION_OPTIONS;
  }

  private void readTransport(int at) {
    if (protocol == Protocols.TCP || protocol == Protocols.UDP) {
      sourcePort = u16(at);
      destinationPort = u16(at + 2);
    }
    if (protocol == Protocols.TCP) {
      tcpFlags = Math.max(0, u8(at + 13));
      int words = u8(at + 12);
      wordsAt = words == UNKNOWN ? UNKNOWN : at + (words >>> 4) * 4;
    } else {
      wordsAt = protocol == Protocols.UDP ? at + UDP_HEADER_BYTES : at;
    }
  }

  private int u8(int at) {
    return at < bytes.length ? bytes[at] & 0xff : UNKNOWN;
  }

  private int u16(int at) {
    return at + 1 < bytes.length ? u8(at) << 8 | u8(at + 1) : UNKNOWN;
  }

  TrafficClass traffic() {
    return traffic;
  }

  /** Whether it shows no transport header, since it is not the first fragment. */
  boolean isLaterFragment() {
    return isFragment && wordsAt == UNKNOWN;
  }

  int protocol() {
    return protocol;
  }

  int lengthBytes() {
    return lengthBytes;
  }

  int ttl() {
    return ttl;
  }

  int sourcePort() {
    return sourcePort;
  }

  int destinationPort() {
    return destinationPort;
  }

  /** 0 where there are none. */
  int tcpFlags() {
    return tcpFlags;
  }

  /**
   * A byte of what signatures' words are of.
   *
   * @param offset from the end of the TCP or UDP header, else from the begin of the transport's
   * @return {@link #UNKNOWN} beyond the packet, and beyond the sample
   */
  int word(int offset) {
    return wordsAt == UNKNOWN || wordsAt + offset >= lengthBytes ? UNKNOWN : u8(wordsAt + offset);
  }

  /** A hash of the source address: equal for equal sources, else as if drawn by lot. */
  long sourceHash() {
    int from = ipv6 ? 8 : 12;
    int end = Math.min(bytes.length, ipv6 ? 24 : 16);
    long hash = ipv6 ? 6 : 4;
    for (int i = from; i < end; i++) {
      hash = (hash ^ bytes[i] & 0xff) * 0x100_0000_01b3L;
    }
    // The finaliser of SplitMix64: FNV's high bits alone are no lot.
    hash = (hash ^ hash >>> 30) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ hash >>> 27) * 0x94d049bb133111ebL;
    return hash ^ hash >>> 31;
  }
}

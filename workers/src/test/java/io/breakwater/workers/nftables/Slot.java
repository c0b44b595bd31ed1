package io.breakwater.workers.nftables;

import java.util.Random;
import java.util.function.ToLongFunction;

/**
 * What rules compare and packets have: fields that share a slot share their constants, as the ports
 * of TCP and UDP do.
 *
 * <p>An IPv6 address is known by its number, see {@link Ipv6Addresses}.
 */
enum Slot {
  IPV4_SOURCE(32, Slot::ipv4Source),
  IPV4_DESTINATION(32, random -> Slot.PREFIX | random.nextInt(256)),
  IPV6_SOURCE(16, random -> random.nextInt(Ipv6Addresses.COUNT)),
  IPV6_DESTINATION(16, random -> random.nextInt(Ipv6Addresses.COUNT)),
  PORT(16, random -> of(random, 0, 1, 53, 80, 443, 1_024, 65_535, random.nextInt(65_536))),
  PROTOCOL(
      8, random -> of(random, 6, 6, 6, 17, 17, 1, 58, 47, 50, 132, 135, 255, random.nextInt(256))),
  VERSION(4, random -> of(random, 4, 6, 5)),
  ETHER_TYPE(16, random -> of(random, 0x0800, 0x86dd)),
  TTL(8, random -> of(random, 1, 2, 63, 64, 255, 1 + random.nextInt(255))),
  DSCP(6, random -> of(random, 0, 0, 46, 63, random.nextInt(64))),
  ECN(2, random -> of(random, 0, 0, random.nextInt(4))),
  ID(16, random -> of(random, 0, 65_535, random.nextInt(65_536))),
  /** The flags are bits 13 to 15. */
  FRAGMENT(16, random -> of(random, 0, 0x4000, 0x2000, 0x2001, 185, 8_191, random.nextInt(8_192))),
  FLOW_LABEL(20, random -> of(random, 0, 0xfffff, random.nextInt(1 << 20))),
  SEQUENCE(32, random -> of(random, 0, 0xffff_ffffL, random.nextInt() & 0xffff_ffffL)),
  WINDOW(16, random -> of(random, 0, 1_024, 65_535, random.nextInt(65_536))),
  URGENT(16, random -> of(random, 0, 0, random.nextInt(65_536))),
  TCP_FLAGS(8, random -> of(random, 0x02, 0x12, 0x10, 0x18, 0x11, 0x04, random.nextInt(256))),
  TCP_RESERVED(4, random -> of(random, 0, 0, 0, random.nextInt(16))),
  ICMP_TYPE(8, random -> of(random, 0, 3, 5, 8, 11, 12, 13, 30, random.nextInt(256))),
  ICMPV6_TYPE(8, random -> of(random, 1, 2, 3, 4, 128, 129, 135, 137, random.nextInt(256))),
  ICMP_CODE(8, random -> of(random, 0, 0, 1, 3, 4, 13, random.nextInt(256))),
  /** Of the whole packet, from the IP header on. */
  LENGTH(16, random -> of(random, 20, 28, 40, 60, 576, 1_280, 1_500, 20 + random.nextInt(1_481))),
  /** Of a UDP datagram, or of what is behind an IPv6 header. */
  LENGTH_BEHIND(16, random -> of(random, 8, 20, 28, 1_000, 8 + random.nextInt(1_450))),
  HEADER_WORDS(4, random -> of(random, 5, 5, 6, 8, 10, 15)),
  CHECKSUM(16, random -> random.nextInt(65_536)),
  MARK(32, random -> of(random, 0, 1, 2, 5, 0xff, 0xffff_ffffL)),
  SEGMENT_SIZE(16, random -> of(random, 0, 536, 1_220, 1_460, 65_535, random.nextInt(65_536))),
  WINDOW_SCALE(8, random -> of(random, 0, 7, 14, 255)),
  TIMESTAMP(32, random -> of(random, 0, 1, 0xffff_ffffL, random.nextInt() & 0xffff_ffffL)),
  OPTION_LENGTH(8, random -> of(random, 2, 3, 4, 10, 18, 26, 34)),
  /** Bytes that a raw match looks at. */
  BYTE(8, random -> of(random, 0, 1, 6, 17, 0x45, 0xff, random.nextInt(256)));

  /** 203.0.113.0, of the tenant's /24. */
  static final int PREFIX_BASE = 0xcb00_7100;

  private static final long PREFIX = PREFIX_BASE & 0xffff_ffffL;

  private final int bits;
  private final ToLongFunction<Random> typical;

  Slot(int bits, ToLongFunction<Random> typical) {
    this.bits = bits;
    this.typical = typical;
  }

  long typical(Random random) {
    return typical.applyAsLong(random);
  }

  /** Whether a packet may have it that both the kernel and we look at. */
  boolean isPossible(long value) {
    return switch (this) {
      case IPV4_DESTINATION -> (value & ~0xffL) == PREFIX;
      case IPV4_SOURCE -> value >>> 24 != 0 && value >>> 24 != 127 && value >>> 24 < 224;
      case IPV6_SOURCE, IPV6_DESTINATION -> value >= 0 && value < Ipv6Addresses.COUNT;
      case TTL -> value > 0 && value < 256;
      default -> value >= 0 && value >>> bits == 0;
    };
  }

  private static long of(Random random, long... values) {
    return values[random.nextInt(values.length)];
  }

  /** Unicast, and none of the router's own addresses. */
  private static long ipv4Source(Random random) {
    long[] networks = {0x0a01_0000L, 0xac10_0500L, 0xc612_0100L, 0x0808_0800L, 0xdfff_ff00L};
    return of(random, networks) + random.nextInt(random.nextBoolean() ? 4 : 256);
  }
}

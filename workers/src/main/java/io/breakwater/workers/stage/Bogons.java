package io.breakwater.workers.stage;

/**
 * Sources that no packet of the public Internet has: private (RFC 1918), shared (RFC 6598),
 * link-local (RFC 3927), protocol assignments (RFC 6890), documentation (RFC 5737, RFC 3849, RFC
 * 9637) and benchmarking (RFC 2544) ranges, unique local IPv6 (RFC 4193), discard (RFC 6666) and
 * 6bone.
 *
 * <p>Dropped only with {@code bogons: drop}, since labs and private peerings use them. Martians,
 * which nobody uses, are judged before.
 */
final class Bogons {

  private Bogons() {}

  static boolean contains(int address) {
    return switch (address >>> 24) {
      case 10 -> true;
      case 100 -> (address & 0xffc0_0000) == 0x6440_0000;
      case 169 -> address >>> 16 == 0xa9fe;
      case 172 -> (address & 0xfff0_0000) == 0xac10_0000;
      case 192 ->
          address >>> 16 == 0xc0a8 || address >>> 8 == 0xc0_0000 || address >>> 8 == 0xc0_0002;
      case 198 -> (address & 0xfffe_0000) == 0xc612_0000 || address >>> 8 == 0xc6_3364;
      case 203 -> address >>> 8 == 0xcb_0071;
      default -> false;
    };
  }

  /**
   * @param high bytes 0-7
   */
  static boolean contains(long high) {
    int first = (int) (high >>> 32);
    return first >>> 25 == 0x7e
        || first == 0x2001_0db8
        || first >>> 12 == 0x3fff0
        || first >>> 16 == 0x3ffe
        || high == 0x0100_0000_0000_0000L;
  }
}

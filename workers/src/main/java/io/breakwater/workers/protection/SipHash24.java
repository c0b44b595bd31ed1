package io.breakwater.workers.protection;

/**
 * SipHash-2-4 (Aumasson and Bernstein, "SipHash: a fast short-input PRF", 2012) of messages of two
 * and of five 64-bit words: the tuple of a connection over IPv4 and over IPv6.
 *
 * <p>Two rounds for each word and four at the end, as the paper recommends it for authentication:
 * SYN cookies are made with it. {@link io.breakwater.workers.table.SipHash} is SipHash-1-3, which
 * is for tables. Words are the message's bytes in little-endian order, as in the paper.
 *
 * <p>Stateless; without branches, so that its time tells nothing. Cost: 10 rounds of 14 operations
 * for two words, 16 for five.
 */
public final class SipHash24 {

  private static final long TWO_WORDS = 16L << 56;
  private static final long FIVE_WORDS = 40L << 56;

  private SipHash24() {}

  /** The hash of 16 bytes under the key (key0, key1). */
  public static long of(long key0, long key1, long first, long second) {
    long v0 = key0 ^ 0x736f_6d65_7073_6575L;
    long v1 = key1 ^ 0x646f_7261_6e64_6f6dL;
    long v2 = key0 ^ 0x6c79_6765_6e65_7261L;
    long v3 = key1 ^ 0x7465_6462_7974_6573L;
    for (int round = 0; round < 10; round++) {
      // Two rounds for each word, four to finish.
      long word =
          switch (round >>> 1) {
            case 0 -> first;
            case 1 -> second;
            case 2 -> TWO_WORDS;
            default -> 0;
          };
      boolean begins = (round & 1) == 0;
      v3 ^= begins ? word : 0;
      v2 ^= round == 6 ? 0xff : 0;
      v0 += v1;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v3;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 += v3;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
      v0 ^= begins ? 0 : word;
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }

  /** The hash of 40 bytes under the key (key0, key1). */
  public static long of(
      long key0, long key1, long first, long second, long third, long fourth, long fifth) {
    long v0 = key0 ^ 0x736f_6d65_7073_6575L;
    long v1 = key1 ^ 0x646f_7261_6e64_6f6dL;
    long v2 = key0 ^ 0x6c79_6765_6e65_7261L;
    long v3 = key1 ^ 0x7465_6462_7974_6573L;
    for (int round = 0; round < 16; round++) {
      long word =
          switch (round >>> 1) {
            case 0 -> first;
            case 1 -> second;
            case 2 -> third;
            case 3 -> fourth;
            case 4 -> fifth;
            case 5 -> FIVE_WORDS;
            default -> 0;
          };
      boolean begins = (round & 1) == 0;
      v3 ^= begins ? word : 0;
      v2 ^= round == 12 ? 0xff : 0;
      v0 += v1;
      v1 = Long.rotateLeft(v1, 13) ^ v0;
      v0 = Long.rotateLeft(v0, 32);
      v2 += v3;
      v3 = Long.rotateLeft(v3, 16) ^ v2;
      v0 += v3;
      v3 = Long.rotateLeft(v3, 21) ^ v0;
      v2 += v1;
      v1 = Long.rotateLeft(v1, 17) ^ v2;
      v2 = Long.rotateLeft(v2, 32);
      v0 ^= begins ? 0 : word;
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }
}

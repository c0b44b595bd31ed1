package io.breakwater.workers.table;

/**
 * SipHash-2-4 (Aumasson and Bernstein, 2012) of a message of two 64-bit words: a keyed hash that
 * nobody can compute without the key, nor learn the key from.
 *
 * <p>The words are the message's bytes in little-endian order, as in the paper. Cost: 12 rounds of
 * 14 operations.
 */
public final class SipHash {

  private static final long LENGTH_BLOCK = 16L << 56;

  private SipHash() {}

  /** The hash of 16 bytes under the key (key0, key1). */
  public static long of(long key0, long key1, long first, long second) {
    long v0 = key0 ^ 0x736f_6d65_7073_6575L;
    long v1 = key1 ^ 0x646f_7261_6e64_6f6dL;
    long v2 = key0 ^ 0x6c79_6765_6e65_7261L;
    long v3 = key1 ^ 0x7465_6462_7974_6573L;
    for (int block = 0; block < 4; block++) {
      // The last one finishes: no word, four rounds.
      long word = block == 0 ? first : block == 1 ? second : block == 2 ? LENGTH_BLOCK : 0;
      v3 ^= word;
      v2 ^= block == 3 ? 0xff : 0;
      for (int round = block == 3 ? 4 : 2; round > 0; round--) {
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
      }
      v0 ^= word;
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }
}

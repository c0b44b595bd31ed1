package io.breakwater.workers.table;

/**
 * SipHash-1-3 (Aumasson and Bernstein, 2012) of a message of two 64-bit words: a keyed hash that
 * nobody can compute without the key, nor learn the key from.
 *
 * <p>One round for each word and three at the end, of the family that the paper defines: it has
 * half the rounds of SipHash-2-4, is what Rust's and CPython's hash tables rely on against chosen
 * input, and no attack on it is known. The words are the message's bytes in little-endian order, as
 * in the paper. Cost: 6 rounds of 14 operations.
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
    for (int round = 0; round < 6; round++) {
      // The last three finish: no word.
      long word = round == 0 ? first : round == 1 ? second : round == 2 ? LENGTH_BLOCK : 0;
      v3 ^= word;
      v2 ^= round == 3 ? 0xff : 0;
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
      v0 ^= word;
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }
}

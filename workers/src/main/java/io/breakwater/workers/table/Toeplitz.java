package io.breakwater.workers.table;

/**
 * The Toeplitz hash by which NICs spread packets over their queues (Microsoft, "RSS hashing
 * functions", and its verification vectors): the exclusive or of 32-bit windows into a key, one for
 * each bit that is set in the input.
 *
 * <p>The input is source address, destination address and, for TCP and UDP, source port and
 * destination port, in network order. Any key, bit by bit: for the control thread, which checks
 * with it what a NIC says; the packet path has {@link SymmetricHash}.
 */
public final class Toeplitz {

  private static final int WINDOW_BITS = 32;

  private final byte[] key;

  /**
   * @param key 4 bytes longer than the longest input
   */
  public Toeplitz(byte[] key) {
    this.key = key.clone();
  }

  /** The hash of all bytes of the input. */
  public int hash(byte[] input) {
    if (input.length * 8 + WINDOW_BITS > key.length * 8) {
      throw new IllegalArgumentException(
          "the key is too short for the input: keyBytes=%d inputBytes=%d"
              .formatted(key.length, input.length));
    }
    int hash = 0;
    for (int bit = 0; bit < input.length * 8; bit++) {
      if (isSet(input, bit)) {
        hash ^= window(bit);
      }
    }
    return hash;
  }

  /** The 32 bits of the key from this one on. */
  private int window(int firstBit) {
    int window = 0;
    for (int bit = firstBit; bit < firstBit + WINDOW_BITS; bit++) {
      window = window << 1 | (isSet(key, bit) ? 1 : 0);
    }
    return window;
  }

  private static boolean isSet(byte[] bytes, int bit) {
    return (bytes[bit >>> 3] >>> 7 - (bit & 7) & 1) != 0;
  }
}

package io.breakwater.perf.traffic;

/**
 * SplitMix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014):
 * the n-th number of a stream is {@code mixed(seed + n * STEP)}, for any n.
 */
final class RandomBits {

  /** The golden ratio, odd. */
  static final long STEP = 0x9e37_79b9_7f4a_7c15L;

  private RandomBits() {}

  static long mixed(long state) {
    long bits = (state ^ state >>> 30) * 0xbf58_476d_1ce4_e5b9L;
    bits = (bits ^ bits >>> 27) * 0x94d0_49bb_1331_11ebL;
    return bits ^ bits >>> 31;
  }
}

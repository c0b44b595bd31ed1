package io.breakwater.config.nft;

import io.breakwater.config.firewall.Intervals;

/** An unsigned number of up to 128 bits. */
record Bits128(long high, long low) implements Comparable<Bits128> {

  static final Bits128 ZERO = new Bits128(0, 0);

  static Bits128 of(long low) {
    return new Bits128(0, low);
  }

  /** A number whose lowest {@code count} bits are set. */
  static Bits128 ones(int count) {
    return new Bits128(
        count <= 64 ? 0 : -1L >>> (128 - count), count >= 64 ? -1 : (1L << count) - 1);
  }

  Bits128 and(Bits128 other) {
    return new Bits128(high & other.high, low & other.low);
  }

  Bits128 or(Bits128 other) {
    return new Bits128(high | other.high, low | other.low);
  }

  Bits128 xor(Bits128 other) {
    return new Bits128(high ^ other.high, low ^ other.low);
  }

  /** All bits the other way round, as far as a field of {@code bits} has them. */
  Bits128 not(int bits) {
    return xor(ones(bits));
  }

  Bits128 shiftLeft(int count) {
    if (count == 0) {
      return this;
    }
    return count >= 64
        ? new Bits128(count >= 128 ? 0 : low << (count - 64), 0)
        : new Bits128(high << count | low >>> (64 - count), low << count);
  }

  Bits128 shiftRight(int count) {
    if (count == 0) {
      return this;
    }
    return count >= 64
        ? new Bits128(0, count >= 128 ? 0 : high >>> (count - 64))
        : new Bits128(high >>> count, low >>> count | high << (64 - count));
  }

  Bits128 plusOne() {
    return new Bits128(low == -1 ? high + 1 : high, low + 1);
  }

  Bits128 minusOne() {
    return new Bits128(low == 0 ? high - 1 : high, low - 1);
  }

  boolean isZero() {
    return high == 0 && low == 0;
  }

  /** How many bits are set. */
  int bitCount() {
    return Long.bitCount(high) + Long.bitCount(low);
  }

  @Override
  public int compareTo(Bits128 other) {
    return Intervals.compare(high, low, other.high, other.low);
  }

  /** In decimal if it fits 64 bits. */
  @Override
  public String toString() {
    return high == 0 ? Long.toUnsignedString(low) : "0x" + hex();
  }

  String hex() {
    return high == 0 ? Long.toHexString(low) : Long.toHexString(high) + String.format("%016x", low);
  }
}

package io.breakwater.config.nft;

/** The values of one field from {@code first} to {@code last}, both included. */
record Span(Bits128 first, Bits128 last) {

  static Span of(Bits128 value) {
    return new Span(value, value);
  }

  static Span of(long value) {
    return of(Bits128.of(value));
  }

  boolean isSingle() {
    return first.equals(last);
  }

  /** The prefix length that says the same in a field of {@code bits}, or -1. */
  int prefixLength(int bits) {
    Bits128 hostBits = first.xor(last);
    int hostBitCount = hostBits.bitCount();
    boolean isPrefix = hostBits.equals(Bits128.ones(hostBitCount)) && first.and(hostBits).isZero();
    return isPrefix ? bits - hostBitCount : -1;
  }
}

package io.breakwater.appliance.capture;

/**
 * An interface of a pcapng section.
 *
 * @param linkType LINKTYPE_ value
 * @param snapLength most bytes kept of a frame; 0: all
 * @param resolution {@code if_tsresol}: with the top bit clear units of 10^-n seconds, with it set
 *     of 2^-n seconds
 * @param offsetSeconds {@code if_tsoffset}, added to every time
 */
record PcapngInterface(int linkType, long snapLength, int resolution, long offsetSeconds) {

  /** Microseconds. */
  static final int RESOLUTION_DEFAULT = 6;

  private static final long NS_PER_SECOND = 1_000_000_000L;

  boolean finerThanMicroseconds() {
    return (resolution & 0x80) != 0 ? (resolution & 0x7f) > 19 : resolution > 6;
  }

  /**
   * Nanoseconds since 1970 of a time in this interface's units (unsigned).
   *
   * @return negative where the time is outside what a long of nanoseconds can say
   */
  long timeNs(long units) {
    long sinceOffsetNs =
        (resolution & 0x80) != 0 ? fromBinary(units, resolution & 0x7f) : fromDecimal(units);
    if (sinceOffsetNs < 0) {
      return -1;
    }
    long offsetNs = offsetSeconds * NS_PER_SECOND;
    boolean exact = Math.multiplyHigh(offsetSeconds, NS_PER_SECOND) == offsetNs >> 63;
    long timeNs = sinceOffsetNs + offsetNs;
    boolean overflow = offsetNs > 0 && timeNs < sinceOffsetNs;
    return exact && !overflow ? timeNs : -1;
  }

  private long fromDecimal(long units) {
    if (resolution > 28) {
      return 0;
    }
    long ns = units;
    for (int digits = resolution; digits > 9; digits--) {
      ns = Long.divideUnsigned(ns, 10);
    }
    for (int digits = resolution; digits < 9; digits++) {
      if (ns < 0 || ns > Long.MAX_VALUE / 10) {
        return -1;
      }
      ns *= 10;
    }
    return ns;
  }

  /** units * 10^9 / 2^bits, with all 128 bits of the product. */
  private static long fromBinary(long units, int bits) {
    long high = Math.unsignedMultiplyHigh(units, NS_PER_SECOND);
    long low = units * NS_PER_SECOND;
    if (bits >= 64) {
      return high >>> (bits - 64);
    }
    if (bits == 0) {
      return high == 0 ? low : -1;
    }
    return high >>> bits == 0 ? low >>> bits | high << (64 - bits) : -1;
  }
}

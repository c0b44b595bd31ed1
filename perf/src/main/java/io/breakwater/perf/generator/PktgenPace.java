package io.breakwater.perf.generator;

/**
 * How Pktgen keeps a rate: a burst of so many packets each so many ticks of the time stamp counter.
 *
 * <p>It is usually told a percentage of the link's speed, which virtual links do not have, and cuts
 * the ticks for one packet to a whole number. Setting the ticks for a burst is exact to one in
 * thousands.
 *
 * @param burst packets
 * @param ticks from one burst to the next
 */
record PktgenPace(int burst, long ticks) {

  /** How many it sends at once, unless a rate is so low that this would make it uneven. */
  static final int BURST = 32;

  static final PktgenPace AS_FAST_AS_IT_CAN = new PktgenPace(BURST, 1);

  /** A burst has the packets of so much time at most. */
  private static final double BURST_SECONDS_MAX = 32e-6;

  /** Pktgen takes ticks as an unsigned number of 32 bits. */
  private static final long TICKS_MAX = 0xFFFF_FFFFL;

  static PktgenPace of(double packetsPerSecond, double ticksPerSecond) {
    if (packetsPerSecond == Double.POSITIVE_INFINITY) {
      return AS_FAST_AS_IT_CAN;
    }
    int burst = (int) Math.clamp(packetsPerSecond * BURST_SECONDS_MAX, 1, BURST);
    long ticks = Math.round(burst * ticksPerSecond / packetsPerSecond);
    return new PktgenPace(burst, Math.clamp(ticks, 1, TICKS_MAX));
  }

  /**
   * The time stamp counter's ticks in a second, as Pktgen counts them.
   *
   * @param calibration packets a second, and ticks for a burst of {@link #BURST}
   */
  static double ticksPerSecond(String calibration) {
    String[] numbers = calibration.split(" ");
    return Double.parseDouble(numbers[0]) * Double.parseDouble(numbers[1]) / BURST;
  }
}

package io.breakwater.perf.generator;

/**
 * When each packet of a paced trial is due: packet n at {@code start + n * interval}, so that the
 * rate is exact however late a single packet leaves, and no error adds up.
 *
 * <p>Times are ticks of the TSC, and an argument. Immutable.
 *
 * @param start when packet 0 is due
 * @param interval ticks from one packet to the next; 0: all are due at once
 */
record Timetable(long start, double interval) {

  /**
   * @param packetsPerSecond may be infinite
   */
  static Timetable of(long start, double packetsPerSecond, long ticksPerSecond) {
    return new Timetable(start, ticksPerSecond / packetsPerSecond);
  }

  long due(long packet) {
    return start + (long) (packet * interval);
  }

  /** How many packets are due by then. */
  long countDue(long now) {
    if (now < start) {
      return 0;
    }
    return interval == 0 ? Long.MAX_VALUE : (long) ((now - start) / interval) + 1;
  }
}

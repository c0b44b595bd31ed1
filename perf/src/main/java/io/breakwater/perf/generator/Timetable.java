package io.breakwater.perf.generator;

/**
 * A {@link TrialOrder} in ticks of the TSC: when each packet is due, and how long it may wait for
 * the link.
 *
 * <p>Packet n is due at {@code start + n * interval}, so the rate is exact however late a single
 * packet leaves, and no error adds up. Time is an argument. Immutable.
 *
 * @param start when packet 0 is due
 * @param interval ticks from one packet to the next; 0: all are due at once
 * @param total packets
 * @param duration after which the trial is over, whatever has been sent, ticks
 * @param waitMax for a packet that the link refuses, ticks; negative: it is lost at once
 */
record Timetable(long start, double interval, long total, long duration, long waitMax) {

  private static final int WAIT_MAX_MS = 1;

  /** What is not sent by then, beyond twice the time that was ordered, is not sent. */
  private static final int LATE_MAX_SECONDS = 1;

  static Timetable of(long start, TrialOrder order, long ticksPerSecond) {
    double packets =
        order.packets() > 0 ? order.packets() : order.packetsPerSecond() * order.seconds();
    boolean endless = Double.isInfinite(packets);
    return new Timetable(
        start,
        ticksPerSecond / order.packetsPerSecond(),
        endless ? Long.MAX_VALUE : Math.round(packets),
        duration(order, endless, ticksPerSecond),
        order.packets() > 0 ? -1 : endless ? Long.MAX_VALUE : ticksPerSecond * WAIT_MAX_MS / 1_000);
  }

  private static long duration(TrialOrder order, boolean endless, long ticksPerSecond) {
    if (order.packets() > 0) {
      return Long.MAX_VALUE;
    }
    double seconds = endless ? order.seconds() : 2 * order.seconds() + LATE_MAX_SECONDS;
    return (long) (seconds * ticksPerSecond);
  }

  /** Whether it goes at the link's pace, for a time. */
  boolean endless() {
    return total == Long.MAX_VALUE;
  }

  boolean over(long now) {
    return now - start >= duration;
  }

  /** When a packet is due; in an endless trial each is when it is made. */
  long due(long packet, long now) {
    return endless() ? now : start + (long) (packet * interval);
  }

  /** How many packets are due by then. */
  long countDue(long now) {
    if (now < start) {
      return 0;
    }
    return interval == 0 ? total : Math.min(total, (long) ((now - start) / interval) + 1);
  }
}

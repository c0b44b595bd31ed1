package io.breakwater.appliance.health;

import io.breakwater.workers.stage.ProbeListener;
import io.breakwater.workers.table.ProbeLog;

/**
 * Finds out what became of each tunnel's probes, in the order in which they were sent: answered, or
 * lost after the tunnel's timeout without an answer.
 *
 * <p>Flat arrays by tunnel slot. Used by the control thread.
 */
public final class ProbeResults implements ProbeListener {

  /** Older ones' times may be overwritten any time; at ten a second they are over any timeout. */
  private static final int TIMES_READABLE = ProbeLog.TIMES - 2;

  private static final int ANSWERS_PENDING_MAX = Long.SIZE;
  private static final int ROUND_TRIP_WEIGHT = 8;

  private final ProbeLog log;

  /** Number of the last probe of which it is known what became of it. */
  private final int[] decided;

  /** Which of those after it were answered; bit 0 is the next. */
  private final long[] answered;

  private final long[] roundTripsNs;
  private final long[] timeoutsNs;

  /**
   * @param tunnelSlots slots of tunnels are below it
   */
  public ProbeResults(ProbeLog log, int tunnelSlots) {
    this.log = log;
    decided = new int[tunnelSlots];
    answered = new long[tunnelSlots];
    roundTripsNs = new long[tunnelSlots];
    timeoutsNs = new long[tunnelSlots];
  }

  /** Forgets all of a slot: what was sent so far is nothing to it. */
  public void reset(int tunnel) {
    decided[tunnel] = log.last(tunnel);
    answered[tunnel] = 0;
    roundTripsNs[tunnel] = 0;
  }

  /** From here on an answer of a slot's that takes longer is none. */
  public void setTimeout(int tunnel, long timeoutNs) {
    timeoutsNs[tunnel] = timeoutNs;
  }

  @Override
  public void answered(int tunnel, int sequence, long roundTripNs) {
    int ahead = sequence - decided[tunnel] - 1;
    if (ahead < 0 || ahead >= ANSWERS_PENDING_MAX) {
      // Too late, or of the tunnel that had the slot before.
      return;
    }
    answered[tunnel] |= 1L << ahead;
    long smoothed = roundTripsNs[tunnel];
    roundTripsNs[tunnel] =
        smoothed == 0 ? roundTripNs : smoothed + (roundTripNs - smoothed) / ROUND_TRIP_WEIGHT;
  }

  /**
   * Hands the probes of which it is known by now what became of them to the tunnel's machine.
   *
   * @param nowNs the clock of the log's times
   * @return whether the machine's state has changed
   */
  public boolean decide(int tunnel, HealthMachine machine, long nowNs) {
    HealthState before = machine.state();
    int last = log.last(tunnel);
    long timeoutNs = timeoutsNs[tunnel];
    while (decided[tunnel] != last) {
      int next = decided[tunnel] + 1;
      boolean isReadable = last - next < TIMES_READABLE;
      long sentNs = isReadable ? log.timeNs(tunnel, next) : nowNs - timeoutNs;
      boolean isAnswered = (answered[tunnel] & 1) != 0;
      if (!isAnswered && nowNs - sentNs < timeoutNs) {
        break;
      }
      decided[tunnel] = next;
      answered[tunnel] >>>= 1;
      machine.sample(sentNs, isAnswered);
    }
    return machine.state() != before;
  }

  /** Smoothed; 0 before the first answer. */
  public long roundTripNs(int tunnel) {
    return roundTripsNs[tunnel];
  }
}

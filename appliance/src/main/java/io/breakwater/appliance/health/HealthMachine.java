package io.breakwater.appliance.health;

/**
 * A tunnel's state by what became of its probes.
 *
 * <pre>
 *               0.1% of 5 minutes' probes lost, 2 at least
 *   HEALTHY -------------------------------------------------> DEGRADED
 *      |  ^                                                     |    ^
 *      |  +------------------ 30 in a row answered -------------+    |
 *      |                                                        |    | 3 in a row answered
 *      |  all of the last second's probes lost, the last 3      v    |
 *      +-----------------------------------------------------> DOWN -+
 * </pre>
 *
 * <p>A recovery begins the five minutes anew: else what was lost before would undo it at once.
 *
 * <p>Time is that at which a probe was sent. Used by one thread; about 400 bytes.
 */
public final class HealthMachine {

  private static final int LOST_MIN = 2;
  private static final int PROBES_PER_LOST = 1_000;
  private static final int DOWN_RUN = 3;
  private static final long DOWN_NS = 1_000_000_000L;
  private static final int UP_RUN = 3;
  private static final int HEALTHY_RUN = 30;

  private final LossWindow window = new LossWindow();
  private HealthState state = HealthState.HEALTHY;
  private int answeredRun;
  private int lostRun;
  private boolean hasAnswered;
  private long answeredNs;
  private int changeProbes;
  private int changeLost;

  /**
   * Takes what became of the next probe.
   *
   * @param sentNs when it was sent
   * @return whether the state has changed
   */
  public boolean sample(long sentNs, boolean isAnswered) {
    window.add(sentNs, !isAnswered);
    if (isAnswered) {
      answeredRun++;
      lostRun = 0;
      hasAnswered = true;
      answeredNs = sentNs;
    } else {
      answeredRun = 0;
      lostRun++;
    }
    HealthState next = next(sentNs);
    if (next == state) {
      return false;
    }
    changeProbes = window.sent();
    changeLost = window.lost();
    answeredRun = 0;
    state = next;
    if (state == HealthState.HEALTHY) {
      window.clear();
    }
    return true;
  }

  private HealthState next(long sentNs) {
    if (state == HealthState.DOWN) {
      return answeredRun >= UP_RUN ? HealthState.DEGRADED : HealthState.DOWN;
    }
    if (lostRun >= DOWN_RUN && (!hasAnswered || sentNs - answeredNs >= DOWN_NS)) {
      return HealthState.DOWN;
    }
    if (state == HealthState.DEGRADED) {
      return answeredRun >= HEALTHY_RUN ? HealthState.HEALTHY : HealthState.DEGRADED;
    }
    boolean isLossy = window.lost() >= LOST_MIN && window.lost() * PROBES_PER_LOST >= window.sent();
    return isLossy ? HealthState.DEGRADED : HealthState.HEALTHY;
  }

  public HealthState state() {
    return state;
  }

  /** Probes of the last five minutes, or since the tunnel recovered. */
  public int probes() {
    return window.sent();
  }

  /** Of those the lost ones. */
  public int lost() {
    return window.lost();
  }

  /** Probes of the five minutes before the last change of state. */
  public int changeProbes() {
    return changeProbes;
  }

  /** Of those the lost ones. */
  public int changeLost() {
    return changeLost;
  }
}

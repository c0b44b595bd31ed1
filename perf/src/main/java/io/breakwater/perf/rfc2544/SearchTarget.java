package io.breakwater.perf.rfc2544;

import java.util.List;

/**
 * A {@link SearchGoal} with the effort that one phase of the search spends on it (RFC 9971: "search
 * goal").
 *
 * @param lossRatio a trial that loses more is bad
 * @param trialSeconds shorter trials do not count
 * @param sumSeconds of trials that settle a load for certain
 * @param width distance of the bounds by the upper one, at which this phase ends
 */
record SearchTarget(double lossRatio, double trialSeconds, double sumSeconds, double width) {

  /**
   * A load at which not more than half of the time was bad passes. Together with a sum of two
   * trials this is the binary search with loss verification of ETSI GS NFV-TST 009: a good trial
   * settles it, a bad one is repeated.
   */
  static final double EXCEED_RATIO = 0.5;

  static final double FINAL_WIDTH = 0.005;
  static final int PHASES = 3;

  private static final double FIRST_WIDTH = 0.04;

  /** From quick and coarse to what counts. */
  static List<SearchTarget> phases(SearchGoal goal, double seconds) {
    return List.of(
        new SearchTarget(goal.lossRatio(), seconds / 8, seconds / 8, FIRST_WIDTH),
        new SearchTarget(goal.lossRatio(), seconds / 4, seconds / 4, FINAL_WIDTH),
        new SearchTarget(goal.lossRatio(), seconds, 2 * seconds, FINAL_WIDTH));
  }
}

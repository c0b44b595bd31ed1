package io.breakwater.perf.rfc2544;

/**
 * Which loss a rate may have and still be found.
 *
 * <p>NDR is the throughput of RFC 1242 section 3.17; PDR at 0.5 % is FD.io CSIT's, and where a
 * system that is disturbed now and then shows what it can.
 */
enum SearchGoal {
  /** Partial-drop rate. */
  PDR(0.005),
  /** No-drop rate. */
  NDR(0);

  private final double lossRatio;

  SearchGoal(double lossRatio) {
    this.lossRatio = lossRatio;
  }

  double lossRatio() {
    return lossRatio;
  }
}

package io.breakwater.perf.onset;

import io.breakwater.perf.onset.OnsetMeasurement.CurvePoint;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The slowest moment that rounds have in common: their curves are laid over each other, and at each
 * time the median round counts.
 *
 * <p>What the packet path does when it meets something comes at the same time in every round, since
 * every round sends the same frames. What the machine takes away comes at any time, so that most
 * rounds are spared at each.
 *
 * @param ratio that rate by the steady one
 * @param atMs when, from the switch on
 * @param isSeen whether most rounds have looked, all of the time
 */
record OnsetOverlay(double ratio, double atMs, boolean isSeen) {

  /** Windows are of 10 ms: a dip is found at its full depth, give or take a fifth. */
  private static final double STEP_MS = 2;

  private static final double NEAR_MS = 4;

  /** A window's middle is never earlier. */
  private static final double FROM_MS = 5;

  /**
   * @param curves of each round, times from the switch on
   * @param steadyMpps of each round
   */
  static OnsetOverlay of(List<List<CurvePoint>> curves, double[] steadyMpps) {
    double endMs =
        curves.stream()
            .mapToDouble(curve -> curve.isEmpty() ? 0 : curve.getLast().ms())
            .min()
            .orElse(0);
    OnsetOverlay worst = new OnsetOverlay(Double.MAX_VALUE, 0, endMs >= FROM_MS);
    boolean isSeen = worst.isSeen;
    for (double ms = FROM_MS; ms <= endMs; ms += STEP_MS) {
      List<Double> ratios = new ArrayList<>();
      for (int round = 0; round < steadyMpps.length; round++) {
        double rate = slowest(curves.get(round), ms);
        if (!Double.isNaN(rate)) {
          ratios.add(rate / steadyMpps[round]);
        }
      }
      if (2 * ratios.size() <= steadyMpps.length) {
        isSeen = false;
      } else if (median(ratios) < worst.ratio) {
        worst = new OnsetOverlay(median(ratios), ms, true);
      }
    }
    return new OnsetOverlay(worst.ratio, worst.atMs, isSeen);
  }

  /** Near a time, and after the switch: NaN where nobody looked. */
  private static double slowest(List<CurvePoint> curve, double ms) {
    return curve.stream()
        .filter(point -> point.startMs() >= 0 && Math.abs(point.ms() - ms) <= NEAR_MS)
        .mapToDouble(CurvePoint::mpps)
        .min()
        .orElse(Double.NaN);
  }

  private static double median(List<Double> ratios) {
    double[] sorted = ratios.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }

  boolean holds() {
    return isSeen && ratio >= OnsetResult.RATIO_MIN;
  }
}

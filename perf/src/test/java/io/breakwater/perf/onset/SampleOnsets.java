package io.breakwater.perf.onset;

import io.breakwater.perf.onset.OnsetMeasurement.CurvePoint;
import java.util.ArrayList;
import java.util.List;

/** Rounds of an onset as they could be. */
final class SampleOnsets {

  private static final double STEADY_MPPS = 10;

  private SampleOnsets() {}

  /**
   * @param ratio of the worst 10 ms by the steady rate
   * @param deoptimizations lines
   */
  static OnsetMeasurement round(
      double ratio, double controlRatio, double gapMs, String... deoptimizations) {
    List<CurvePoint> curve = new ArrayList<>();
    for (int ms = -200; ms <= 800; ms += 10) {
      curve.add(new CurvePoint(ms, ms == 0 ? ratio * STEADY_MPPS : STEADY_MPPS));
    }
    return new OnsetMeasurement(
        12,
        controlRatio,
        ratio * STEADY_MPPS,
        0,
        STEADY_MPPS,
        gapMs,
        0.1,
        List.of(deoptimizations),
        curve);
  }
}

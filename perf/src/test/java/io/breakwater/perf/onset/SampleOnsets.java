package io.breakwater.perf.onset;

import io.breakwater.perf.onset.OnsetMeasurement.CurvePoint;
import java.util.ArrayList;
import java.util.List;

/** Rounds of an onset as they could be. */
final class SampleOnsets {

  private static final double STEADY_MPPS = 10;
  private static final int END_MS = 800;
  private static final int STEP_MS = 2;

  private SampleOnsets() {}

  /** In a curve: from {@code fromMs} on, for 10 ms. */
  record Dip(int fromMs, double ratio) {}

  static Dip dip(int fromMs, double ratio) {
    return new Dip(fromMs, ratio);
  }

  /**
   * @param control in the switch from clean to clean, or null
   * @param onset after the attack began, or null
   * @param deoptimizations lines
   */
  static OnsetMeasurement round(Dip control, Dip onset, String... deoptimizations) {
    return new OnsetMeasurement(
        Attack.PINGS,
        12,
        control == null ? 1 : control.ratio,
        0.01,
        (onset == null ? 1 : onset.ratio) * STEADY_MPPS,
        onset == null ? 0 : onset.fromMs,
        STEADY_MPPS,
        0.02,
        2,
        0.1,
        List.of(deoptimizations),
        curve(0, control, 12),
        curve(-200, onset, STEADY_MPPS));
  }

  /** One at which nobody looked for so long after the attack began. */
  static OnsetMeasurement blindRound(int fromMs, int toMs) {
    OnsetMeasurement seeing = round(null, null);
    return new OnsetMeasurement(
        seeing.attack(),
        seeing.cleanMpps(),
        seeing.controlRatio(),
        seeing.controlBelowShare(),
        seeing.worstMpps(),
        seeing.worstAtMs(),
        seeing.steadyMpps(),
        seeing.belowShare(),
        toMs - fromMs,
        seeing.deliveredShare(),
        seeing.deoptimizations(),
        seeing.controlCurve(),
        seeing.curve().stream()
            .filter(point -> point.endMs() < fromMs || point.startMs() > toMs)
            .toList());
  }

  private static List<CurvePoint> curve(int fromMs, Dip dip, double steadyMpps) {
    List<CurvePoint> curve = new ArrayList<>();
    for (int ms = fromMs; ms <= END_MS; ms += STEP_MS) {
      boolean slow = dip != null && ms == dip.fromMs;
      // Before the attack all is slower, which is no dip of the onset's.
      double mpps = ms < 0 ? steadyMpps / 2 : slow ? dip.ratio * steadyMpps : steadyMpps;
      curve.add(new CurvePoint(ms, ms + 10, mpps));
    }
    return curve;
  }
}

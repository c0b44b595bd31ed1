package io.breakwater.perf.onset;

import java.util.List;

/**
 * What one round saw of one attack. Rates are of all packets received, clean and attack together.
 *
 * @param cleanMpps steady rate before the attack, all clean
 * @param controlRatio the worst 10 ms after a switch from clean to clean, by {@code cleanMpps}
 * @param controlBelowShare of all 10 ms after that switch, those too slow
 * @param worstMpps the worst 10 ms after the attack began
 * @param worstAtMs when these began, from the attack's beginning on
 * @param steadyMpps what the attacked traffic settles at
 * @param belowShare of all 10 ms after the attack began, those too slow
 * @param longestGapMs between two looks at the counter, after the attack began
 * @param deliveredShare packets delivered by those received, under attack
 * @param deoptimizations of the worker, after the attack began
 * @param controlCurve rates of 10 ms after the switch from clean to clean, times from there on
 * @param curve rates of 10 ms around the attack's beginning
 */
record OnsetMeasurement(
    Attack attack,
    double cleanMpps,
    double controlRatio,
    double controlBelowShare,
    double worstMpps,
    double worstAtMs,
    double steadyMpps,
    double belowShare,
    double longestGapMs,
    double deliveredShare,
    List<String> deoptimizations,
    List<CurvePoint> controlCurve,
    List<CurvePoint> curve) {

  /** The rate of a window; times are from the switch on. */
  record CurvePoint(double startMs, double endMs, double mpps) {

    /** The window's middle. */
    double ms() {
      return (startMs + endMs) / 2;
    }
  }

  /**
   * All attacks of one round, in the order in which they came.
   *
   * @param warmedUp whether the warm-up came to its end, as it does on a machine that is not busy
   */
  record Round(boolean warmedUp, List<OnsetMeasurement> attacks) {}

  OnsetMeasurement {
    deoptimizations = List.copyOf(deoptimizations);
    controlCurve = List.copyOf(controlCurve);
    curve = List.copyOf(curve);
  }

  double ratio() {
    return worstMpps / steadyMpps;
  }
}

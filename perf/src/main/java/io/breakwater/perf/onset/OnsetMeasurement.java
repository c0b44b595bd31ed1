package io.breakwater.perf.onset;

import java.util.List;

/**
 * What one round saw. Rates are of all packets received, clean and attack together.
 *
 * @param cleanMpps steady rate before the attack, all clean
 * @param controlRatio the worst 10 ms after a switch from clean to clean, by {@code cleanMpps}
 * @param worstMpps the worst 10 ms after the attack began
 * @param worstAtMs when these began, from the attack's beginning on
 * @param steadyMpps what the attacked traffic settles at
 * @param longestGapMs between two looks at the counter, after the attack began
 * @param deliveredShare packets delivered by those received, under attack
 * @param deoptimizations of the worker, after the attack began
 * @param curve rates of 10 ms around the attack's beginning
 */
record OnsetMeasurement(
    double cleanMpps,
    double controlRatio,
    double worstMpps,
    double worstAtMs,
    double steadyMpps,
    double longestGapMs,
    double deliveredShare,
    List<String> deoptimizations,
    List<CurvePoint> curve) {

  /**
   * @param ms the middle of a window, from the attack's beginning on
   */
  record CurvePoint(double ms, double mpps) {}

  OnsetMeasurement {
    deoptimizations = List.copyOf(deoptimizations);
    curve = List.copyOf(curve);
  }

  double ratio() {
    return worstMpps / steadyMpps;
  }
}

package io.breakwater.perf.onset;

import io.breakwater.perf.onset.OnsetMeasurement.CurvePoint;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/**
 * All rounds of one attack, and what they say about its onset.
 *
 * <p>A dip that belongs to the onset comes in every round at the same time, one that belongs to the
 * machine does not: so what the rounds have in common decides ({@link OnsetOverlay}). When the
 * switch from clean to clean, which is nobody's onset, has a dip in common too, nothing is decided.
 *
 * @param common what the rounds have in common after the attack began
 * @param commonControl the same after the switch from clean to clean
 * @param shown the round with the median of the worst 10 ms
 */
record OnsetResult(
    String attack,
    String description,
    Verdict verdict,
    OnsetOverlay common,
    OnsetOverlay commonControl,
    OnsetMeasurement shown,
    List<OnsetMeasurement> rounds) {

  /** No 10 ms may be below this share of the steady rate. */
  static final double RATIO_MIN = 0.9;

  enum Verdict {
    HOLDS("holds"),
    DIPS("dips"),
    TOO_NOISY("too noisy");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  static OnsetResult of(Attack attack, List<OnsetMeasurement> rounds) {
    OnsetOverlay common = overlay(rounds, OnsetMeasurement::curve, OnsetMeasurement::steadyMpps);
    OnsetOverlay control =
        overlay(rounds, OnsetMeasurement::controlCurve, OnsetMeasurement::cleanMpps);
    boolean decided = common.isSeen() && control.holds();
    // A dip that is not there in spite of all noise is not there.
    Verdict verdict = common.holds() ? Verdict.HOLDS : decided ? Verdict.DIPS : Verdict.TOO_NOISY;
    return new OnsetResult(
        attack.label(),
        attack.description(),
        verdict,
        common,
        control,
        median(rounds),
        List.copyOf(rounds));
  }

  private static OnsetOverlay overlay(
      List<OnsetMeasurement> rounds,
      Function<OnsetMeasurement, List<CurvePoint>> curve,
      ToDoubleFunction<OnsetMeasurement> steadyMpps) {
    return OnsetOverlay.of(
        rounds.stream().map(curve).toList(), rounds.stream().mapToDouble(steadyMpps).toArray());
  }

  private static OnsetMeasurement median(List<OnsetMeasurement> rounds) {
    return rounds.stream()
        .sorted(Comparator.comparingDouble(OnsetMeasurement::ratio))
        .toList()
        .get((rounds.size() - 1) / 2);
  }

  /** Of all 10 ms of all rounds after the attack began, those too slow. */
  double belowShare() {
    return rounds.stream().mapToDouble(OnsetMeasurement::belowShare).average().orElse(0);
  }

  /** The same after the switches from clean to clean. */
  double controlBelowShare() {
    return rounds.stream().mapToDouble(OnsetMeasurement::controlBelowShare).average().orElse(0);
  }

  /** Of all rounds together. */
  int deoptimizations() {
    return rounds.stream().mapToInt(round -> round.deoptimizations().size()).sum();
  }
}

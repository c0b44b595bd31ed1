package io.breakwater.perf.compare;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.breakwater.perf.report.Measurement;
import io.breakwater.perf.report.NoiseRule;
import java.util.List;
import java.util.Locale;

/**
 * What another build became in this one, from rounds that ran in turn: each pair of rounds saw the
 * same minute of the machine, and the test looks at what differs within pairs only.
 *
 * <p>So it finds what two runs one after the other cannot, on a machine whose speed changes by more
 * than what is sought.
 *
 * @param before median cycles per packet of the other build
 * @param after median cycles per packet of this one
 * @param change of a pair, the {@link WilcoxonSignedRank} estimate: 0.05 is 5% more cycles
 * @param changeLow the change is not below this, with 95% confidence
 * @param changeHigh nor above this
 * @param stage that grew most, in a verdict of slower
 */
public record PairedDifference(
    String profile,
    double before,
    double after,
    double change,
    double changeLow,
    double changeHigh,
    double p,
    int pairs,
    BenchDifference.Verdict verdict,
    @JsonInclude(JsonInclude.Include.NON_NULL) BenchDifference.Stage stage) {

  /** With 5 pairs no outcome has a probability below {@link BenchDifference#ALPHA}. */
  static final int PAIRS_MIN = 6;

  /**
   * Compares.
   *
   * @param before the other build's rounds, at least one
   * @param after this build's, each next to the one in its place
   */
  public static PairedDifference of(
      String profile, List<Measurement> before, List<Measurement> after) {
    double[] old = cycles(before);
    double[] young = cycles(after);
    double[] logRatios = new double[old.length];
    for (int i = 0; i < old.length; i++) {
      logRatios[i] = Math.log(young[i] / old[i]);
    }
    WilcoxonSignedRank test = new WilcoxonSignedRank(logRatios);
    double change = Math.expm1(test.estimate());
    double p = test.pValue();
    BenchDifference.Verdict verdict = verdict(old.length, change, p);
    return new PairedDifference(
        profile,
        NoiseRule.median(old),
        NoiseRule.median(young),
        change,
        Math.expm1(test.low(BenchDifference.ALPHA)),
        Math.expm1(test.high(BenchDifference.ALPHA)),
        p,
        old.length,
        verdict,
        verdict == BenchDifference.Verdict.SLOWER
            ? BenchDifference.mostGrown(before, after)
            : null);
  }

  private static BenchDifference.Verdict verdict(int pairs, double change, double p) {
    if (pairs < PAIRS_MIN) {
      return BenchDifference.Verdict.TOO_FEW;
    }
    if (p < BenchDifference.ALPHA && Math.abs(change) >= BenchDifference.CHANGE_MIN) {
      return change > 0 ? BenchDifference.Verdict.SLOWER : BenchDifference.Verdict.FASTER;
    }
    return BenchDifference.Verdict.NO_CHANGE;
  }

  /** Whether this build is slower than the other. */
  public boolean slower() {
    return verdict == BenchDifference.Verdict.SLOWER;
  }

  /** The verdict in words. */
  String explanation() {
    return switch (verdict) {
      case SLOWER -> "slower" + (stage == null ? "" : ", most in " + stage.text());
      case TOO_FEW -> "too few pairs to tell: %d; use --rounds 6 or more".formatted(pairs);
      default -> verdict.text();
    };
  }

  /** The change and how far off it may be. */
  String changeText() {
    return String.format(
        Locale.ROOT, "%+.1f%% (%+.1f to %+.1f)", 100 * change, 100 * changeLow, 100 * changeHigh);
  }

  private static double[] cycles(List<Measurement> rounds) {
    return rounds.stream().mapToDouble(Measurement::cyclesPerPacket).toArray();
  }
}

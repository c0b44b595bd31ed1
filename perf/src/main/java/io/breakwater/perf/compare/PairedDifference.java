package io.breakwater.perf.compare;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.breakwater.perf.report.Measurement;
import io.breakwater.perf.report.NoiseRule;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * What another build became in this one, from rounds that ran in turn: each pair of rounds saw the
 * same minute of the machine, and the test looks at what differs within pairs only.
 *
 * <p>So it finds what two runs one after the other cannot, on a machine whose speed changes by more
 * than what is sought.
 *
 * <p>A pair in which a side lacked its core ({@link NoiseRule#CORE_SHARE_MIN}) is left out: that is
 * known without a look at what was measured, so it favours neither.
 *
 * @param before median cycles per packet of the other build
 * @param after median cycles per packet of this one
 * @param change of a pair, the {@link WilcoxonSignedRank} estimate: 0.05 is 5% more cycles
 * @param changeLow the change is not below this, with 95% confidence
 * @param changeHigh nor above this
 * @param pairs that count
 * @param leftOut pairs that do not
 * @param stage that grew most, in a verdict of slower
 * @param beforeRounds all of the other build
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
    int leftOut,
    BenchDifference.Verdict verdict,
    @JsonInclude(JsonInclude.Include.NON_NULL) BenchDifference.Stage stage,
    List<Measurement> beforeRounds) {

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
    int[] counted =
        IntStream.range(0, before.size())
            .filter(i -> hadItsCore(before.get(i)) && hadItsCore(after.get(i)))
            .toArray();
    double[] logRatios =
        IntStream.of(counted)
            .mapToDouble(
                i -> Math.log(after.get(i).cyclesPerPacket() / before.get(i).cyclesPerPacket()))
            .toArray();
    // Without a pair there is nothing to test, and nothing found.
    WilcoxonSignedRank test =
        new WilcoxonSignedRank(logRatios.length == 0 ? new double[1] : logRatios);
    double change = Math.expm1(test.estimate());
    BenchDifference.Verdict verdict = verdict(counted.length, change, test.pValue());
    return new PairedDifference(
        profile,
        NoiseRule.median(cycles(before)),
        NoiseRule.median(cycles(after)),
        change,
        Math.expm1(test.low(BenchDifference.ALPHA)),
        Math.expm1(test.high(BenchDifference.ALPHA)),
        test.pValue(),
        counted.length,
        before.size() - counted.length,
        verdict,
        verdict == BenchDifference.Verdict.SLOWER ? BenchDifference.mostGrown(before, after) : null,
        before);
  }

  private static boolean hadItsCore(Measurement round) {
    return round.coreShare() >= NoiseRule.CORE_SHARE_MIN;
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
      case TOO_FEW ->
          leftOut == 0
              ? "too few pairs to tell: %d; use --rounds 6 or more".formatted(pairs)
              : "too few pairs to tell: %d, as the core was taken in %d; use a quieter one"
                  .formatted(pairs, leftOut);
      default -> verdict.text();
    };
  }

  /** The change and how far off it may be. */
  String changeText() {
    return verdict == BenchDifference.Verdict.TOO_FEW
        ? "-"
        : String.format(
            Locale.ROOT,
            "%+.1f%% (%+.1f to %+.1f)",
            100 * change,
            100 * changeLow,
            100 * changeHigh);
  }

  String pText() {
    return verdict == BenchDifference.Verdict.TOO_FEW ? "-" : String.format(Locale.ROOT, "%.4f", p);
  }

  /** How many count, and of how many. */
  String pairsText() {
    return leftOut == 0 ? Integer.toString(pairs) : "%d of %d".formatted(pairs, pairs + leftOut);
  }

  private static double[] cycles(List<Measurement> rounds) {
    return rounds.stream().mapToDouble(Measurement::cyclesPerPacket).toArray();
  }
}

package io.breakwater.perf.compare;

import io.breakwater.perf.compare.BenchDifference.Verdict;
import io.breakwater.perf.report.Measurement;
import io.breakwater.perf.report.NoiseRule;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * What another build became in this one, from rounds in which both took turns: each pair of slices
 * saw the same moment of the machine, and the tests look at what differs within pairs only.
 *
 * <p>So it finds what two runs one after the other cannot, on a machine whose speed changes by more
 * than what is sought. There are two tests: of the whole, and of each stage beside the others
 * ({@link StageDifferences}). The first finds what slows all stages alike; the second is not
 * disturbed by what the machine does to all of them.
 *
 * @param before median cycles per packet of the other build
 * @param after median cycles per packet of this one
 * @param change of a pair, the {@link WilcoxonSignedRank} estimate: 0.05 is 5% more cycles
 * @param changeLow the change is not below this, with 95% confidence
 * @param changeHigh nor above this
 * @param p of the whole
 * @param pairs of processes that count
 * @param leftOut those that do not: in fewer than three of their slices both had a fifth of their
 *     core
 * @param verdict from the whole and the stages together
 * @param stages none if they cannot be judged
 * @param changes of each pair that counts, in their order
 * @param rounds all, with all slices
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
    Verdict verdict,
    StageDifferences stages,
    List<Double> changes,
    List<PairedRound> rounds) {

  /** With 5 pairs no outcome has a probability below {@link BenchDifference#ALPHA}. */
  static final int PAIRS_MIN = 6;

  /**
   * Compares.
   *
   * @param rounds at least one
   */
  public static PairedDifference of(String profile, List<PairedRound> rounds) {
    List<PairedRound> counted =
        rounds.stream().map(PairedRound::counted).filter(round -> !round.isTooShort()).toList();
    double[] logRatios =
        counted.stream()
            .mapToDouble(round -> round.difference(PairedDifference::logRatio))
            .toArray();
    // Without a pair there is nothing to test, and nothing found.
    WilcoxonSignedRank test =
        new WilcoxonSignedRank(logRatios.length == 0 ? new double[1] : logRatios);
    double change = Math.expm1(test.estimate());
    StageDifferences stages = StageDifferences.paired(counted);
    return new PairedDifference(
        profile,
        NoiseRule.median(cycles(rounds.stream().map(PairedRound::beforeMedian).toList())),
        NoiseRule.median(cycles(rounds.stream().map(PairedRound::afterMedian).toList())),
        change,
        Math.expm1(test.low(BenchDifference.ALPHA)),
        Math.expm1(test.high(BenchDifference.ALPHA)),
        test.pValue(),
        counted.size(),
        rounds.size() - counted.size(),
        stages.with(wholeVerdict(counted.size(), change, test.pValue())),
        stages,
        DoubleStream.of(logRatios).map(Math::expm1).boxed().toList(),
        rounds);
  }

  private static double logRatio(Measurement before, Measurement after) {
    return Math.log(after.cyclesPerPacket() / before.cyclesPerPacket());
  }

  private static Verdict wholeVerdict(int pairs, double change, double p) {
    if (pairs < PAIRS_MIN) {
      return Verdict.TOO_FEW;
    }
    if (p < BenchDifference.ALPHA && Math.abs(change) >= BenchDifference.CHANGE_MIN) {
      return change > 0 ? Verdict.SLOWER : Verdict.FASTER;
    }
    return Verdict.NO_CHANGE;
  }

  /** Whether this build is slower than the other. */
  public boolean slower() {
    return verdict == Verdict.SLOWER;
  }

  /** The verdict in words. */
  String explanation() {
    return switch (verdict) {
      case SLOWER, FASTER -> verdict.text() + stages.because();
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
    return verdict == Verdict.TOO_FEW
        ? "-"
        : String.format(
            Locale.ROOT,
            "%+.1f%% (%+.1f to %+.1f)",
            100 * change,
            100 * changeLow,
            100 * changeHigh);
  }

  String pText() {
    return verdict == Verdict.TOO_FEW ? "-" : String.format(Locale.ROOT, "%.4f", p);
  }

  /** How many count, and of how many. */
  String pairsText() {
    return leftOut == 0 ? Integer.toString(pairs) : "%d of %d".formatted(pairs, pairs + leftOut);
  }

  private static double[] cycles(List<Measurement> rounds) {
    return rounds.stream().mapToDouble(Measurement::cyclesPerPacket).toArray();
  }
}

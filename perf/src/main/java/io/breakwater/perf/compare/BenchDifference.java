package io.breakwater.perf.compare;

import com.fasterxml.jackson.annotation.JsonValue;
import io.breakwater.perf.report.BenchReport.Comparison;
import io.breakwater.perf.report.Measurement;
import io.breakwater.perf.report.NoiseRule;
import java.util.List;

/**
 * What became of one profile between two runs of {@code bench}: a change, or noise.
 *
 * <p>Three series are judged, each a value for each round: Java's cycles, C's cycles, and Java's by
 * C's of the round that ran next to it. A machine drifts, and its drift falls on both sides of a
 * pair; the C program may change as well. So Java is slower only when its own cycles and its ratio
 * to C both say so: neither the machine nor C alone can accuse it.
 *
 * <p>Besides, each stage is judged beside the others ({@link StageDifferences}): that needs no
 * yardstick, and finds a change in rounds that are too far apart to be compared as a whole.
 */
record BenchDifference(
    String label, Series java, Series reference, Series ratio, StageDifferences stages) {

  /** Chance of finding a change in rounds that differ by nothing but chance. */
  static final double ALPHA = 0.05;

  /** A smaller change is not worth anyone's time, however certain. */
  static final double CHANGE_MIN = 0.02;

  /** With 3 on a side no outcome has a probability below {@link #ALPHA}. */
  static final int ROUNDS_MIN = 4;

  /** What a series came to. */
  enum Verdict {
    SLOWER("slower"),
    FASTER("faster"),
    NO_CHANGE("no change found"),
    TOO_FEW("too few rounds to tell"),
    TOO_NOISY("too noisy");

    private final String text;

    Verdict(String text) {
      this.text = text;
    }

    @JsonValue
    String text() {
      return text;
    }

    boolean isJudged() {
      return this != TOO_FEW && this != TOO_NOISY;
    }
  }

  /**
   * The rounds of two runs.
   *
   * @param before median
   * @param after median
   * @param p of the {@link MannWhitney}
   * @param rounds of the run that has fewer
   */
  record Series(double before, double after, double p, int rounds, Verdict verdict) {

    static Series of(double[] before, double[] after) {
      return of(before, after, true);
    }

    /**
     * @param measured whether both runs were quiet enough for a number
     */
    static Series of(double[] before, double[] after, boolean measured) {
      double medianBefore = NoiseRule.median(before);
      double medianAfter = NoiseRule.median(after);
      double p = MannWhitney.pValue(before, after);
      int rounds = Math.min(before.length, after.length);
      double change = medianAfter / medianBefore - 1;
      Verdict verdict;
      if (rounds < ROUNDS_MIN) {
        verdict = Verdict.TOO_FEW;
      } else if (!measured
          || Math.max(NoiseRule.spread(before), NoiseRule.spread(after)) > NoiseRule.SPREAD_MAX) {
        verdict = Verdict.TOO_NOISY;
      } else if (p < ALPHA && Math.abs(change) >= CHANGE_MIN) {
        verdict = change > 0 ? Verdict.SLOWER : Verdict.FASTER;
      } else {
        verdict = Verdict.NO_CHANGE;
      }
      return new Series(medianBefore, medianAfter, p, rounds, verdict);
    }

    double change() {
      return after / before - 1;
    }
  }

  /**
   * Compares what was measured, noisy or not: both have rounds.
   *
   * @param sameMachine stages of two machines differ without a change
   */
  static BenchDifference of(Comparison before, Comparison after, boolean sameMachine) {
    boolean measured = before.measured() && after.measured();
    return new BenchDifference(
        before.label(),
        Series.of(cycles(before.javaRounds()), cycles(after.javaRounds()), measured),
        Series.of(cycles(before.referenceRounds()), cycles(after.referenceRounds()), measured),
        Series.of(ratios(before), ratios(after), measured),
        sameMachine
            ? StageDifferences.unpaired(before.javaRounds(), after.javaRounds())
            : StageDifferences.notJudged("the machines differ"));
  }

  /** Of Java, from the whole and its stages. */
  Verdict verdict() {
    return stages.with(wholeVerdict());
  }

  /** From Java's own cycles and the ratio together. */
  private Verdict wholeVerdict() {
    if (!java.verdict().isJudged()) {
      return java.verdict();
    }
    if (!ratio.verdict().isJudged()) {
      return ratio.verdict();
    }
    return java.verdict() == ratio.verdict() ? java.verdict() : Verdict.NO_CHANGE;
  }

  /** The verdict on Java, with the reason where it needs one. */
  String explanation() {
    return switch (verdict()) {
      case SLOWER, FASTER -> verdict().text() + stages.because();
      case NO_CHANGE -> Verdict.NO_CHANGE.text() + contradiction();
      case TOO_FEW, TOO_NOISY ->
          seriesText(java.verdict().isJudged() ? ratio : java)
              + (stages.notJudged() == null ? " as a whole; no stage changed" : "");
    };
  }

  /** The verdict on one series by itself. */
  static String seriesText(Series series) {
    return series.verdict() == Verdict.TOO_FEW
        ? "too few rounds to tell: %d; use --rounds 5 or more".formatted(series.rounds())
        : series.verdict().text();
  }

  private String contradiction() {
    if (java.verdict() == ratio.verdict()) {
      return "";
    }
    return ratio.verdict() == Verdict.NO_CHANGE
        ? " (cycles changed, Java/C did not: the machine)"
        : " (Java/C changed, cycles did not follow: the machine, or C)";
  }

  private static double[] cycles(List<Measurement> rounds) {
    return rounds.stream().mapToDouble(Measurement::cyclesPerPacket).toArray();
  }

  private static double[] ratios(Comparison comparison) {
    double[] ratios = cycles(comparison.javaRounds());
    double[] reference = cycles(comparison.referenceRounds());
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] /= reference[i];
    }
    return ratios;
  }
}

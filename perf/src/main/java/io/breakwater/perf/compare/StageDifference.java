package io.breakwater.perf.compare;

import io.breakwater.perf.compare.BenchDifference.Verdict;
import java.util.Locale;

/**
 * What became of one stage, beside the others: all cycles are those at the machine's usual speed
 * ({@link MachineSpeed}).
 *
 * @param before median cycles for each packet received
 * @param after the same
 * @param change the Hodges-Lehmann estimate, in cycles
 * @param ofWhole the change by what the whole packet path took before: 0.05 is 5% of it
 * @param ofWholeLow it is not below this, with 95% confidence for this stage alone
 * @param ofWholeHigh nor above this
 * @param p corrected for the number of stages, as Holm does
 * @param verdict slower or faster, if that is certain and large enough for someone to look at it
 */
record StageDifference(
    String stage,
    double before,
    double after,
    double change,
    double ofWhole,
    double ofWholeLow,
    double ofWholeHigh,
    double p,
    Verdict verdict) {

  static StageDifference of(
      String stage, double before, double after, double whole, Location location, double p) {
    double ofWhole = location.estimate() / whole;
    Verdict verdict = Verdict.NO_CHANGE;
    if (p < BenchDifference.ALPHA && Math.abs(ofWhole) >= BenchDifference.CHANGE_MIN) {
      verdict = ofWhole > 0 ? Verdict.SLOWER : Verdict.FASTER;
    }
    return new StageDifference(
        stage,
        before,
        after,
        location.estimate(),
        ofWhole,
        location.low() / whole,
        location.high() / whole,
        p,
        verdict);
  }

  /**
   * Where a difference lies, and how far off that may be.
   *
   * @param p of there being none
   */
  record Location(double estimate, double low, double high, double p) {}

  boolean isChanged() {
    return verdict != Verdict.NO_CHANGE;
  }

  /** For a sentence. */
  String text() {
    return String.format(Locale.ROOT, "%s %+.1f cycles (%s)", stage, change, ofItselfText());
  }

  /** Of what the stage itself took before; it may be new. */
  String ofItselfText() {
    return before > 0 ? String.format(Locale.ROOT, "%+.1f%%", 100 * change / before) : "new";
  }

  String ofWholeText() {
    return String.format(
        Locale.ROOT,
        "%+.1f%% (%+.1f to %+.1f)",
        100 * ofWhole,
        100 * ofWholeLow,
        100 * ofWholeHigh);
  }
}

package io.breakwater.perf.stall;

import io.breakwater.perf.stall.StallSeries.Spread;
import java.util.Locale;

/**
 * Whether a Java side stalls no more than C did in the same run. Two lines:
 *
 * <ul>
 *   <li>The 99.9999th percentile is at most {@value #RATIO_MAX} times C's: by the medians of the
 *       rounds, as long as C's own rounds are within a factor of {@value #STEADY_FACTOR}. Where
 *       they differ more, only what holds for all rounds of both sides counts; the rest is noise.
 *       It takes {@value #BEYOND_MIN} turns beyond the percentile in each round, since one or two
 *       of them are chance.
 *   <li>Gaps over 100 microseconds are no more than C's: met if the median is within what C's
 *       rounds showed, missed if every round has more than every one of C's, else noise.
 * </ul>
 *
 * <p>There is no verdict with fewer than {@value #ROUNDS_MIN} rounds, nor where other threads of
 * the machine took more than a hundredth of the core from one of C's.
 *
 * @param load a {@link StallLoad}'s label
 * @param side a {@link StallSide}'s label
 * @param ratio of the 99.9999th percentile to C's, by medians
 */
public record StallVerdict(
    String load, String side, double ratio, Finding percentile, Finding longGaps) {

  static final double RATIO_MAX = 1.5;
  static final double STEADY_FACTOR = 2;
  static final int BEYOND_MIN = 10;
  static final int ROUNDS_MIN = 3;
  static final double CORE_SHARE_MIN = 0.99;

  private static final double PERCENT = 99.9999;
  private static final long TURNS_MIN = Math.round(BEYOND_MIN / (1 - PERCENT / 100));

  /** What came out. */
  public enum Finding {
    MET("met"),
    MISSED("missed"),
    TOO_NOISY("machine too noisy to tell"),
    TOO_FEW_TURNS("too few turns to tell, give it more --seconds"),
    TOO_FEW_ROUNDS("too few rounds to tell, it takes " + ROUNDS_MIN);

    private final String text;

    Finding(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  static StallVerdict of(StallSeries reference, StallSeries java) {
    Spread c = reference.spread(round -> round.percentileUs(PERCENT));
    Spread j = java.spread(round -> round.percentileUs(PERCENT));
    Finding unknown = unknown(reference, java);
    boolean enoughTurns =
        Math.min(reference.spread(GapRound::turns).min(), java.spread(GapRound::turns).min())
            >= TURNS_MIN;
    return new StallVerdict(
        java.load(),
        java.side(),
        j.median() / c.median(),
        unknown != null ? unknown : enoughTurns ? percentile(c, j) : Finding.TOO_FEW_TURNS,
        unknown != null
            ? unknown
            : longGaps(
                reference.spread(GapRound::gapsOver100Us), java.spread(GapRound::gapsOver100Us)));
  }

  /** Why nothing can be said, or null. */
  private static Finding unknown(StallSeries reference, StallSeries java) {
    if (Math.min(reference.rounds().size(), java.rounds().size()) < ROUNDS_MIN) {
      return Finding.TOO_FEW_ROUNDS;
    }
    return reference.spread(GapRound::coreShare).min() < CORE_SHARE_MIN ? Finding.TOO_NOISY : null;
  }

  static Finding percentile(Spread c, Spread java) {
    boolean steady = c.max() <= STEADY_FACTOR * c.min();
    if (steady) {
      return java.median() <= RATIO_MAX * c.median() ? Finding.MET : Finding.MISSED;
    }
    if (java.max() <= RATIO_MAX * c.min()) {
      return Finding.MET;
    }
    return java.min() > RATIO_MAX * c.max() ? Finding.MISSED : Finding.TOO_NOISY;
  }

  static Finding longGaps(Spread c, Spread java) {
    if (java.median() <= c.max()) {
      return Finding.MET;
    }
    return java.min() > c.max() ? Finding.MISSED : Finding.TOO_NOISY;
  }

  String text() {
    return String.format(
        Locale.ROOT,
        "%s, %s: p99.9999 is %.2f of C's (at most %.1f): %s; gaps over 100 us (no more than C's): %s",
        side,
        load,
        ratio,
        RATIO_MAX,
        percentile.text(),
        longGaps.text());
  }
}

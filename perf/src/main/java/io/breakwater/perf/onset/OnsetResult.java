package io.breakwater.perf.onset;

import io.breakwater.perf.study.Throughput;
import java.util.Comparator;
import java.util.List;

/**
 * All rounds of one attack, and what they say about its onset.
 *
 * <p>A dip that belongs to the onset comes in every round, one that belongs to the machine does
 * not: so the median round decides. Rounds whose control dipped as well, or that were not looked at
 * for as long as a window is, tell nothing when they dip.
 *
 * @param shown the round with the median ratio of those that decided
 */
record OnsetResult(
    String attack,
    String description,
    Verdict verdict,
    OnsetMeasurement shown,
    List<OnsetMeasurement> rounds) {

  /** No 10 ms may be below this share of the steady rate. */
  static final double RATIO_MIN = 0.9;

  private static final double GAP_MAX_MS = Throughput.WINDOW_NS * 1e-6;

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
    // A round that holds does so in spite of all noise.
    List<OnsetMeasurement> telling =
        rounds.stream().filter(round -> isQuiet(round) || holds(round)).toList();
    boolean enough = 2 * telling.size() >= rounds.size();
    OnsetMeasurement shown = median(enough ? telling : rounds);
    Verdict verdict = !enough ? Verdict.TOO_NOISY : holds(shown) ? Verdict.HOLDS : Verdict.DIPS;
    return new OnsetResult(
        attack.label(), attack.description(), verdict, shown, List.copyOf(rounds));
  }

  private static boolean isQuiet(OnsetMeasurement round) {
    return round.controlRatio() >= RATIO_MIN && isSeen(round);
  }

  private static boolean isSeen(OnsetMeasurement round) {
    return round.longestGapMs() <= GAP_MAX_MS;
  }

  private static boolean holds(OnsetMeasurement round) {
    return round.ratio() >= RATIO_MIN && isSeen(round);
  }

  private static OnsetMeasurement median(List<OnsetMeasurement> rounds) {
    return rounds.stream()
        .sorted(Comparator.comparingDouble(OnsetMeasurement::ratio))
        .toList()
        .get((rounds.size() - 1) / 2);
  }

  /** Of all rounds together. */
  int deoptimizations() {
    return rounds.stream().mapToInt(round -> round.deoptimizations().size()).sum();
  }
}

package io.breakwater.perf.stall;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.perf.stall.StallSeries.Spread;
import io.breakwater.perf.stall.StallVerdict.Finding;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StallVerdictTest {

  /** C's and Java's rounds: median, least, most. */
  @ParameterizedTest
  @CsvSource({
    "20, 18, 25, 29, 20, 90, MET", // C is steady: medians count
    "20, 18, 25, 31, 20, 90, MISSED",
    "20, 18, 36, 29, 20, 90, MET",
    "20, 18, 37, 29, 20, 90, TOO_NOISY", // C's own rounds are more than twice apart
    "20, 18, 37, 26, 20, 27, MET", // even against C's best round
    "20, 18, 37, 80, 56, 90, MISSED", // even against C's worst
  })
  void shouldJudgeThePercentileByMediansUnlessCIsNoisyItself(
      double c, double cMin, double cMax, double java, double min, double max, Finding expected) {
    assertEquals(
        expected, StallVerdict.percentile(new Spread(c, cMin, cMax), new Spread(java, min, max)));
  }

  @ParameterizedTest
  @CsvSource({
    "10, 5, 20, 20, 3, 90, MET",
    "10, 5, 20, 21, 3, 90, TOO_NOISY",
    "10, 5, 20, 30, 20, 90, TOO_NOISY",
    "10, 5, 20, 30, 21, 90, MISSED",
    "0, 0, 0, 0, 0, 4, MET",
  })
  void shouldHoldLongGapsAgainstWhatRepeatsOfCShowed(
      double c, double cMin, double cMax, double java, double min, double max, Finding expected) {
    assertEquals(
        expected, StallVerdict.longGaps(new Spread(c, cMin, cMax), new Spread(java, min, max)));
  }

  private static StallVerdict judge(double[] c, double[] java) {
    return StallVerdict.of(
        SampleGaps.series(StallSide.REFERENCE, StallLoad.EMPTY, c),
        SampleGaps.series(StallSide.RELOADING, StallLoad.EMPTY, java));
  }

  @Test
  void shouldCompareThe999999thPercentile() {
    double[] c = {20, 22, 24};
    assertEquals(Finding.MET, judge(c, new double[] {20, 30, 50}).percentile());
    assertEquals(Finding.MISSED, judge(c, new double[] {20, 40, 50}).percentile());
    assertEquals(2, judge(c, new double[] {44, 44, 44}).ratio(), 2.0 / 8);
  }

  @Test
  void shouldNotJudgeTwoRounds() {
    StallVerdict verdict = judge(new double[] {20, 20}, new double[] {20, 20});
    assertEquals(Finding.TOO_FEW_ROUNDS, verdict.percentile());
    assertEquals(Finding.TOO_FEW_ROUNDS, verdict.longGaps());
  }

  @Test
  void shouldNotJudgeWhenOthersTookTheCoreFromC() {
    GapRound good = SampleGaps.round(StallLoad.EMPTY, 20, 0, 1);
    GapRound disturbed = SampleGaps.round(StallLoad.EMPTY, 20, 0, 0.98);
    StallVerdict verdict =
        StallVerdict.of(
            new StallSeries("empty", "C", List.of(good, disturbed, good)),
            new StallSeries("empty", "Java", List.of(good, good, good)));
    assertEquals(Finding.TOO_NOISY, verdict.percentile());
    assertEquals(Finding.TOO_NOISY, verdict.longGaps());
  }

  @Test
  void shouldNotJudgeAPercentileThatIsOneOrTwoGaps() {
    GapRound all = SampleGaps.round(StallLoad.TRAFFIC, 20, 0, 1);
    var few = new TreeMap<>(all.counts());
    few.replaceAll((bucket, count) -> Math.max(1, count / 10));
    GapRound tenth =
        new GapRound("traffic", 5, SampleGaps.HZ, 1, 200_000, few, List.of(), List.of(), List.of());
    StallSeries series = new StallSeries("traffic", "C", List.of(tenth, tenth, tenth));
    StallVerdict verdict = StallVerdict.of(series, series);
    assertEquals(Finding.TOO_FEW_TURNS, verdict.percentile());
    assertEquals(Finding.MET, verdict.longGaps());
  }
}

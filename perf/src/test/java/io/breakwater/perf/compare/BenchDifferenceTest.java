package io.breakwater.perf.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.perf.compare.BenchDifference.Series;
import io.breakwater.perf.compare.BenchDifference.Verdict;
import io.breakwater.perf.report.BenchReport.Comparison;
import io.breakwater.perf.report.SampleReports;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class BenchDifferenceTest {

  private static final int SEEDS = 1_000;
  private static final int ROUNDS = 8;

  private static BenchDifference difference(
      int rounds, double javaFactor, double referenceFactor, double noise, long seed) {
    Random random = new Random(seed);
    return BenchDifference.of(
        SampleReports.comparison("gre-encap", rounds, 1, 1, noise, random),
        SampleReports.comparison("gre-encap", rounds, javaFactor, referenceFactor, noise, random),
        true);
  }

  private static double share(
      double javaFactor, double noise, Predicate<BenchDifference> predicate) {
    int found = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      found += predicate.test(difference(ROUNDS, javaFactor, 1, noise, seed)) ? 1 : 0;
    }
    return (double) found / SEEDS;
  }

  @Test
  void shouldFindFivePercentInOnePercentOfNoise() {
    double slower = share(1.05, 0.01, one -> one.verdict() == Verdict.SLOWER);
    assertTrue(slower >= 0.90, () -> "slower=" + slower);
    double faster = share(1 / 1.05, 0.01, one -> one.verdict() == Verdict.FASTER);
    assertTrue(faster >= 0.90, () -> "faster=" + faster);
  }

  @Test
  void shouldNotAccuseWhatDidNotChange() {
    // Much noise: there the medians are often 2% apart by chance, and only the test keeps it
    // honest.
    for (double noise : new double[] {0.01, 0.05}) {
      double accused = share(1, noise, one -> one.verdict() != Verdict.NO_CHANGE);
      assertTrue(accused <= 0.07, () -> "noise=%s accused=%s".formatted(noise, accused));
      double series = share(1, noise, one -> one.java().verdict() != Verdict.NO_CHANGE);
      assertTrue(series <= 0.07, () -> "noise=%s series=%s".formatted(noise, series));
    }
  }

  @Test
  void shouldPassOverAChangeThatIsCertainAndSmall() {
    BenchDifference difference = difference(ROUNDS, 1.015, 1, 0.0001, 1);
    assertTrue(difference.java().p() < 0.001, difference::toString);
    assertEquals(Verdict.NO_CHANGE, difference.verdict());
  }

  @Test
  void shouldNotAccuseJavaOfASlowerMachine() {
    BenchDifference difference =
        BenchDifference.of(
            SampleReports.comparison("gre-encap", ROUNDS, 1, 1, 0.005, new Random(1)),
            SampleReports.onMachine(
                1.10, SampleReports.comparison("gre-encap", ROUNDS, 1, 1, 0.005, new Random(2))),
            true);
    assertEquals(Verdict.SLOWER, difference.java().verdict());
    assertEquals(Verdict.SLOWER, difference.reference().verdict());
    assertEquals(Verdict.NO_CHANGE, difference.verdict());
    assertEquals(
        "no change found (cycles changed, Java/C did not: the machine)", difference.explanation());
  }

  @Test
  void shouldNotAccuseJavaOfAFasterReference() {
    BenchDifference difference = difference(ROUNDS, 1, 0.90, 0.005, 1);
    assertEquals(Verdict.SLOWER, difference.ratio().verdict());
    assertEquals(Verdict.NO_CHANGE, difference.verdict());
  }

  @Test
  void shouldNameTheStageThatGrew() {
    String explanation = difference(ROUNDS, 1.10, 1, 0.005, 1).explanation();
    assertTrue(
        explanation.matches(
            "slower: gre-encapsulation \\+1[45]\\.\\d cycles \\(\\+1[789]\\.\\d%\\)"),
        explanation);
  }

  @Test
  void shouldFindAStageInRoundsThatAreTooFarApartForTheWhole() {
    Random random = new Random(1);
    Comparison before = SampleRounds.comparison(ROUNDS, 0, random);
    BenchDifference unchanged =
        BenchDifference.of(before, SampleRounds.comparison(ROUNDS, 0, random), true);
    assertEquals(Verdict.TOO_NOISY, unchanged.verdict());
    assertEquals("too noisy as a whole; no stage changed", unchanged.explanation());
    Comparison after = SampleRounds.comparison(ROUNDS, 0.05, random);
    BenchDifference slower = BenchDifference.of(before, after, true);
    assertEquals(Verdict.TOO_NOISY, slower.java().verdict());
    assertEquals(Verdict.SLOWER, slower.verdict());
    assertEquals(Verdict.FASTER, BenchDifference.of(after, before, true).verdict());
  }

  @Test
  void shouldNotJudgeStagesOfTwoMachines() {
    Random random = new Random(1);
    BenchDifference difference =
        BenchDifference.of(
            SampleRounds.comparison(ROUNDS, 0, random),
            SampleRounds.comparison(ROUNDS, 0.05, random),
            false);
    assertEquals("the machines differ", difference.stages().notJudged());
    assertEquals("too noisy", difference.explanation());
  }

  @Test
  void shouldSayThatThreeRoundsAreTooFewAndFourAreEnough() {
    BenchDifference three = difference(3, 2, 1, 0.001, 1);
    assertEquals(Verdict.TOO_FEW, three.verdict());
    assertEquals("too few rounds to tell: 3; use --rounds 5 or more", three.explanation());
    assertEquals(Verdict.SLOWER, difference(4, 2, 1, 0.001, 1).verdict());
  }

  @Test
  void shouldNotJudgeRoundsThatAreFarApart() {
    double[] calm = {100, 101, 102, 103, 104};
    double[] wild = {180, 190, 200, 210, 261};
    double[] lessWild = {180, 190, 200, 210, 260};
    assertEquals(Verdict.TOO_NOISY, Series.of(calm, wild).verdict());
    assertEquals(Verdict.TOO_NOISY, Series.of(wild, calm).verdict());
    assertEquals(Verdict.SLOWER, Series.of(calm, lessWild).verdict());
  }

  @Test
  void shouldTakeTheMeanOfTheTwoInTheMiddleForTheMedian() {
    Series series = Series.of(new double[] {4, 1, 3, 2}, new double[] {10, 30, 20});
    assertEquals(2.5, series.before());
    assertEquals(20, series.after());
  }
}

package io.breakwater.perf.compare;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.perf.compare.BenchDifference.Verdict;
import io.breakwater.perf.report.Measurement;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StageDifferencesTest {

  private static final int SEEDS = 500;
  private static final int ROUNDS = 10;

  private static StageDifferences paired(Map<String, Double> after, double noise, long seed) {
    return StageDifferences.paired(
        SampleRounds.pairs(ROUNDS, SampleRounds.STAGES, after, noise, new Random(seed)));
  }

  private static StageDifferences unpaired(Map<String, Double> after, double noise, long seed) {
    Random random = new Random(seed);
    return StageDifferences.unpaired(
        SampleRounds.rounds(ROUNDS, SampleRounds.STAGES, noise, random),
        SampleRounds.rounds(ROUNDS, after, noise, random));
  }

  /** Of the seeds: by the test of pairs, and by that of two runs. */
  private static double[] shares(
      Map<String, Double> after, double noise, Predicate<StageDifferences> predicate) {
    double[] found = new double[2];
    for (int seed = 0; seed < SEEDS; seed++) {
      found[0] += predicate.test(paired(after, noise, seed)) ? 1.0 / SEEDS : 0;
      found[1] += predicate.test(unpaired(after, noise, seed)) ? 1.0 / SEEDS : 0;
    }
    return found;
  }

  private static boolean accusesOnly(StageDifferences differences, String stage, Verdict verdict) {
    return differences.verdict() == verdict
        && differences.stages().stream()
            .allMatch(one -> one.isChanged() == one.stage().equals(stage));
  }

  /** In each of them: also where it doubles a stage's own cycles, or is a sixth of them. */
  @ParameterizedTest
  @ValueSource(strings = {"receive", "plain-input", "tunnel-selection", "gre-encapsulation"})
  void shouldFindFivePercentOfTheWholeInOneStage(String stage) {
    double added = 0.05 * SampleRounds.WHOLE;
    for (double share :
        shares(
            SampleRounds.with(stage, added),
            SampleRounds.NOISE,
            one -> accusesOnly(one, stage, Verdict.SLOWER))) {
      assertTrue(share >= 0.9, () -> "slower=" + share);
    }
    for (double share :
        shares(
            SampleRounds.with(stage, -added),
            SampleRounds.NOISE,
            one -> accusesOnly(one, stage, Verdict.FASTER))) {
      assertTrue(share >= 0.9, () -> "faster=" + share);
    }
  }

  /** With much noise only the correction keeps it honest: a change of 2% comes by chance. */
  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.02, 0.2})
  void shouldNotAccuseWhatDidNotChange(double noise) {
    for (double share :
        shares(SampleRounds.STAGES, noise, one -> one.verdict() != Verdict.NO_CHANGE)) {
      assertTrue(share < 0.05, () -> "accused=" + share);
    }
    for (double share :
        shares(
            SampleRounds.STAGES,
            noise,
            one -> one.stages().stream().anyMatch(StageDifference::isChanged))) {
      assertTrue(share < 0.06, () -> "a stage accused=" + share);
    }
  }

  @Test
  void shouldEstimateTheChangeOfTheStageAndOfTheWhole() {
    Map<String, Double> after = SampleRounds.with("gre-encapsulation", 0.10 * SampleRounds.WHOLE);
    StageDifferences differences = paired(after, 0.0001, 1);
    StageDifference stage =
        differences.stages().stream()
            .filter(one -> one.stage().equals("gre-encapsulation"))
            .findFirst()
            .orElseThrow();
    assertEquals(0.10, stage.ofWhole(), 0.001);
    assertTrue(stage.ofWholeLow() < stage.ofWhole() && stage.ofWhole() < stage.ofWholeHigh());
    assertEquals("+43.6%", stage.ofItselfText());
    assertTrue(differences.because().startsWith(": gre-encapsulation +14.4 cycles (+43.6%)"));
    assertEquals(0.10, differences.net(), 0.001);
  }

  @Test
  void shouldPassOverAChangeThatIsCertainAndSmall() {
    StageDifferences differences =
        paired(SampleRounds.with("receive", 0.015 * SampleRounds.WHOLE), 0.0001, 1);
    assertTrue(differences.stages().stream().anyMatch(one -> one.p() < 0.05));
    assertEquals(Verdict.NO_CHANGE, differences.verdict());
    assertEquals(", in no stage by itself", differences.because());
  }

  @Test
  void shouldNotAccuseWorkThatMovedFromOneStageToAnother() {
    double moved = 0.06 * SampleRounds.WHOLE;
    Map<String, Double> after = SampleRounds.with("plain-input", moved);
    after.merge("gre-encapsulation", -moved, Double::sum);
    StageDifferences differences = paired(after, 0.005, 1);
    assertEquals(2, differences.stages().stream().filter(StageDifference::isChanged).count());
    assertEquals(0, differences.net(), 0.01);
    assertEquals(Verdict.NO_CHANGE, differences.verdict());
    assertEquals(Verdict.SLOWER, differences.with(Verdict.SLOWER));
  }

  @Test
  void shouldFindAStageThatIsNew() {
    StageDifferences differences =
        paired(SampleRounds.with("fragmentation", 0.05 * SampleRounds.WHOLE), 0.01, 1);
    assertTrue(accusesOnly(differences, "fragmentation", Verdict.SLOWER), differences::toString);
    assertTrue(differences.because().endsWith("(new)"), differences::because);
  }

  @Test
  void shouldNotLookAtStagesThatHardlyAnyPacketEnters() {
    Map<String, Double> after = SampleRounds.with("arp-input", 0.01);
    assertEquals(
        List.copyOf(SampleRounds.STAGES.keySet()),
        paired(after, 0.01, 1).stages().stream().map(StageDifference::stage).toList());
  }

  @Test
  void shouldSayThatRoundsAreTooFewForSoManyStages() {
    Random random = new Random(1);
    assertEquals(
        "too few rounds to tell for 6 stages",
        StageDifferences.paired(SampleRounds.pairs(7, 0.05, random)).notJudged());
    StageDifferences eight = StageDifferences.paired(SampleRounds.pairs(8, 0.05, random));
    assertNull(eight.notJudged());
    assertEquals(Verdict.SLOWER, eight.verdict());
    List<Measurement> four = SampleRounds.rounds(4, SampleRounds.STAGES, 0.01, random);
    List<Measurement> five = SampleRounds.rounds(5, SampleRounds.STAGES, 0.01, random);
    assertEquals(
        "too few rounds to tell for 6 stages", StageDifferences.unpaired(four, four).notJudged());
    assertNull(StageDifferences.unpaired(five, five).notJudged());
    assertEquals("no round had its core", StageDifferences.unpaired(List.of(), five).notJudged());
  }

  @Test
  void shouldNotJudgeTwoStages() {
    List<Measurement> rounds =
        SampleRounds.rounds(10, Map.of("receive", 1.0, "transmit", 1.0), 0.01, new Random(1));
    StageDifferences differences = StageDifferences.unpaired(rounds, rounds);
    assertEquals("too few stages: 2", differences.notJudged());
    assertEquals(Verdict.SLOWER, differences.with(Verdict.SLOWER));
    assertEquals("", differences.because());
  }

  @Test
  void shouldCorrectAsHolmDoes() {
    assertArrayEquals(
        new double[] {0.06, 0.03, 0.06, 0.02},
        StageDifferences.holm(new double[] {0.03, 0.01, 0.04, 0.005}),
        1e-12);
    assertArrayEquals(new double[] {1, 1}, StageDifferences.holm(new double[] {0.9, 0.6}), 1e-12);
  }
}

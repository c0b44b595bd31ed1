package io.breakwater.perf.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.report.JsonOutput;
import io.breakwater.perf.compare.BenchDifference.Verdict;
import io.breakwater.perf.report.Measurement;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PairedDifferenceTest {

  private static final int SEEDS = 1_000;

  private static Measurement round(double cycles) {
    return round(cycles, 1);
  }

  private static Measurement round(double cycles, double coreShare) {
    return new Measurement(
        "gre-encap",
        1,
        1,
        coreShare,
        2_600 / cycles,
        cycles,
        30,
        0,
        0,
        true,
        Map.of("receive", 30.0, "egress", cycles - 30),
        0,
        null,
        null,
        null,
        0);
  }

  /** Rounds of both builds on a machine that drifts by up to 40%, the same for both of a pair. */
  private static PairedDifference difference(int pairs, double factor, double noise, long seed) {
    Random random = new Random(seed);
    List<Measurement> before = new ArrayList<>();
    List<Measurement> after = new ArrayList<>();
    for (int i = 0; i < pairs; i++) {
      double machine = 150 * (1 + 0.4 * random.nextDouble());
      before.add(round(machine * (1 + noise * random.nextGaussian())));
      after.add(round(machine * factor * (1 + noise * random.nextGaussian())));
    }
    return PairedDifference.of("gre-encap", pairs(before, after));
  }

  /** The slices of each round are alike. */
  private static List<PairedRound> pairs(List<Measurement> before, List<Measurement> after) {
    return IntStream.range(0, before.size())
        .mapToObj(i -> SampleRounds.pair(before.get(i), after.get(i)))
        .toList();
  }

  private static double share(double factor, double noise, Verdict verdict) {
    int found = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      found += difference(10, factor, noise, seed).verdict() == verdict ? 1 : 0;
    }
    return (double) found / SEEDS;
  }

  @Test
  void shouldFindFivePercentInADriftOfForty() {
    assertTrue(
        share(1.05, 0.02, Verdict.SLOWER) >= 0.9, () -> "" + share(1.05, 0.02, Verdict.SLOWER));
    assertTrue(share(1 / 1.05, 0.02, Verdict.FASTER) >= 0.9);
  }

  @Test
  void shouldNotAccuseWhatDidNotChange() {
    for (double noise : new double[] {0.01, 0.05}) {
      double passed = share(1, noise, Verdict.NO_CHANGE);
      assertTrue(passed >= 0.94, () -> "noise=%s passed=%s".formatted(noise, passed));
    }
  }

  @Test
  void shouldPassOverAChangeThatIsCertainAndSmall() {
    PairedDifference small = difference(10, 1.015, 0.0001, 1);
    assertTrue(small.p() < 0.01, small::toString);
    assertEquals(Verdict.NO_CHANGE, small.verdict());
    assertFalse(small.slower());
  }

  @Test
  void shouldSayThatFivePairsAreTooFewAndSixAreEnough() {
    PairedDifference five = difference(5, 1.5, 0.001, 1);
    assertEquals(Verdict.TOO_FEW, five.verdict());
    assertEquals("too few pairs to tell: 5; use --rounds 6 or more", five.explanation());
    assertTrue(difference(6, 1.5, 0.001, 1).slower());
  }

  @Test
  void shouldLeaveOutPairsInWhichTheCoreWasTaken() {
    List<Measurement> before = new ArrayList<>();
    List<Measurement> after = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      before.add(round(100 + i, 1));
      after.add(round(1.05 * (100 + i), 1));
    }
    before.set(0, round(300, 0.1));
    PairedDifference seven = PairedDifference.of("gre-encap", pairs(before, after));
    assertEquals(0.05, seven.changeLow(), 1e-9);
    assertEquals("7 of 8", seven.pairsText());
    assertTrue(seven.slower());

    for (int i = 0; i < 8; i++) {
      after.set(i, round(100, 0.19));
      PairedDifference fewer = PairedDifference.of("gre-encap", pairs(before, after));
      assertEquals(i == 0 ? 7 : 7 - i, fewer.pairs());
    }
    PairedDifference none = PairedDifference.of("gre-encap", pairs(before, after));
    assertEquals(
        "too few pairs to tell: 0, as the core was taken in 8; use a quieter one",
        none.explanation());
    assertEquals("-", none.changeText());
  }

  @Test
  void shouldTakeTheMedianOfTheSlicesThatHadTheirCore() {
    List<PairedRound> rounds = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      rounds.add(
          new PairedRound(
              List.of(round(100), round(200), round(100), round(100, 0.1), round(100)),
              List.of(round(104), round(208), round(106), round(900), round(300))));
    }
    PairedDifference difference = PairedDifference.of("gre-encap", rounds);
    // Of +4%, +4%, +6% and +200% the two in the middle; the +800% had no core.
    assertEquals(Math.sqrt(1.04 * 1.06) - 1, difference.change(), 1e-9);
    assertEquals("6", difference.pairsText());
  }

  @Test
  void shouldLeaveOutARoundWithFewerThanThreeSlicesThatHadTheirCore() {
    List<PairedRound> rounds = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      double third = i == 0 ? 0.1 : 1;
      rounds.add(
          new PairedRound(
              List.of(round(100), round(100), round(100, third)),
              List.of(round(104), round(104), round(104))));
    }
    assertEquals(5, PairedDifference.of("gre-encap", rounds).pairs());
  }

  /** All of a round's slices are one observation: how its process compiled falls on all of them. */
  @Test
  void shouldNotTakeManySlicesForManyRounds() {
    List<Measurement> before = Collections.nCopies(20, round(100));
    List<Measurement> after = Collections.nCopies(20, round(110));
    PairedDifference one =
        PairedDifference.of("gre-encap", List.of(new PairedRound(before, after)));
    assertEquals(Verdict.TOO_FEW, one.verdict());
  }

  @Test
  void shouldFindAStageWhereTheWholeIsTooFarApart() {
    PairedDifference slower =
        PairedDifference.of("gre-encap", SampleRounds.pairs(10, 0.05, new Random(1)));
    assertTrue(slower.p() > 0.05, slower::toString);
    assertTrue(slower.slower());
    assertTrue(slower.explanation().startsWith("slower: gre-encapsulation +"));
    PairedDifference same =
        PairedDifference.of("gre-encap", SampleRounds.pairs(10, 0, new Random(1)));
    assertEquals(Verdict.NO_CHANGE, same.verdict());
  }

  /** Both tests together, on a machine that jumps by 40% within pairs, too. */
  @ParameterizedTest
  @ValueSource(doubles = {0.01, 0.02, 0.1})
  void shouldNotAccuseWhatDidNotChangeByEitherTest(double noise) {
    int slower = 0;
    int found = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      slower += byEither(0, noise, random).slower() ? 1 : 0;
      found += byEither(0.05, noise, random).slower() ? 1 : 0;
    }
    double slowerShare = (double) slower / SEEDS;
    assertTrue(slowerShare < 0.05, () -> "slower=" + slowerShare);
    double foundShare = (double) found / SEEDS;
    assertTrue(noise > 0.02 || foundShare > 0.9, () -> "found=" + foundShare);
  }

  private static PairedDifference byEither(double added, double noise, Random random) {
    return PairedDifference.of(
        "gre-encap",
        SampleRounds.pairs(
            10,
            SampleRounds.STAGES,
            SampleRounds.with("transmit", added * SampleRounds.WHOLE),
            noise,
            random));
  }

  @Test
  void shouldPrintAndWriteWhatItFound() {
    PairedDifference slower =
        PairedDifference.of("gre-encap", SampleRounds.pairs(10, 0.05, new Random(1)));
    AgainstReport report =
        new AgainstReport("<other>", List.of(difference(10, 1.1, 0.001, 1), slower));
    StringWriter out = new StringWriter();
    report.print(new PrintWriter(out, true));
    List<String> rows = out.toString().lines().filter(row -> row.startsWith("gre-encap")).toList();
    assertTrue(rows.getFirst().contains("+10.0% (+9."), out::toString);
    assertTrue(rows.getFirst().endsWith("slower"), out::toString);
    assertTrue(rows.get(1).contains("slower: gre-encapsulation +"), out::toString);
    assertTrue(
        out.toString().lines().anyMatch(line -> line.matches(" +gre-encapsulation .* slower")),
        out::toString);
    assertTrue(report.slower());
    String json = JsonOutput.text(report);
    assertTrue(json.contains("\"verdict\" : \"slower\""), json);
    assertTrue(json.contains("\"ofWhole\" : 0.0"), json);
    String page = report.sections().getFirst().body();
    assertTrue(page.contains("+10.0% (+9."), page);
    assertTrue(page.contains("<td>gre-encapsulation</td>"), page);
  }
}

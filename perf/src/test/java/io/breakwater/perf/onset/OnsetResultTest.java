package io.breakwater.perf.onset;

import static io.breakwater.perf.onset.OnsetResult.Verdict.DIPS;
import static io.breakwater.perf.onset.OnsetResult.Verdict.HOLDS;
import static io.breakwater.perf.onset.OnsetResult.Verdict.TOO_NOISY;
import static io.breakwater.perf.onset.SampleOnsets.blindRound;
import static io.breakwater.perf.onset.SampleOnsets.dip;
import static io.breakwater.perf.onset.SampleOnsets.round;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.perf.onset.OnsetResult.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnsetResultTest {

  record Case(String what, Verdict verdict, double common, List<OnsetMeasurement> rounds) {}

  private static List<Case> cases() {
    return List.of(
        new Case("one round holds", HOLDS, 0.95, List.of(round(null, dip(0, 0.95)))),
        new Case("just at the limit", HOLDS, 0.9, List.of(round(null, dip(0, 0.9)))),
        new Case("one round dips", DIPS, 0.89, List.of(round(null, dip(0, 0.89)))),
        new Case(
            "its control dips as well", TOO_NOISY, 0.5, List.of(round(dip(40, 0.8), dip(0, 0.5)))),
        new Case("it holds in spite of its control", HOLDS, 1, List.of(round(dip(40, 0.8), null))),
        new Case(
            "each round dips at another time",
            HOLDS,
            1,
            List.of(
                round(null, dip(0, 0.3)), round(null, dip(40, 0.3)), round(null, dip(300, 0.3)))),
        new Case(
            "two rounds of three dip at the same time",
            DIPS,
            0.4,
            List.of(round(null, dip(20, 0.3)), round(null, dip(24, 0.4)), round(null, null))),
        new Case(
            "of two rounds one dips",
            DIPS,
            0.65,
            List.of(round(null, dip(20, 0.3)), round(null, null))),
        new Case(
            "in most rounds nobody looked at some time",
            TOO_NOISY,
            1,
            List.of(blindRound(100, 130), blindRound(110, 140), round(null, null))),
        new Case(
            "in each round nobody looked at another time",
            HOLDS,
            1,
            List.of(blindRound(100, 130), blindRound(200, 230), blindRound(300, 330))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldTellDipsFromNoise(Case each) {
    OnsetResult result = OnsetResult.of(Attack.PINGS, each.rounds());
    assertEquals(each.verdict(), result.verdict(), each.what());
    assertEquals(each.common(), result.common().ratio(), 1e-9, each.what());
  }

  @Test
  void shouldSayWhenTheDipCame() {
    OnsetResult result = OnsetResult.of(Attack.PINGS, List.of(round(null, dip(60, 0.5))));
    assertEquals(65, result.common().atMs(), 5);
    assertTrue(result.common().isSeen());
  }

  @Test
  void shouldShowTheRoundWithTheMedianOfTheWorst() {
    OnsetResult result =
        OnsetResult.of(
            Attack.PINGS,
            List.of(
                round(null, dip(0, 0.3)), round(null, dip(40, 0.8)), round(null, dip(300, 0.7))));
    assertEquals(0.7, result.shown().ratio(), 1e-9);
  }

  @Test
  void shouldCountTheDeoptimizationsOfAllRounds() {
    OnsetResult result =
        OnsetResult.of(
            Attack.PINGS,
            List.of(round(null, null, "a", "b"), round(null, null), round(null, null, "a")));
    assertEquals(3, result.deoptimizations());
  }
}

package io.breakwater.perf.onset;

import static io.breakwater.perf.onset.OnsetResult.Verdict.DIPS;
import static io.breakwater.perf.onset.OnsetResult.Verdict.HOLDS;
import static io.breakwater.perf.onset.OnsetResult.Verdict.TOO_NOISY;
import static io.breakwater.perf.onset.SampleOnsets.round;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.perf.onset.OnsetResult.Verdict;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OnsetResultTest {

  record Case(String what, Verdict verdict, double shownRatio, List<OnsetMeasurement> rounds) {}

  private static List<Case> cases() {
    return List.of(
        new Case("one quiet round holds", HOLDS, 0.95, List.of(round(0.95, 0.97, 2))),
        new Case("just at the limit", HOLDS, 0.9, List.of(round(0.9, 0.97, 2))),
        new Case("one quiet round dips", DIPS, 0.89, List.of(round(0.89, 0.97, 2))),
        new Case("the control dips as well", TOO_NOISY, 0.5, List.of(round(0.5, 0.8, 2))),
        new Case("nobody looked for 11 ms", TOO_NOISY, 0.95, List.of(round(0.95, 0.97, 11))),
        new Case("holds in spite of the noise", HOLDS, 0.92, List.of(round(0.92, 0.5, 2))),
        new Case(
            "a dip in one round of three is the machine's",
            HOLDS,
            0.93,
            List.of(round(0.3, 0.97, 2), round(0.97, 0.97, 2), round(0.93, 0.97, 2))),
        new Case(
            "a dip in two rounds of three is the onset's",
            DIPS,
            0.4,
            List.of(round(0.3, 0.97, 2), round(0.4, 0.97, 2), round(0.93, 0.97, 2))),
        new Case(
            "a noisy round does not count",
            HOLDS,
            0.93,
            List.of(round(0.3, 0.5, 2), round(0.97, 0.97, 2), round(0.93, 0.97, 2))),
        new Case(
            "of two that tell the lower one is shown",
            DIPS,
            0.6,
            List.of(round(0.3, 0.5, 2), round(0.6, 0.97, 2), round(0.93, 0.97, 2))),
        new Case(
            "most rounds are noisy",
            TOO_NOISY,
            0.4,
            List.of(round(0.3, 0.5, 2), round(0.4, 0.5, 2), round(0.5, 0.97, 2))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldTellDipsFromNoise(Case each) {
    OnsetResult result = OnsetResult.of(Attack.PINGS, each.rounds());
    assertEquals(each.verdict(), result.verdict(), each.what());
    assertEquals(each.shownRatio(), result.shown().ratio(), 1e-9, each.what());
  }

  @Test
  void shouldCountTheDeoptimizationsOfAllRounds() {
    OnsetResult result =
        OnsetResult.of(
            Attack.PINGS, List.of(round(1, 1, 1, "a", "b"), round(1, 1, 1), round(1, 1, 1, "a")));
    assertEquals(3, result.deoptimizations());
  }
}

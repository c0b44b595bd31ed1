package io.breakwater.perf.rfc2544;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.perf.generator.Trial;
import io.breakwater.perf.generator.TrialOrder;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class CheckedTrialsTest {

  /** Gives prepared trials of one second. */
  private static CheckedTrials trials(Trial... prepared) throws InterruptedException {
    Queue<Trial> queue = new ArrayDeque<>(List.of(prepared));
    return new CheckedTrials(
        () ->
            new SimulatedDevice(0, 0, 0, 0) {
              @Override
              public Trial run(TrialOrder order) {
                return queue.remove();
              }
            },
        false);
  }

  private static Trial trial(long sent, long received) {
    return new Trial(sent, received, 1, Optional.empty());
  }

  @Test
  void shouldTakeATrialAboutAsOrdered() throws Exception {
    // Up to 2 ms more it may take, as packets may wait for the link.
    for (long sent : List.of(988_500L, 990_000L, 1_000_000L, 1_010_000L)) {
      CheckedTrials trials = trials(trial(sent, sent - 7));
      CheckedTrials.Checked checked = trials.run(TrialOrder.rate(1e6, 1));
      assertTrue(checked.asOrdered());
      assertEquals(7, checked.trial().lost());
      assertEquals(0, trials.repeated());
    }
  }

  @Test
  void shouldRepeatATrialThatWasDisturbed() throws Exception {
    Trial good = trial(1_000_000, 1_000_000);
    for (Trial bad :
        List.of(
            trial(970_000, 970_000),
            trial(1_020_000, 1),
            trial(0, 0),
            trial(1_000_000, 1_000_001))) {
      CheckedTrials trials = trials(bad, good);
      assertEquals(good, trials.run(TrialOrder.rate(1e6, 1)).trial(), bad::toString);
      assertEquals(1, trials.repeated());
      assertEquals(2, trials.count());
    }
  }

  @Test
  void shouldTellAGeneratorAtItsLimitFromNoise() throws Exception {
    CheckedTrials.Checked limit =
        trials(trial(800_000, 0), trial(810_000, 0), trial(805_000, 0))
            .run(TrialOrder.rate(1e6, 1));
    assertFalse(limit.asOrdered());
    assertEquals(810_000, limit.offeredPerSecond());
    assertEquals(810_000, limit.trial().sent());

    CheckedTrials noise = trials(trial(600_000, 0), trial(900_000, 0), trial(805_000, 0));
    NotMeasuredException e =
        assertThrows(NotMeasuredException.class, () -> noise.run(TrialOrder.rate(1e6, 1)));
    assertEquals(
        "the machine was too noisy: in 3 attempts packets were not sent at the ordered rate:"
            + " orderedPerSecond=1000000 sentPerSecond=805000",
        e.getMessage());
  }

  private static Trial stalled(long sent, long received, long stallNs) {
    return new Trial(
        sent, received, 1, Optional.empty(), new Trial.Detail(Map.of(), Map.of(), 0, 0, stallNs));
  }

  @Test
  void shouldRepeatATrialWhoseLossTheGeneratorCaused() throws Exception {
    // In 2 ms 2,000 packets become due.
    Trial caused = stalled(1_000_000, 998_000, 2_000_000);
    CheckedTrials trials = trials(caused, trial(1_000_000, 1_000_000));
    assertEquals(0, trials.run(TrialOrder.rate(1e6, 1)).lost());
    assertEquals(1, trials.repeated());
    for (Trial counts :
        List.of(
            stalled(1_000_000, 997_999, 2_000_000),
            stalled(1_000_000, 999_999, 400_000),
            stalled(1_000_000, 1_000_000, 900_000_000))) {
      assertEquals(counts, trials(counts).run(TrialOrder.rate(1e6, 1)).trial());
    }
    CheckedTrials always = trials(caused, stalled(1_000_000, 999_000, 3_000_000), caused);
    assertEquals(1_000, always.run(TrialOrder.rate(1e6, 1)).lost());
    assertEquals(2, always.repeated());
  }

  @Test
  void shouldTakeABurstOnlyIfItIsExact() throws Exception {
    CheckedTrials trials = trials(trial(99, 99), trial(100, 98));
    assertEquals(2, trials.run(TrialOrder.burst(100)).trial().lost());
    assertEquals(1, trials.repeated());
  }
}

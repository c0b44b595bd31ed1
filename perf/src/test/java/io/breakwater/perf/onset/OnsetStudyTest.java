package io.breakwater.perf.onset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.perf.generator.GeneratorChoice;
import io.breakwater.perf.process.Preparation;
import io.breakwater.perf.study.StudySettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One real round; it is too short, and the machine too busy, to judge what it measures. */
class OnsetStudyTest {

  /**
   * Profiles depend on when the compiler's threads come to a method: one branch in a warm-up may be
   * seen too early or too late. A frame that is missing costs more than one.
   */
  private static final int LEFT_MAX = 2;

  @Test
  void shouldTurnCleanTrafficIntoAnAttackInMidRun() throws InterruptedException {
    List<Integer> cores = CpuAffinity.current();
    StudySettings settings =
        new StudySettings(cores.getLast(), cores.getFirst(), 0.5, 1, GeneratorChoice.DEFAULT);
    List<String> progress = new ArrayList<>();
    OnsetReport report =
        (OnsetReport)
            new OnsetStudy(List.of(Attack.UNKNOWN_DESTINATIONS)).run(settings, progress::add);
    OnsetMeasurement round = report.attacks().getFirst().shown();
    assertEquals(1, progress.size());
    // Somewhere in either half: on a busy machine most of 10 ms are somebody else's.
    assertTrue(round.curve().stream().anyMatch(p -> p.ms() < 0 && p.mpps() > 0), round::toString);
    assertTrue(round.curve().stream().anyMatch(p -> p.ms() > 0 && p.mpps() > 0), round::toString);
    // One frame of ten is clean, and only those are delivered: the attack was really there.
    assertEquals(0.1, round.deliveredShare(), 0.05, round::toString);
  }

  /**
   * Compiled code that is left is a branch that {@code WarmUpFrames} or {@code WarmUpBursts} lack:
   * the message names it. On a machine on which the warm-up does not come to its end in its 20
   * seconds there is nothing to be told.
   */
  @Test
  void shouldLeaveNoCompiledCodeAtTheOnsetOfAnyAttack() throws InterruptedException {
    List<Integer> cores = CpuAffinity.current();
    StudySettings settings =
        new StudySettings(cores.getLast(), cores.getFirst(), 0.5, 1, GeneratorChoice.DEFAULT);
    OnsetMeasurement.Round round =
        OnsetStudy.round(List.of(Attack.values()), settings, "-D" + Preparation.HASTY + "=false");
    assumeTrue(round.warmedUp(), "the machine is too busy for the warm-up to come to its end");
    List<String> left =
        round.attacks().stream()
            .flatMap(each ->
                each.deoptimizations().stream().map(line -> each.attack().label() + ": " + line))
            .toList();
    assertTrue(left.size() <= LEFT_MAX, () -> String.join("\n", left));
  }
}

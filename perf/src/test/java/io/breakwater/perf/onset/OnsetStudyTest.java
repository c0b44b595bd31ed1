package io.breakwater.perf.onset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.perf.generator.GeneratorChoice;
import io.breakwater.perf.study.StudySettings;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One real round; it is too short, and the machine too busy, to judge what it measures. */
class OnsetStudyTest {

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
}

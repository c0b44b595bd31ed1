package io.breakwater.perf.stall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.dpdk.CpuAffinity;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each round is a process of its own, as in {@code bench}; the times are too short to compare. */
class StallRoundsTest {

  private static StallRounds rounds(Path folder) throws Exception {
    List<Integer> cpus = CpuAffinity.current();
    StallRounds rounds = new StallRounds(cpus.getLast(), cpus.getFirst(), 1.2, folder);
    rounds.prepare();
    return rounds;
  }

  @ParameterizedTest
  @EnumSource(StallSide.class)
  void shouldRecordTheGapsOfAnEmptyPortAndOfTraffic(StallSide side, @TempDir Path folder)
      throws Exception {
    List<GapRound> found = rounds(folder).run(side);

    assertEquals(List.of("empty", "traffic"), found.stream().map(GapRound::load).toList());
    for (GapRound round : found) {
      assertTrue(round.turns() > 1_000, () -> "turns=" + round.turns());
      assertTrue(round.longestUs() >= round.percentileUs(99) / 2);
      assertEquals(side == StallSide.REFERENCE, round.longGaps().isEmpty());
      assertEquals(side == StallSide.RELOADING ? 2 : 0, round.reloadsMs().size());
      checkTimeline(round);
    }
    // A turn with a burst takes longer than one without.
    assertTrue(found.get(1).percentileUs(50) > 2 * found.get(0).percentileUs(50));
  }

  /** Which events there are is the JVM's affair: {@link JvmRecordingTest} makes one. */
  private static void checkTimeline(GapRound round) {
    for (GapRound.TimelineEvent event : round.jvmEvents()) {
      double endSeconds = event.atSeconds() + event.us() * 1e-6;
      assertTrue(endSeconds >= 0 && event.atSeconds() <= round.seconds(), event::toString);
    }
  }
}

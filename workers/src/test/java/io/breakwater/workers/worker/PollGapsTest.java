package io.breakwater.workers.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.AllocatedBytes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class PollGapsTest {

  @Test
  void shouldCountTheTimeBetweenTurns() {
    PollGaps gaps = new PollGaps();
    gaps.begin(1_000);
    gaps.turn(1_010);
    gaps.turn(1_020);
    gaps.turn(51_020);
    GapHistogram histogram = gaps.histogram();
    assertEquals(3, histogram.total());
    assertEquals(2, histogram.count(10));
    assertEquals(1, histogram.count(GapHistogram.bucket(50_000)));
    assertEquals(
        List.of(new PollGap(1_020, 50_000), new PollGap(1_000, 10), new PollGap(1_010, 10)),
        gaps.longest());
  }

  @Test
  void shouldKeepTheLongestGapsWithTheirMoments() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    PollGaps gaps = new PollGaps();
    List<PollGap> all = new ArrayList<>();
    long now = 1;
    gaps.begin(now);
    for (int turn = 0; turn < 10_000; turn++) {
      // No two of the same length, so that there is one right answer.
      long length = random.nextLong(1_000_000) * 10_000 + turn + 1;
      all.add(new PollGap(now, length));
      now += length;
      gaps.turn(now);
    }
    all.sort(Comparator.comparingLong(PollGap::cycles).reversed());
    assertEquals(all.subList(0, LongestGaps.KEPT), gaps.longest(), () -> "seed=" + seed);
  }

  /** Every gap here begins at twice its length: a torn one would not. */
  @Test
  void shouldNeverShowAGapWithTheMomentOfAnother() throws InterruptedException {
    LongestGaps longest = new LongestGaps();
    AtomicBoolean done = new AtomicBoolean();
    Thread writer =
        new Thread(() -> {
          for (long length = 1; length < 300_000; length++) {
            longest.add(length, 2 * length);
          }
          done.set(true);
        });
    writer.start();
    while (!done.get()) {
      for (PollGap gap : longest.read()) {
        assertEquals(2 * gap.cycles(), gap.startCycles());
      }
    }
    writer.join();
    assertEquals(299_999, longest.read().getFirst().cycles());
  }

  @Test
  void shouldAllocateNothing() {
    PollGaps gaps = new PollGaps();
    long allocated =
        AllocatedBytes.of(() -> {
          for (long turn = 0, now = 0; turn < 1_000_000; turn++) {
            now += turn;
            gaps.turn(now);
          }
        });
    // The measurement itself takes about 1,200.
    assertTrue(allocated < 4_096, "bytes in all: " + allocated);
    assertEquals(2_000_000, gaps.histogram().total());
  }
}

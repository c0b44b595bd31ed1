package io.breakwater.appliance.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.appliance.report.Snapshot.WorkerRow;
import io.breakwater.workers.worker.GapHistogram;
import io.breakwater.workers.worker.PollGap;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class WorkerRowsTest {

  private static final long HZ = 2_000_000_000L;

  @Test
  void shouldShowGapsInMicrosecondsAndTheLongestOnTheWallClock() {
    long[] counts = new long[GapHistogram.BUCKETS];
    counts[GapHistogram.bucket(2_000)] = 999_000; // 1 us
    counts[GapHistogram.bucket(20_000)] = 997; // 10 us
    counts[GapHistogram.bucket(400_000)] = 2; // 200 us
    counts[GapHistogram.bucket(8_000_000)] = 1; // 4 ms
    WorkerRows.Clock clock =
        new WorkerRows.Clock(100 * HZ, HZ, Instant.parse("2026-03-09T08:00:00Z"));

    WorkerRow row =
        WorkerRows.row(
            1,
            3,
            GapHistogram.of(counts),
            List.of(new PollGap(40 * HZ, 8_000_000), new PollGap(0, 400_000)),
            clock);

    assertEquals(1_000_000, row.turns());
    assertEquals(1.0, row.gapP50Us(), 1.0 / 16);
    assertEquals(1.0, row.gapP99Us(), 1.0 / 16);
    assertEquals(10, row.gapP9999Us(), 10.0 / 16);
    assertEquals(200, row.gapP999999Us(), 200.0 / 16);
    assertEquals(4_000, row.gapLongestUs());
    assertEquals("2026-03-09T07:59:00Z", row.gapLongestAt());
    assertEquals(3, row.gapsOver100Us());
  }

  @Test
  void shouldBeEmptyBeforeTheFirstTurn() {
    WorkerRow row =
        WorkerRows.row(
            0, 2, GapHistogram.of(), List.of(), new WorkerRows.Clock(5, HZ, Instant.EPOCH));
    assertEquals(0, row.turns());
    assertEquals("", row.gapLongestAt());
    assertEquals(0, row.gapLongestUs());
  }
}

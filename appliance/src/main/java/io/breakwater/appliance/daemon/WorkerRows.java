package io.breakwater.appliance.daemon;

import io.breakwater.appliance.report.Snapshot.WorkerRow;
import io.breakwater.dpdk.Cycles;
import io.breakwater.workers.worker.GapHistogram;
import io.breakwater.workers.worker.PollGap;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** A worker's poll gaps as the operator reads them: microseconds, and the wall clock. */
final class WorkerRows {

  private static final double LONG_SECONDS = 100e-6;

  private WorkerRows() {}

  /** One moment on both clocks, and the rate of the packet path's. */
  record Clock(long cycles, double cyclesPerSecond, Instant wall) {

    /**
     * Now. The rate is measured since a moment known on both clocks, because DPDK rounds it to 10
     * MHz, which a day later would be minutes.
     */
    static Clock since(long startCycles, long startNs) {
      long cycles = Cycles.now();
      double seconds = (System.nanoTime() - startNs) * 1e-9;
      return new Clock(
          cycles,
          seconds < 1 ? Cycles.perSecond() : (cycles - startCycles) / seconds,
          Instant.now());
    }

    Instant at(long earlierCycles) {
      double secondsAgo = (cycles - earlierCycles) / cyclesPerSecond;
      return wall.minusNanos((long) (secondsAgo * 1e9)).truncatedTo(ChronoUnit.MILLIS);
    }

    double us(long gapCycles) {
      return Math.round(gapCycles * 1e7 / cyclesPerSecond) / 10.0;
    }
  }

  static WorkerRow row(
      int worker, int core, GapHistogram gaps, List<PollGap> longest, Clock clock) {
    return new WorkerRow(
        worker,
        core,
        gaps.total(),
        clock.us(gaps.percentile(50)),
        clock.us(gaps.percentile(99)),
        clock.us(gaps.percentile(99.99)),
        clock.us(gaps.percentile(99.9999)),
        longest.isEmpty() ? 0 : clock.us(longest.getFirst().cycles()),
        longest.isEmpty() ? "" : clock.at(longest.getFirst().startCycles()).toString(),
        gaps.from((long) (LONG_SECONDS * clock.cyclesPerSecond())));
  }
}

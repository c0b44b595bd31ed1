package io.breakwater.perf.stall;

import io.breakwater.workers.worker.GapHistogram;
import java.util.Arrays;
import java.util.List;

/** Made-up rounds: a loop of one turn in a microsecond, with some long gaps. */
final class SampleGaps {

  static final long HZ = 1_000_000_000L;
  static final long TURNS = 20_000_000;

  private SampleGaps() {}

  /**
   * @param tailUs the 100 longest gaps, and so the 99.9999th percentile
   * @param over100Us so many gaps of 200 microseconds, fewer than 20
   */
  static GapRound round(StallLoad load, double tailUs, int over100Us, double coreShare) {
    long[] counts = new long[GapHistogram.BUCKETS];
    counts[GapHistogram.bucket(1_000)] = TURNS;
    counts[GapHistogram.bucket((long) (tailUs * 1_000))] += 100;
    counts[GapHistogram.bucket(200_000)] += over100Us;
    return new GapRound(
        load.label(),
        5,
        HZ,
        coreShare,
        200_000,
        GapRound.counts(GapHistogram.of(counts)),
        List.of(
            new LongGap(1.5, 200, "safepoint", "collection (ZGC <Minor>)"),
            new LongGap(2.5, 30, "", "")),
        List.of(
            new GapRound.TimelineEvent("safepoint", 1.49, 150),
            new GapRound.TimelineEvent("collection", 1, 20_000),
            new GapRound.TimelineEvent("deoptimisation", 3, 0)),
        List.of(300.0, 250.0));
  }

  static StallSeries series(StallSide side, StallLoad load, double... tailsUs) {
    return new StallSeries(
        load.label(),
        side.label(),
        Arrays.stream(tailsUs).mapToObj(tailUs -> round(load, tailUs, 2, 1)).toList());
  }
}

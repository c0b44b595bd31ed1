package io.breakwater.perf.stall;

import io.breakwater.workers.worker.GapHistogram;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * All rounds of one side under one load.
 *
 * @param load a {@link StallLoad}'s label
 * @param side a {@link StallSide}'s label
 */
public record StallSeries(String load, String side, List<GapRound> rounds) {

  /** A value's median over rounds, and its ends. */
  record Spread(double median, double min, double max) {}

  Spread spread(ToDoubleFunction<GapRound> value) {
    double[] sorted = rounds.stream().mapToDouble(value).sorted().toArray();
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], sorted[sorted.length - 1]);
  }

  /** The gaps of all rounds together. */
  GapHistogram together() {
    long[] sums = new long[GapHistogram.BUCKETS];
    rounds.forEach(round -> round.counts().forEach((bucket, count) -> sums[bucket] += count));
    return GapHistogram.of(sums);
  }
}

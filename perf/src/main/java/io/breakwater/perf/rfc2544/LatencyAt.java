package io.breakwater.perf.rfc2544;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * Latency at one load: of all rounds together, and how the rounds differ.
 *
 * @param percentOfRate of the rate that the test is based on
 * @param percentiles {@link LatencyTest#PERCENTILES}, each with all rounds
 * @param maxUs of the rounds
 * @param curve of all rounds together, for a plot
 * @param notMeasured why there is nothing; empty if there is
 * @param histogram of all rounds together, in nanoseconds
 */
public record LatencyAt(
    int percentOfRate,
    double packetsPerSecond,
    List<PercentileUs> percentiles,
    Repeated maxUs,
    List<CurvePoint> curve,
    List<String> notMeasured,
    @JsonIgnore Histogram histogram) {

  /** One percentile of each round, in microseconds. */
  public record PercentileUs(double percentile, Repeated us) {}

  /** That part of all packets took no longer than this. */
  public record CurvePoint(double percentile, double us) {}

  String fileName(String base) {
    return "latency-%d-of-%s.hgrm".formatted(percentOfRate, base);
  }

  boolean measured() {
    return histogram.getTotalCount() > 0;
  }
}

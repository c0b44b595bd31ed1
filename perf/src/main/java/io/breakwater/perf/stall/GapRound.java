package io.breakwater.perf.stall;

import io.breakwater.workers.worker.GapHistogram;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What one process recorded of its poll gaps under one load; what it prints as JSON.
 *
 * @param load a {@link StallLoad}'s label
 * @param seconds of recording
 * @param coreShare how much of the core's time the loop got: below 1, other threads ran there
 * @param longestCycles the longest gap
 * @param counts turns by {@link GapHistogram} bucket; those without are left out
 * @param longGaps the longest, longest first; none for C
 * @param jvmEvents on the same time line; none for C
 * @param reloadsMs how long each reload took
 */
public record GapRound(
    String load,
    double seconds,
    long cyclesPerSecond,
    double coreShare,
    long longestCycles,
    SortedMap<Integer, Long> counts,
    List<LongGap> longGaps,
    List<TimelineEvent> jvmEvents,
    List<Double> reloadsMs) {

  private static final double LONG_SECONDS = 100e-6;

  /**
   * Something of the JVM within the measured time.
   *
   * @param kind its label
   */
  public record TimelineEvent(String kind, double atSeconds, double us) {}

  public GapRound {
    longGaps = longGaps == null ? List.of() : longGaps;
    jvmEvents = jvmEvents == null ? List.of() : jvmEvents;
    reloadsMs = reloadsMs == null ? List.of() : reloadsMs;
  }

  static SortedMap<Integer, Long> counts(GapHistogram histogram) {
    SortedMap<Integer, Long> counts = new TreeMap<>();
    for (int bucket = 0; bucket < GapHistogram.BUCKETS; bucket++) {
      if (histogram.count(bucket) > 0) {
        counts.put(bucket, histogram.count(bucket));
      }
    }
    return counts;
  }

  GapHistogram histogram() {
    long[] dense = new long[GapHistogram.BUCKETS];
    for (Map.Entry<Integer, Long> entry : counts.entrySet()) {
      dense[entry.getKey()] = entry.getValue();
    }
    return GapHistogram.of(dense);
  }

  long turns() {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  double percentileUs(double percent) {
    return us(histogram().percentile(percent));
  }

  /** The length that one gap a second exceeds: to compare loops that turn at different rates. */
  double onceASecondUs() {
    return us(histogram().exceededBy((long) seconds));
  }

  double longestUs() {
    return us(longestCycles);
  }

  long gapsOver100Us() {
    return histogram().from((long) (LONG_SECONDS * cyclesPerSecond));
  }

  double us(long cycles) {
    return cycles * 1e6 / cyclesPerSecond;
  }
}

package io.breakwater.perf.rfc2544;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * All trials of one search by their load, and what they say about a load (RFC 9971: "load
 * classification", without its balancing of short trials against each other).
 *
 * <p>Loss need not grow with load on a real machine: a stall hits a slow trial and spares a fast
 * one. The upper bound is therefore the smallest load that fails, and the lower bound the largest
 * that passes below it: a load that passed above one that failed does not count.
 */
final class MeasuredLoads {

  enum Verdict {
    PASSES,
    FAILS,
    /** More trials are needed. */
    OPEN
  }

  private record Sample(double seconds, double lossRatio) {}

  private final NavigableMap<Double, List<Sample>> samples = new TreeMap<>();

  void add(double load, double seconds, double lossRatio) {
    samples.computeIfAbsent(load, key -> new ArrayList<>()).add(new Sample(seconds, lossRatio));
  }

  Verdict verdict(double load, SearchTarget target) {
    double good = 0;
    double bad = 0;
    for (Sample sample : samples.getOrDefault(load, List.of())) {
      if (sample.seconds() < target.trialSeconds()) {
        continue;
      }
      if (sample.lossRatio() <= target.lossRatio()) {
        good += sample.seconds();
      } else {
        bad += sample.seconds();
      }
    }
    double missing = Math.max(0, target.sumSeconds() - good - bad);
    double tolerated = SearchTarget.EXCEED_RATIO * (good + bad + missing);
    if (bad > tolerated) {
      return Verdict.FAILS;
    }
    return bad + missing <= tolerated ? Verdict.PASSES : Verdict.OPEN;
  }

  /** The smallest load that fails. */
  OptionalDouble upper(SearchTarget target) {
    return first(samples, target, Verdict.FAILS);
  }

  /** The largest load that passes, of those below the upper bound. */
  OptionalDouble lower(SearchTarget target) {
    OptionalDouble upper = upper(target);
    NavigableMap<Double, List<Sample>> below =
        upper.isPresent() ? samples.headMap(upper.getAsDouble(), false) : samples;
    return first(below.descendingMap(), target, Verdict.PASSES);
  }

  /** A load that passes, though it is above one that fails by at least {@code factor}. */
  OptionalDouble contradiction(SearchTarget target, double factor) {
    OptionalDouble upper = upper(target);
    return upper.isEmpty()
        ? OptionalDouble.empty()
        : first(
            samples.tailMap(upper.getAsDouble() * factor, true).descendingMap(),
            target,
            Verdict.PASSES);
  }

  /** The least loss among a load's trials that count. */
  double leastLossRatio(double load, SearchTarget target) {
    return samples.get(load).stream()
        .filter(sample -> sample.seconds() >= target.trialSeconds())
        .mapToDouble(Sample::lossRatio)
        .min()
        .orElseThrow();
  }

  private OptionalDouble first(
      Map<Double, List<Sample>> loads, SearchTarget target, Verdict verdict) {
    return loads.keySet().stream()
        .filter(load -> verdict(load, target) == verdict)
        .mapToDouble(Double::doubleValue)
        .findFirst();
  }
}

package io.breakwater.perf.compare;

import io.breakwater.perf.report.Measurement;
import io.breakwater.perf.report.NoiseRule;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleBiFunction;
import java.util.stream.IntStream;

/**
 * A round of two builds: a process of each, which took turns on the core in slices of a tenth of a
 * second. Slices in the same place ran one after the other.
 *
 * <p>A pair of slices counts if both had their core ({@link NoiseRule#CORE_SHARE_MIN}): that is
 * known without a look at what was measured, so it favours neither. All slices of a round make one
 * value, their median: that a process compiled its code a little better or worse than the next
 * falls on all of its slices, so however many these are, they are one observation.
 *
 * @param before slices of the other build, at least one
 * @param after as many, of this one
 */
public record PairedRound(List<Measurement> before, List<Measurement> after) {

  /** Pairs of slices that count. */
  private int[] counted() {
    return IntStream.range(0, before.size())
        .filter(i -> hadItsCore(before.get(i)) && hadItsCore(after.get(i)))
        .toArray();
  }

  static boolean hadItsCore(Measurement slice) {
    return slice.coreShare() >= NoiseRule.CORE_SHARE_MIN;
  }

  /** Whether there is a pair of slices that counts. */
  boolean counts() {
    return counted().length > 0;
  }

  /** The median of the pairs that count, of which there must be one. */
  double difference(ToDoubleBiFunction<Measurement, Measurement> difference) {
    return NoiseRule.median(
        IntStream.of(counted())
            .mapToDouble(i -> difference.applyAsDouble(before.get(i), after.get(i)))
            .toArray());
  }

  /** The other build's slice with the median rate. */
  public Measurement beforeMedian() {
    return median(before);
  }

  /** This build's. */
  public Measurement afterMedian() {
    return median(after);
  }

  private static Measurement median(List<Measurement> slices) {
    return slices.stream()
        .sorted(Comparator.comparingDouble(Measurement::cyclesPerPacket))
        .toList()
        .get(slices.size() / 2);
  }
}

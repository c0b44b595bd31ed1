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
 * <p>All slices of a round make one value, their median: that a process compiled its code a little
 * better or worse than the next falls on all of its slices, so however many these are, they are one
 * observation.
 *
 * @param before slices of the other build
 * @param after as many, of this one
 */
public record PairedRound(List<Measurement> before, List<Measurement> after) {

  /**
   * Of the core, at least, in both slices of a pair, or the pair is left out. Cycles are of the
   * time that a side got, and a slice that other work spoiled is far from the median: so a fifth of
   * a core is enough, where a whole round as one value wants {@link NoiseRule#CORE_SHARE_MIN}.
   */
  static final double CORE_SHARE_MIN = 0.2;

  /** Pairs of slices that a round's value is made of, at least. */
  static final int SLICES_MIN = 3;

  /**
   * The pairs of slices that count. That is known without a look at what was measured, so it
   * favours neither side.
   */
  PairedRound counted() {
    int[] counted =
        IntStream.range(0, before.size())
            .filter(i -> hadItsCore(before.get(i)) && hadItsCore(after.get(i)))
            .toArray();
    return new PairedRound(
        IntStream.of(counted).mapToObj(before::get).toList(),
        IntStream.of(counted).mapToObj(after::get).toList());
  }

  private static boolean hadItsCore(Measurement slice) {
    return slice.coreShare() >= CORE_SHARE_MIN;
  }

  /** A median of fewer says more of a slice than of the build. */
  boolean isTooShort() {
    return before.size() < SLICES_MIN;
  }

  /** The median over the pairs of slices. */
  double difference(ToDoubleBiFunction<Measurement, Measurement> difference) {
    return NoiseRule.median(
        IntStream.range(0, before.size())
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

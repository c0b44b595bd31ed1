package io.breakwater.perf.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * When a machine is too noisy for a number: other work took the core, the hypervisor did, one of
 * two workers stood still while the other ran, or the C reference, which never changes, was not the
 * same from round to round.
 *
 * <p>Rates are for each second of the core's time, so a small loss of the core does no harm; a
 * large one also empties caches, and that shows in every number. Java's own spread does not count:
 * that would excuse Java for what is its own doing.
 */
public final class NoiseRule {

  /** Of the core, at least, in the median round. */
  public static final double CORE_SHARE_MIN = 0.95;

  /** Of a CPU's time, at most, in the median round. */
  public static final double STOLEN_SHARE_MAX = 0.02;

  /** Of the rounds, from smallest to largest, by their median: above it, a median says little. */
  public static final double SPREAD_MAX = 0.40;

  /** Of the packets, dropped at most because another worker did not take them. */
  public static final double REFUSED_SHARE_MAX = 0.05;

  private NoiseRule() {}

  /** Says why there should be no number, if so; with all reasons. */
  public static Optional<String> broken(List<Measurement> java, List<Measurement> reference) {
    List<String> reasons = new ArrayList<>();
    checkShare("Java's thread", java, reasons);
    checkShare("C's thread", reference, reasons);
    double stolen =
        median(Stream.concat(java.stream(), reference.stream()), Measurement::stolenShare);
    if (stolen > STOLEN_SHARE_MAX) {
      reasons.add(
          text(
              "the hypervisor took %.1f%% of the CPU, more than %.0f%%",
              100 * stolen, 100 * STOLEN_SHARE_MAX));
    }
    double refused = median(java.stream(), Measurement::refusedShare);
    if (refused > REFUSED_SHARE_MAX) {
      reasons.add(
          text(
              "a worker did not take %.1f%% of the packets in time, more than %.0f%%",
              100 * refused, 100 * REFUSED_SHARE_MAX));
    }
    double spread = spread(reference.stream().mapToDouble(Measurement::cyclesPerPacket).toArray());
    if (spread > SPREAD_MAX) {
      reasons.add(
          text(
              "C's rounds are %.0f%% of their median apart, more than %.0f%%",
              100 * spread, 100 * SPREAD_MAX));
    }
    return reasons.isEmpty()
        ? Optional.empty()
        : Optional.of("too noisy: " + String.join("; ", reasons));
  }

  private static void checkShare(String whose, List<Measurement> rounds, List<String> reasons) {
    double share = median(rounds.stream(), Measurement::coreShare);
    if (share < CORE_SHARE_MIN) {
      reasons.add(
          text(
              "%s got %.0f%% of its core, less than %.0f%%",
              whose, 100 * share, 100 * CORE_SHARE_MIN));
    }
  }

  /** From the smallest to the largest, by the median. */
  public static double spread(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[sorted.length - 1] - sorted[0]) / median(sorted);
  }

  /** The one in the middle, or the mean of the two. */
  public static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }

  private static double median(Stream<Measurement> rounds, ToDoubleFunction<Measurement> value) {
    return median(rounds.mapToDouble(value).toArray());
  }

  private static String text(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}

package io.breakwater.appliance.mitigation;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/**
 * Samples of one class: of now, in which attack and usual traffic are mixed, and of what is usual.
 *
 * <p>Which sample of now is the attack's nobody knows. But of all there are {@code excess} as many
 * as the rate is beyond the usual, and the rest looks as the usual does: so the attack's share with
 * some property is the share of now less that of the usual, weighed.
 */
final class Evidence {

  private final List<Sample> now;
  private final List<Sample> usual;

  /** How much of the attack a sample of now is, and how much of it each usual one takes back. */
  private final double nowWeight;

  private final double usualWeight;

  /** The standard deviation of the attack's number among the samples, as a share of it. */
  private final double noise;

  /**
   * @param now not empty
   * @param excess the attack's share of now, over 0 and up to 1
   */
  Evidence(List<Sample> now, List<Sample> usual, double excess) {
    this(
        now,
        usual,
        1 / (excess * now.size()),
        usual.isEmpty() ? 0 : (1 - excess) / (excess * usual.size()),
        Math.sqrt((1 - excess) / (excess * now.size())));
  }

  private Evidence(
      List<Sample> now, List<Sample> usual, double nowWeight, double usualWeight, double noise) {
    this.now = now;
    this.usual = usual;
    this.nowWeight = nowWeight;
    this.usualWeight = usualWeight;
    this.noise = noise;
  }

  /** The samples that fit; a share is still one of the whole. */
  Evidence fitting(Pattern pattern) {
    return new Evidence(
        now.stream().filter(sample -> pattern.fits(sample)).toList(),
        usual.stream().filter(sample -> pattern.fits(sample)).toList(),
        nowWeight,
        usualWeight,
        noise);
  }

  /** The samples that do not fit; a share is still one of the whole. */
  Evidence without(Pattern pattern) {
    return new Evidence(
        now.stream().filter(sample -> !pattern.fits(sample)).toList(),
        usual.stream().filter(sample -> !pattern.fits(sample)).toList(),
        nowWeight,
        usualWeight,
        noise);
  }

  /**
   * A share of the attack below which it is not nearly all of it, given how many samples there are:
   * {@code share} where they are many.
   */
  double lessNoise(double share) {
    return share - 3 * noise;
  }

  List<Sample> now() {
    return now;
  }

  List<Sample> usual() {
    return usual;
  }

  /** How much of the attack fits, 0..1. */
  double attackShare(Pattern pattern) {
    return Math.clamp(pattern.count(now) * nowWeight - pattern.count(usual) * usualWeight, 0, 1);
  }

  /** How much of the attack these samples are, 0..1. */
  double attackShare() {
    return Math.clamp(now.size() * nowWeight - usual.size() * usualWeight, 0, 1);
  }

  /** How much of the usual fits, 0..1. */
  double usualShare(Pattern pattern) {
    return usual.isEmpty() ? 0 : (double) pattern.count(usual) / usual.size();
  }

  /** The attack's weight of each value that samples have of a number, 0..1. */
  SortedMap<Integer, Double> weights(ToIntFunction<Sample> number) {
    SortedMap<Integer, Double> weights = new TreeMap<>();
    add(weights, now, number, nowWeight);
    add(weights, usual, number, -usualWeight);
    return weights;
  }

  private static void add(
      SortedMap<Integer, Double> weights,
      List<Sample> samples,
      ToIntFunction<Sample> number,
      double weight) {
    for (Sample sample : samples) {
      int value = number.applyAsInt(sample);
      if (value != Sample.UNKNOWN) {
        weights.merge(value, weight, Double::sum);
      }
    }
  }
}

package io.breakwater.perf.compare;

import java.util.Arrays;

/**
 * The Wilcoxon signed-rank test, two-sided and exact: are differences of pairs as likely to be
 * above 0 as below?
 *
 * <p>Source: F. Wilcoxon, "Individual comparisons by ranking methods", 1945; the estimate and its
 * interval are those of J. L. Hodges and E. L. Lehmann, 1963: the median of the means of every two
 * differences, and as many of these means cut off at either end as the test would. Only ranks
 * count, so one wild pair does little. The probability is counted over all signs that the
 * differences could have, not taken from the normal distribution: a benchmark has few rounds. Ties
 * share their mean rank; a difference of 0 counts half for either sign, by the mean of both
 * directions. Time grows with the third power of the number of pairs.
 */
final class WilcoxonSignedRank {

  private final double[] differences;
  private final double[] means;
  private final int[] doubledRanks;
  private final double[] waysBySum;

  WilcoxonSignedRank(double[] differences) {
    if (differences.length == 0) {
      throw new IllegalArgumentException("there must be a pair: pairs=0");
    }
    this.differences = differences.clone();
    this.doubledRanks = doubledRanks(differences);
    this.waysBySum = waysBySum(doubledRanks);
    this.means = means(differences);
  }

  /** The probability of a rank sum at least as far from its mean if nothing differs: (0, 1]. */
  double pValue() {
    double observed = 0;
    for (int i = 0; i < differences.length; i++) {
      observed += doubledRanks[i] * (1 + Math.signum(differences[i])) / 2;
    }
    double mean = (waysBySum.length - 1) / 2.0;
    double extreme = 0;
    for (int sum = 0; sum < waysBySum.length; sum++) {
      if (Math.abs(sum - mean) >= Math.abs(observed - mean)) {
        extreme += waysBySum[sum];
      }
    }
    return extreme / Math.pow(2, differences.length);
  }

  /** By how much pairs differ. */
  double estimate() {
    int middle = means.length / 2;
    return means.length % 2 == 1 ? means[middle] : (means[middle - 1] + means[middle]) / 2;
  }

  /** The least that they may differ, with an error of at most {@code alpha} at both ends. */
  double low(double alpha) {
    return means[cutOff(alpha)];
  }

  /** The most that they may differ, with an error of at most {@code alpha} at both ends. */
  double high(double alpha) {
    return means[means.length - 1 - cutOff(alpha)];
  }

  /** How many means are cut off at each end; with few pairs none may be. */
  private int cutOff(double alpha) {
    double[] ways = waysBySum(ranksWithoutTies(differences.length));
    double all = Math.pow(2, differences.length);
    double tail = 0;
    int cut = 0;
    // Rank sums are whole here, so every second doubled one.
    while (tail + ways[2 * cut] <= alpha / 2 * all) {
      tail += ways[2 * cut];
      cut++;
    }
    return Math.max(0, cut - 1);
  }

  private static int[] ranksWithoutTies(int count) {
    int[] ranks = new int[count];
    Arrays.setAll(ranks, i -> 2 * (i + 1));
    return ranks;
  }

  /** The means of every two differences, one with itself as well, in order. */
  private static double[] means(double[] differences) {
    int count = differences.length;
    double[] means = new double[count * (count + 1) / 2];
    int next = 0;
    for (int i = 0; i < count; i++) {
      for (int j = i; j < count; j++) {
        means[next++] = (differences[i] + differences[j]) / 2;
      }
    }
    Arrays.sort(means);
    return means;
  }

  /** Twice the rank of each difference without its sign: whole numbers. */
  private static int[] doubledRanks(double[] differences) {
    int[] doubledRanks = new int[differences.length];
    for (int i = 0; i < differences.length; i++) {
      int less = 0;
      int equal = 0;
      for (double other : differences) {
        less += Math.abs(other) < Math.abs(differences[i]) ? 1 : 0;
        equal += Math.abs(other) == Math.abs(differences[i]) ? 1 : 0;
      }
      doubledRanks[i] = 2 * less + equal + 1;
    }
    return doubledRanks;
  }

  /** For each sum, how many choices of signs give it to the positive ranks. */
  private static double[] waysBySum(int[] doubledRanks) {
    double[] ways = new double[Arrays.stream(doubledRanks).sum() + 1];
    ways[0] = 1;
    int reachable = 0;
    for (int rank : doubledRanks) {
      reachable += rank;
      // From large to small, so that each rank is added at most once.
      for (int sum = reachable; sum >= rank; sum--) {
        ways[sum] += ways[sum - rank];
      }
    }
    return ways;
  }
}

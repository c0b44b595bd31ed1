package io.breakwater.perf.compare;

import io.breakwater.perf.report.NoiseRule;
import java.util.Arrays;

/**
 * The Mann-Whitney U test, two-sided and exact: could two samples be draws from one distribution?
 *
 * <p>Source: H. B. Mann, D. R. Whitney, "On a test of whether one of two random variables is
 * stochastically larger than the other", 1947. It looks at ranks only, so one wild round counts no
 * more than a slightly slow one. The probability is counted over all ways of dealing the pooled
 * ranks to the two samples, not taken from the normal distribution: a benchmark has few rounds.
 * Ties share their mean rank. The estimate and its interval are those of J. L. Hodges and E. L.
 * Lehmann, 1963: the median of the differences of every two values, one of each sample, and as many
 * of them cut off at either end as the test would. Time grows with the fourth power of the number
 * of values: 100 on each side take a fraction of a second.
 */
final class MannWhitney {

  private final int firstCount;
  private final int secondCount;
  private final int doubledRankSum;
  private final double[] waysBySum;
  private final double[] differences;

  MannWhitney(double[] first, double[] second) {
    if (first.length == 0 || second.length == 0) {
      throw new IllegalArgumentException(
          "both samples must have values: first=%d second=%d"
              .formatted(first.length, second.length));
    }
    firstCount = first.length;
    secondCount = second.length;
    int[] doubledRanks = doubledRanks(first, second);
    doubledRankSum = Arrays.stream(doubledRanks, 0, firstCount).sum();
    waysBySum = waysBySum(doubledRanks, firstCount);
    differences = differences(first, second);
  }

  /** The probability of a rank sum at least as far from its mean if nothing differs: (0, 1]. */
  static double pValue(double[] first, double[] second) {
    return new MannWhitney(first, second).pValue();
  }

  /** The least that samples of these sizes can come to. */
  static double pValueMin(int first, int second) {
    double ways = 1;
    for (int i = 1; i <= first; i++) {
      ways *= (double) (second + i) / i;
    }
    return Math.min(1, 2 / ways);
  }

  double pValue() {
    int mean = firstCount * (firstCount + secondCount + 1);
    double extreme = 0;
    double all = 0;
    for (int sum = 0; sum < waysBySum.length; sum++) {
      all += waysBySum[sum];
      if (Math.abs(sum - mean) >= Math.abs(doubledRankSum - mean)) {
        extreme += waysBySum[sum];
      }
    }
    return extreme / all;
  }

  /** By how much the second sample is larger. */
  double estimate() {
    return NoiseRule.median(differences);
  }

  /** The least that it may be, with an error of at most {@code alpha} at both ends. */
  double low(double alpha) {
    return differences[cutOff(alpha)];
  }

  /** The most that it may be, with an error of at most {@code alpha} at both ends. */
  double high(double alpha) {
    return differences[differences.length - 1 - cutOff(alpha)];
  }

  /** How many differences are cut off at each end; with few values none may be. */
  private int cutOff(double alpha) {
    int[] ranks = new int[firstCount + secondCount];
    Arrays.setAll(ranks, i -> 2 * (i + 1));
    double[] ways = waysBySum(ranks, firstCount);
    double all = Arrays.stream(ways).sum();
    int least = firstCount * (firstCount + 1);
    double tail = 0;
    int cut = 0;
    // Rank sums are whole here, so every second doubled one.
    while (tail + ways[least + 2 * cut] <= alpha / 2 * all) {
      tail += ways[least + 2 * cut];
      cut++;
    }
    return Math.max(0, cut - 1);
  }

  /** Of every value of the second and every one of the first, in order. */
  private static double[] differences(double[] first, double[] second) {
    double[] differences = new double[first.length * second.length];
    int next = 0;
    for (double one : first) {
      for (double other : second) {
        differences[next++] = other - one;
      }
    }
    Arrays.sort(differences);
    return differences;
  }

  /** Twice the rank of each pooled value, the first sample's before the second's: whole numbers. */
  private static int[] doubledRanks(double[] first, double[] second) {
    double[] pooled = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, pooled, first.length, second.length);
    int[] doubledRanks = new int[pooled.length];
    for (int i = 0; i < pooled.length; i++) {
      int less = 0;
      int equal = 0;
      for (double other : pooled) {
        less += other < pooled[i] ? 1 : 0;
        equal += other == pooled[i] ? 1 : 0;
      }
      doubledRanks[i] = 2 * less + equal + 1;
    }
    return doubledRanks;
  }

  /** For each sum, how many choices of {@code chosen} of the ranks have it. */
  private static double[] waysBySum(int[] doubledRanks, int chosen) {
    double[][] ways = new double[chosen + 1][Arrays.stream(doubledRanks).sum() + 1];
    ways[0][0] = 1;
    int reachable = 0;
    for (int rank : doubledRanks) {
      reachable += rank;
      // From many to few, so that each rank is chosen at most once.
      for (int count = chosen; count > 0; count--) {
        for (int sum = rank; sum <= reachable; sum++) {
          ways[count][sum] += ways[count - 1][sum - rank];
        }
      }
    }
    return ways[chosen];
  }
}

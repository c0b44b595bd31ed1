package io.breakwater.perf.compare;

import java.util.Arrays;

/**
 * The Mann-Whitney U test, two-sided and exact: could two samples be draws from one distribution?
 *
 * <p>Source: H. B. Mann, D. R. Whitney, "On a test of whether one of two random variables is
 * stochastically larger than the other", 1947. It looks at ranks only, so one wild round counts no
 * more than a slightly slow one. The probability is counted over all ways of dealing the pooled
 * ranks to the two samples, not taken from the normal distribution: a benchmark has few rounds.
 * Ties share their mean rank. Time grows with the fourth power of the number of values: 100 on each
 * side take a fraction of a second.
 */
final class MannWhitney {

  private MannWhitney() {}

  /** The probability of a rank sum at least as far from its mean if nothing differs: (0, 1]. */
  static double pValue(double[] first, double[] second) {
    if (first.length == 0 || second.length == 0) {
      throw new IllegalArgumentException(
          "both samples must have values: first=%d second=%d"
              .formatted(first.length, second.length));
    }
    int[] doubledRanks = doubledRanks(first, second);
    int observed = 0;
    for (int i = 0; i < first.length; i++) {
      observed += doubledRanks[i];
    }
    int mean = first.length * (doubledRanks.length + 1);
    double[] waysBySum = waysBySum(doubledRanks, first.length);
    double extreme = 0;
    double all = 0;
    for (int sum = 0; sum < waysBySum.length; sum++) {
      all += waysBySum[sum];
      if (Math.abs(sum - mean) >= Math.abs(observed - mean)) {
        extreme += waysBySum[sum];
      }
    }
    return extreme / all;
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

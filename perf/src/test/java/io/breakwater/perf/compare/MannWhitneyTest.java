package io.breakwater.perf.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;

class MannWhitneyTest {

  @Test
  void shouldCountOnlyTheTwoSeparatedDealsOfFourAndFour() {
    // Of the 70 ways to choose 4 of 8 ranks, one has all the low ones and one all the high ones.
    double[] low = {1, 2, 3, 4};
    double[] high = {5, 6, 7, 8};
    assertEquals(2.0 / 70, MannWhitney.pValue(low, high), 1e-12);
    assertEquals(2.0 / 70, MannWhitney.pValue(high, low), 1e-12);
  }

  @Test
  void shouldBeCertainOfNothingWhenAllValuesAreEqual() {
    assertEquals(1, MannWhitney.pValue(new double[] {3, 3, 3}, new double[] {3, 3, 3, 3}), 1e-12);
  }

  @Test
  void shouldEstimateTheDifferenceAndHowFarOffItMayBe() {
    // 4 and 4: no difference can be cut off. 5 and 5: the table's critical value is 2.
    MannWhitney four = new MannWhitney(new double[] {1, 2, 3, 4}, new double[] {11, 12, 13, 14});
    assertEquals(10, four.estimate());
    assertEquals(7, four.low(0.05));
    assertEquals(13, four.high(0.05));
    MannWhitney five =
        new MannWhitney(new double[] {1, 2, 3, 4, 5}, new double[] {11, 12, 13, 14, 15});
    assertEquals(10, five.estimate());
    // Differences are 6, then 7 twice, then 8 three times.
    assertEquals(7, five.low(0.05));
    assertEquals(13, five.high(0.05));
  }

  @Test
  void shouldKnowTheLeastProbability() {
    assertEquals(2.0 / 70, MannWhitney.pValueMin(4, 4), 1e-12);
    assertEquals(2.0 / 56, MannWhitney.pValueMin(3, 5), 1e-12);
    assertEquals(1, MannWhitney.pValueMin(1, 1), 1e-12);
  }

  @Test
  void shouldRefuseAnEmptySample() {
    assertThrows(
        IllegalArgumentException.class, () -> MannWhitney.pValue(new double[0], new double[] {1}));
  }

  /** The oracle deals the pooled values out one by one and counts pairs, without ranks. */
  @Test
  void shouldAgreeWithDealingOutEveryWayAlsoWhenValuesAreTied() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      double[] first = random.ints(1 + random.nextInt(5), 0, 6).asDoubleStream().toArray();
      double[] second = random.ints(1 + random.nextInt(5), 0, 6).asDoubleStream().toArray();
      assertEquals(
          byDealing(first, second), MannWhitney.pValue(first, second), 1e-12, "seed " + seed);
    }
  }

  private static double byDealing(double[] first, double[] second) {
    int count = first.length + second.length;
    double[] pooled = new double[count];
    System.arraycopy(first, 0, pooled, 0, first.length);
    System.arraycopy(second, 0, pooled, first.length, second.length);
    double observed = excess(pooled, (1 << first.length) - 1);
    int all = 0;
    int extreme = 0;
    for (int chosen = 0; chosen < 1 << count; chosen++) {
      if (Integer.bitCount(chosen) == first.length) {
        all++;
        extreme += excess(pooled, chosen) >= observed ? 1 : 0;
      }
    }
    return (double) extreme / all;
  }

  /** By how many the pairs won exceed those lost, or the reverse. */
  private static double excess(double[] pooled, int chosen) {
    double excess = 0;
    for (int i = 0; i < pooled.length; i++) {
      for (int j = 0; j < pooled.length; j++) {
        if ((chosen >> i & 1) == 1 && (chosen >> j & 1) == 0) {
          excess += Math.signum(pooled[i] - pooled[j]);
        }
      }
    }
    return Math.abs(excess);
  }
}

package io.breakwater.perf.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WilcoxonSignedRankTest {

  /** Of the two-sided tables: all signs equal is 2 of 2^n, and so on. */
  @ParameterizedTest
  @CsvSource({
    "1 2 3 4 5, 0.0625",
    "1 2 3 4 5 6, 0.03125",
    "-1 2 3 4 5 6, 0.0625",
    "1 -2 3 4 5 6, 0.09375",
    "-1 -2 -3 -4 -5 -6, 0.03125",
    "1 -1 1 -1, 1",
    "0 0 0, 1",
    "3, 1",
  })
  void shouldCountTheSignsThatAreAsExtreme(String differences, double p) {
    assertEquals(p, new WilcoxonSignedRank(numbers(differences)).pValue(), 1e-12);
  }

  @ParameterizedTest
  @CsvSource({
    // 6 pairs: no mean can be cut off. 10 pairs: the table's critical value is 8.
    "1 2 3 4 5 6, 3.5, 1, 6",
    "1 2 3 4 5 6 7 8 9 10, 5.5, 3, 8",
    "7, 7, 7, 7",
  })
  void shouldEstimateTheDifferenceAndHowFarOffItMayBe(
      String differences, double estimate, double low, double high) {
    WilcoxonSignedRank test = new WilcoxonSignedRank(numbers(differences));
    assertEquals(estimate, test.estimate(), 1e-12);
    assertEquals(low, test.low(0.05), 1e-12);
    assertEquals(high, test.high(0.05), 1e-12);
  }

  @Test
  void shouldRefuseNoPairs() {
    assertThrows(IllegalArgumentException.class, () -> new WilcoxonSignedRank(new double[0]));
  }

  /** The oracle turns every sign around, one choice after the other. */
  @Test
  void shouldAgreeWithTryingEverySignAlsoWhenValuesAreTied() {
    for (int seed = 0; seed < 200; seed++) {
      Random random = new Random(seed);
      double[] differences =
          random.ints(1 + random.nextInt(9), -5, 6).filter(i -> i != 0).asDoubleStream().toArray();
      if (differences.length > 0) {
        assertEquals(
            bySigns(differences),
            new WilcoxonSignedRank(differences).pValue(),
            1e-12,
            "seed " + seed);
      }
    }
  }

  /** The interval has its name from this: it holds the true difference in 95 of 100 cases. */
  @Test
  void shouldHoldTheTrueDifferenceInItsInterval() {
    int held = 0;
    for (int seed = 0; seed < 2_000; seed++) {
      Random random = new Random(seed);
      double[] differences = random.doubles(10).map(x -> 5 + (x - 0.5)).toArray();
      WilcoxonSignedRank test = new WilcoxonSignedRank(differences);
      held += test.low(0.05) <= 5 && 5 <= test.high(0.05) ? 1 : 0;
    }
    int count = held;
    assertTrue(held > 1_880 && held < 1_960, () -> "held=%d of 2000".formatted(count));
  }

  private static double[] numbers(String values) {
    return java.util.Arrays.stream(values.split(" ")).mapToDouble(Double::parseDouble).toArray();
  }

  private static double bySigns(double[] differences) {
    double observed = Math.abs(excess(differences, -1));
    int extreme = 0;
    for (int signs = 0; signs < 1 << differences.length; signs++) {
      extreme += Math.abs(excess(differences, signs)) >= observed ? 1 : 0;
    }
    return (double) extreme / (1 << differences.length);
  }

  /** Ranks above 0 less ranks below; with {@code signs} of -1 those that the values have. */
  private static double excess(double[] differences, int signs) {
    double excess = 0;
    for (int i = 0; i < differences.length; i++) {
      double rank = 0.5;
      for (double other : differences) {
        double more = Math.abs(differences[i]) - Math.abs(other);
        rank += more > 0 ? 1 : more == 0 ? 0.5 : 0;
      }
      boolean above = signs == -1 ? differences[i] > 0 : (signs >> i & 1) == 1;
      excess += above ? rank : -rank;
    }
    return excess;
  }
}

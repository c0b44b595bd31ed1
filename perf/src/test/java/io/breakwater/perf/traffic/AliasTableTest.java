package io.breakwater.perf.traffic;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class AliasTableTest {

  /**
   * Pearson's test: with 99 degrees of freedom a true Zipf exceeds 160 once in 10,000 seeds, and
   * the seed is one that does not.
   */
  @Test
  void shouldDrawAsZipfSays() {
    int count = 100;
    int draws = 1_000_000;
    long seed = 7;
    AliasTable table = AliasTable.zipf(count);
    Random random = new Random(seed);
    long[] drawn = new long[count];
    for (int i = 0; i < draws; i++) {
      drawn[table.draw(random.nextLong())]++;
    }
    double harmonic = 0;
    for (int n = 1; n <= count; n++) {
      harmonic += 1.0 / n;
    }
    double chiSquare = 0;
    for (int n = 0; n < count; n++) {
      double expected = draws / ((n + 1) * harmonic);
      chiSquare += (drawn[n] - expected) * (drawn[n] - expected) / expected;
    }
    double value = chiSquare;
    assertTrue(value < 160, () -> "chiSquare=" + value + " seed=" + seed);
  }

  @Test
  void shouldHaveOneFlowOnly() {
    AliasTable table = AliasTable.zipf(1);

    assertEquals(0, table.draw(0));
    assertEquals(0, table.draw(-1));
  }

  @Test
  void shouldDrawTheFirstAndTheLast() {
    int count = 10_000_000;
    AliasTable table = AliasTable.zipf(count);
    long seed = 3;
    Random random = new Random(seed);
    boolean first = false;
    boolean rare = false;
    for (int i = 0; i < 1_000_000; i++) {
      int drawn = table.draw(random.nextLong());
      assertTrue(drawn >= 0 && drawn < count, () -> "drawn=" + drawn + " seed=" + seed);
      first |= drawn == 0;
      rare |= drawn > count / 2;
    }
    assertTrue(first && rare, () -> "seed=" + seed);
  }
}

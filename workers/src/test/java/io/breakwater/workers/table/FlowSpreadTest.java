package io.breakwater.workers.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlowSpreadTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 16})
  void shouldGiveEachWorkerItsShareOfRandomFlows(int workers) {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    FlowSpread spread = new FlowSpread(workers, FlowSpread.PLACES_MAX);
    int[] flows = new int[workers];
    int total = 100_000;
    for (int i = 0; i < total; i++) {
      int words = SymmetricHash.ipv4(random.nextInt(), random.nextInt(), random.nextInt());
      flows[spread.worker(SymmetricHash.half(words))]++;
    }
    for (int worker = 0; worker < workers; worker++) {
      double share = (double) flows[worker] * workers / total;
      assertTrue(Math.abs(share - 1) < 0.1, "seed=%d share=%.3f".formatted(seed, share));
    }
  }

  /** NICs have tables of different sizes: with one size of places, all say the same. */
  @Test
  void shouldNotDependOnBitsAboveItsPlaces() {
    FlowSpread spread = new FlowSpread(3, 128);
    for (int half = 0; half < 1 << 16; half++) {
      assertEquals(spread.worker(half & 127), spread.worker(half));
    }
  }

  @Test
  void shouldRefuseOddTables() {
    assertThrows(IllegalArgumentException.class, () -> new FlowSpread(2, 100));
    assertThrows(IllegalArgumentException.class, () -> new FlowSpread(2, 1_024));
    assertThrows(IllegalArgumentException.class, () -> new FlowSpread(0, 128));
  }
}

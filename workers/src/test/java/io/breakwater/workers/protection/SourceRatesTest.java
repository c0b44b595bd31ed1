package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SourceRatesTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long COST = TokenCells.cost(1_000);

  private final SourceRates rates = new SourceRates(1_024);

  private int taken(long source, int packets, long nowNs) {
    int taken = 0;
    for (int n = 0; n < packets; n++) {
      taken += rates.take(rates.tag(1, source), nowNs, COST) ? 1 : 0;
    }
    return taken;
  }

  @Test
  void shouldGiveEachSourceAndTenantABucket() {
    assertEquals(100, taken(7, 1_000, SECOND));
    assertEquals(100, taken(8, 1_000, SECOND));
    assertEquals(100, taken(7, 1_000, 2 * SECOND));
    assertNotEquals(rates.tag(1, 7), rates.tag(2, 7));
  }

  /** However many others come: who keeps his rate is never refused. */
  @Test
  void shouldRefuseNobodyWhoKeepsHisRateUnderAFlood() {
    SplittableRandom random = new SplittableRandom(1);
    long nowNs = SECOND;
    for (int n = 0; n < 1_000_000; n++) {
      nowNs += 100;
      rates.take(rates.tag(1, random.nextLong()), nowNs, COST);
      if (n % 10_000 == 0) {
        assertEquals(1, taken(7, 1, nowNs));
      }
    }
  }

  /** One over his rate is known among as many others as the table has room for. */
  @Test
  void shouldRememberWhoIsOverHisRate() {
    SplittableRandom random = new SplittableRandom(2);
    long nowNs = SECOND;
    int passed = 0;
    for (int n = 0; n < 100_000; n++) {
      nowNs += 10_000;
      // A new source each 10 us, whose bucket is full again after 1 ms.
      rates.take(rates.tag(1, random.nextLong()), nowNs, COST);
      passed += taken(7, 1, nowNs);
    }
    // A second, and the burst.
    assertTrue(passed >= 1_099 && passed <= 1_101, "passed " + passed);
    assertFalse(rates.take(rates.tag(1, 7), nowNs, COST));
  }
}

package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When the guard is engaged, and for how long. */
class SynRatesTest {

  private static final long SECOND_NS = 1_000_000_000L;
  private static final long HOLD_NS = 30 * SECOND_NS;

  private final SynRates rates = new SynRates(4);

  /** SYNs at a rate for some time; returns when it became engaged, or -1. */
  private long send(int threshold, double rate, long fromNs, long forNs) {
    long becameNs = -1;
    long count = (long) (rate * forNs / SECOND_NS);
    for (long n = 0; n < count; n++) {
      long nowNs = fromNs + (long) (n * (SECOND_NS / rate));
      if (rates.count(1, SECOND_NS / threshold, HOLD_NS, nowNs) == SynRates.ENGAGED_NOW) {
        becameNs = nowNs;
      }
    }
    return becameNs;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 1_000, 20_000, 1_000_000})
  void shouldRestBelowTheThreshold(int threshold) {
    assertEquals(
        -1,
        send(threshold, threshold * 0.95, 0, Math.max(5, 5_000_000 / threshold) * SECOND_NS / 5));
    assertFalse(rates.isEngaged(1, SECOND_NS));
  }

  @ParameterizedTest
  @ValueSource(ints = {1_000, 20_000, 1_000_000})
  void shouldEngageWithinMillisecondsOfAFlood(int threshold) {
    long becameNs = send(threshold, threshold * 10.0, SECOND_NS, SECOND_NS / 10);
    assertTrue(becameNs >= SECOND_NS && becameNs < SECOND_NS + 30_000_000, "at " + becameNs);
    assertTrue(rates.isEngaged(1, becameNs));
    assertFalse(rates.isEngaged(0, becameNs));
    assertFalse(rates.isEngaged(2, becameNs));
  }

  @Test
  void shouldStayEngagedAboveHalfOfTheThreshold() {
    send(1_000, 5_000, 0, SECOND_NS);
    assertEquals(-1, send(1_000, 600, SECOND_NS, 100 * SECOND_NS));
    assertTrue(rates.isEngaged(1, 101 * SECOND_NS));
  }

  @Test
  void shouldRestWhenTheRateWasBelowHalfForLong() {
    send(1_000, 5_000, 0, SECOND_NS);
    send(1_000, 400, SECOND_NS, 29 * SECOND_NS);
    assertTrue(rates.isEngaged(1, 30 * SECOND_NS));
    send(1_000, 400, 30 * SECOND_NS, 3 * SECOND_NS);
    assertFalse(rates.isEngaged(1, 33 * SECOND_NS));
    // And is engaged anew.
    assertTrue(send(1_000, 5_000, 40 * SECOND_NS, SECOND_NS) > 0);
  }

  @Test
  void shouldGoOnWhenTheClockJumps() {
    send(1_000, 5_000, 1_000 * SECOND_NS, SECOND_NS);
    for (int n = 0; n < 10; n++) {
      rates.count(1, SECOND_NS / 1_000, HOLD_NS, n * 1_000_000L);
    }
    // Back: counting begins anew. It is engaged until the old time comes, or it is cleared.
    assertTrue(rates.isEngaged(1, 0));
    rates.clear(1);
    assertEquals(-1, send(1_000, 900, 0, SECOND_NS));
    assertTrue(send(1_000, 5_000, 5_000 * SECOND_NS, SECOND_NS) > 0);
  }
}

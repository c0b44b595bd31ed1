package io.breakwater.workers.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TscClockTest {

  private static final BigInteger NS_PER_SECOND = BigInteger.valueOf(1_000_000_000);

  @ParameterizedTest
  @ValueSource(
      longs = {1_000_000_000L, 1_999_999_999L, 2_600_000_000L, 3_333_333_333L, 5_000_000_000L})
  void shouldAgreeWithExactArithmeticForAHundredYears(long cyclesPerSecond) {
    TscClock clock = new TscClock(cyclesPerSecond);
    Random random = new Random(3);
    long hundredYears = 100L * 365 * 86_400 * (cyclesPerSecond / 1000) / 1000 * 1_000;
    for (int i = 0; i < 20_000; i++) {
      long cycles = random.nextLong(hundredYears) >>> random.nextInt(60);
      BigInteger exact =
          BigInteger.valueOf(cycles)
              .multiply(NS_PER_SECOND)
              .divide(BigInteger.valueOf(cyclesPerSecond));
      // The rate is right to one part in 2^29: a tenth of a second in a year.
      BigInteger error = exact.subtract(BigInteger.valueOf(clock.ns(cycles))).abs();
      BigInteger bound = exact.shiftRight(29).add(BigInteger.TWO);
      assertTrue(error.compareTo(bound) <= 0, "cycles=" + cycles + " error=" + error);
    }
  }

  /** Where the product passes 2^63 and 2^64, it neither jumps nor goes back. */
  @Test
  void shouldNeverGoBackNorJump() {
    TscClock clock = new TscClock(2_600_000_000L);
    for (int bits = 1; bits < 62; bits++) {
      long cycles = (1L << bits) - 1_000;
      long last = clock.ns(Math.max(0, cycles));
      for (int i = 1; i < 2_000; i++) {
        long now = clock.ns(Math.max(0, cycles + i));
        assertTrue(now - last >= 0 && now - last <= 1, "cycles=" + (cycles + i));
        last = now;
      }
    }
  }

  @Test
  void shouldCountNanosecondsAtOneGigahertz() {
    TscClock clock = new TscClock(1_000_000_000L);
    assertEquals(0, clock.ns(0));
    assertEquals(Long.MAX_VALUE >>> 1, clock.ns(Long.MAX_VALUE >>> 1));
  }
}

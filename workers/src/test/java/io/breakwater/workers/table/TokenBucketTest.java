package io.breakwater.workers.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenBucketTest {

  private static final long SECOND = 1_000_000_000L;

  @Test
  void shouldLetABurstPassAndThenNothingWhileTimeStands() {
    TokenBucket bucket = new TokenBucket(10, 5, 0);
    assertEquals(5, take(bucket, 100, 0));
    assertFalse(bucket.take(0));
  }

  @Test
  void shouldGiveATokenExactlyWhenItIsDue() {
    TokenBucket bucket = new TokenBucket(10, 1, 0);
    assertTrue(bucket.take(0));
    assertFalse(bucket.take(SECOND / 10 - 1));
    assertTrue(bucket.take(SECOND / 10));
    assertFalse(bucket.take(SECOND / 10));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 3, 7, 1000, 333_333, 999_999_937})
  void shouldNotDriftWhateverTheRateAndHoweverOftenItIsAsked(long rate) {
    // Room for a second token, so that no step meets a full bucket.
    TokenBucket bucket = new TokenBucket(rate, 2, 0);
    take(bucket, 2, 0);
    // Steps shorter than a token, that do not divide it, over exactly as long as n tokens take.
    long tokens = Math.min(rate, 1000);
    long endNs = (tokens * SECOND + rate - 1) / rate;
    long stepNs = Math.max(SECOND / rate / 7, 1);
    long taken = 0;
    for (long now = stepNs; now < endNs; now += stepNs) {
      taken += take(bucket, 1, now);
    }
    taken += take(bucket, 1, endNs);
    assertEquals(tokens, taken);
  }

  @ParameterizedTest
  @CsvSource({"9223372036854775807", "4611686018427387904", "1000000000000"})
  void shouldHoldNoMoreThanABurstAfterTheClockJumpsAhead(long now) {
    TokenBucket bucket = new TokenBucket(1_000_000_000, 1000, 0);
    take(bucket, 1000, 0);
    assertEquals(1000, take(bucket, 5000, now));
  }

  @Test
  void shouldGoOnFromTheNewTimeWhenTheClockJumpsBack() {
    TokenBucket bucket = new TokenBucket(10, 2, 100 * SECOND);
    assertEquals(2, take(bucket, 10, 100 * SECOND));
    assertFalse(bucket.take(0));
    assertFalse(bucket.take(SECOND / 10 - 1));
    assertTrue(bucket.take(SECOND / 10));
  }

  @Test
  void shouldCountAcrossTheWrapOfTheClock() {
    TokenBucket bucket = new TokenBucket(1, 1, Long.MAX_VALUE);
    assertTrue(bucket.take(Long.MAX_VALUE));
    assertFalse(bucket.take(Long.MAX_VALUE + SECOND - 1));
    assertTrue(bucket.take(Long.MAX_VALUE + SECOND));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 0", "-1, 1", "1000000001, 1", "1, 1000000001"})
  void shouldRefuseImpossibleRates(long rate, long burst) {
    assertThrows(IllegalArgumentException.class, () -> new TokenBucket(rate, burst, 0));
  }

  private static int take(TokenBucket bucket, int attempts, long nowNs) {
    int taken = 0;
    for (int i = 0; i < attempts; i++) {
      taken += bucket.take(nowNs) ? 1 : 0;
    }
    return taken;
  }
}

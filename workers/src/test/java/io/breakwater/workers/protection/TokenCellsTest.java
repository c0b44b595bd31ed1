package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenCellsTest {

  private static final long SECOND = 1_000_000_000L;

  private final TokenCells cells = new TokenCells(4);

  private int taken(int packets, long nowNs, long cost) {
    int taken = 0;
    for (int n = 0; n < packets; n++) {
      taken += cells.take(1, nowNs, cost) ? 1 : 0;
    }
    return taken;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 10, 1_000, 20_000})
  void shouldHoldATenthOfASecondButAtLeastTwo(int perSecond) {
    assertEquals(
        Math.max(2, perSecond / 10), taken(perSecond + 2, SECOND, TokenCells.cost(perSecond)));
  }

  /** Whole ticks cost 1% at most of the largest rates. */
  @ParameterizedTest
  @ValueSource(ints = {1, 3, 999, 1_000_000, 3_000_000, 77_000_000})
  void shouldLetTheRateByInTheLongRun(int perSecond) {
    long cost = TokenCells.cost(perSecond);
    long stepNs = Math.max(1, SECOND / perSecond / 3);
    long passed = 0;
    long sent = 300_000;
    long nowNs = SECOND;
    for (long n = 0; n < sent; n++, nowNs += stepNs) {
      passed += cells.take(0, nowNs, cost) ? 1 : 0;
    }
    double allowed = perSecond * (double) (nowNs - SECOND) / SECOND;
    double burst = Math.max(2, perSecond / 10.0);
    assertTrue(passed <= allowed * 1.001 + burst + 1, passed + " of " + allowed);
    assertTrue(passed >= Math.min(sent, allowed * 0.999) - 1, passed + " of " + allowed);
  }

  @Test
  void shouldSurviveAnyJumpOfTheClock() {
    long cost = TokenCells.cost(100);
    assertEquals(10, taken(20, 1_000_000 * SECOND, cost));
    // Back: one packet in debt from here on.
    assertEquals(1, taken(20, SECOND, cost));
    assertEquals(0, taken(20, SECOND, cost));
    assertEquals(10, taken(20, 3 * SECOND, cost));
    assertEquals(10, taken(20, Long.MAX_VALUE / 64, cost));
  }

  @Test
  void shouldBeFullAfterAReset() {
    long cost = TokenCells.cost(1);
    assertTrue(cells.take(2, SECOND, cost));
    assertTrue(cells.take(2, SECOND, cost));
    assertFalse(cells.take(2, SECOND, cost));
    cells.reset(2, 1);
    assertTrue(cells.take(2, SECOND, cost));
  }

  @Test
  void shouldLetNoMoreByWhenThreadsShareIt() throws InterruptedException {
    long cost = TokenCells.cost(100_000);
    AtomicLong passed = new AtomicLong();
    Thread[] threads = new Thread[4];
    for (int t = 0; t < threads.length; t++) {
      threads[t] =
          new Thread(() -> {
            long mine = 0;
            for (int n = 0; n < 100_000; n++) {
              mine += cells.take(3, SECOND, cost) ? 1 : 0;
            }
            passed.addAndGet(mine);
          });
      threads[t].start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertEquals(10_000, passed.get());
  }
}

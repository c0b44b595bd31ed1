package io.breakwater.workers.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class LogSamplerTest {

  private static final long SECOND_NS = 1_000_000_000L;

  private final LogSampler sampler = new LogSampler(100, 20);

  private int admitted(int tenant, int packets, long nowNs) {
    int admitted = 0;
    for (int i = 0; i < packets; i++) {
      admitted += sampler.admits(tenant, nowNs) ? 1 : 0;
    }
    return admitted;
  }

  @Test
  void shouldTellSoManyOfATenantInASecondAndCountTheOthers() {
    assertEquals(LogSampler.TENANT_PER_SECOND, admitted(1, 1_000, 7));
    assertEquals(1_000 - LogSampler.TENANT_PER_SECOND, sampler.leftOut(1));
    assertEquals(0, admitted(1, 1, 7 + SECOND_NS - 1));
    sampler.clearLeftOut(1);

    assertEquals(LogSampler.TENANT_PER_SECOND, admitted(1, 10, 7 + SECOND_NS));
    assertEquals(10 - LogSampler.TENANT_PER_SECOND, sampler.leftOut(1));
  }

  @Test
  void shouldLeaveTheHalfToTenantsThatHadNone() {
    for (int tenant = 1; tenant <= 8; tenant++) {
      admitted(tenant, 1_000, 0);
    }

    assertTrue(sampler.admits(50, 1), "first of a quiet tenant");
    assertFalse(sampler.admits(50, 1), "second of it, beyond the half");
  }

  @Test
  void shouldNeverTellMoreThanItsBound() {
    int admitted = 0;
    for (int round = 0; round < 10; round++) {
      for (int tenant = 0; tenant < 100; tenant++) {
        admitted += admitted(tenant, 1, 5);
      }
    }

    assertEquals(20, admitted);
  }

  @Test
  void shouldNotTellATenantWhatWasLeftOutOfAnotherInItsSlot() {
    admitted(3, 1_000, 0);

    sampler.reassign(3);

    assertEquals(0, sampler.leftOut(3));
    assertTrue(sampler.admits(3, 1));
  }

  /** Times of any sign, as nanoTime's. */
  @Test
  void shouldWorkFromAnyTimeOn() {
    LogSampler early = new LogSampler(2, 20);

    assertTrue(early.admits(1, Long.MIN_VALUE + 5));
    assertTrue(new LogSampler(2, 20).admits(1, Long.MAX_VALUE - 5));
  }
}

package io.breakwater.appliance.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class SignalsTest {

  private final Signals signals = new Signals();

  @Test
  void shouldCoverManyReloadsByOne() throws InterruptedException {
    for (int i = 0; i < 100; i++) {
      signals.raise("HUP", Signals.Request.RELOAD);
    }

    assertTrue(signals.await(0));
    assertFalse(signals.await(0));
    assertEquals("", signals.stopSignal());
  }

  @Test
  void shouldRememberFirstStopBehindReloads() throws InterruptedException {
    signals.raise("HUP", Signals.Request.RELOAD);
    signals.raise("TERM", Signals.Request.STOP);
    signals.raise("INT", Signals.Request.STOP);

    assertTrue(signals.await(0));
    assertEquals("SIGTERM", signals.stopSignal());
  }

  @Test
  void shouldWakeOnStop() throws InterruptedException {
    signals.raise("INT", Signals.Request.STOP);

    assertFalse(signals.await(Long.MAX_VALUE));
    assertEquals("SIGINT", signals.stopSignal());
  }

  @Test
  void shouldTellIgnoredSignalsOfOurs() {
    assertEquals(List.of(), Signals.ignored("SigIgn:\t0000000000001000"));
    assertEquals(List.of("HUP", "TERM"), Signals.ignored("SigIgn:\t0000000000004001"));
    assertEquals(List.of("HUP", "INT", "TERM"), Signals.ignored("SigIgn:\tffffffffffffffff"));
  }
}

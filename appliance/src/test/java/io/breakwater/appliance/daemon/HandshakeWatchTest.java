package io.breakwater.appliance.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.config.Tenant;
import io.breakwater.config.protection.Protection;
import io.breakwater.config.protection.SynFlood;
import io.breakwater.config.protection.When;
import io.breakwater.workers.protection.ProtectionState;
import io.breakwater.workers.protection.TcpWorker;
import io.breakwater.workers.protection.TcpWorker.Count;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which second of handshakes engages the SYN guard: threshold 1,000 a second, completion 50%. */
class HandshakeWatchTest {

  private static final int SLOT = 3;
  private static final long SECOND_NS = 1_000_000_000L;

  private final ProtectionState state =
      new ProtectionState(8, 2, ProtectionState.Sizes.SMALL, new SplittableRandom(1));
  private final HandshakeWatch watch = new HandshakeWatch(state);
  private long nowNs = 50 * SECOND_NS;

  private void configure(When when) {
    SynFlood guard = new SynFlood(SynFlood.Mode.CHALLENGE, when, 1_000, 1_000, 50, 10, List.of());
    Protection usual = Protection.DEFAULT;
    Protection protection =
        new Protection(
            guard,
            usual.tcpState(),
            usual.checks(),
            usual.amplification(),
            usual.rates(),
            usual.automatic());
    Tenant tenant =
        new Tenant("acme", List.of(), List.of(), false, Optional.empty(), Optional.of(protection));
    watch.configure(List.of(tenant), name -> SLOT, nowNs);
  }

  /** Spread over both workers. */
  private void handshakes(int begun, int completed) {
    for (int i = 0; i < begun; i++) {
      TcpWorker worker = state.tcpStates().worker(i % 2);
      worker.add(SLOT, Count.BEGUN);
      if (i < completed) {
        worker.add(SLOT, Count.COMPLETED);
      }
    }
  }

  private boolean isEngagedAfterASecondOf(int begun, int completed) {
    handshakes(begun, completed);
    nowNs += SECOND_NS;
    watch.look(nowNs);
    return state.synGuard().tenants().isEngaged(SLOT, nowNs);
  }

  @ParameterizedTest
  @CsvSource({
    "249, 0, false", // too few to say anything
    "250, 0, true",
    "250, 124, true",
    "250, 125, false", // half of them is enough
    "900, 100, true",
    "900, 890, false"
  })
  void shouldEngageWhenTooFewComplete(int begun, int completed, boolean engaged) {
    configure(When.ATTACK);
    assertEquals(engaged, isEngagedAfterASecondOf(begun, completed));
  }

  @Test
  void shouldHoldAsLongAsIsConfiguredAndNoLonger() {
    configure(When.ATTACK);
    assertEquals(true, isEngagedAfterASecondOf(900, 0));
    for (int second = 1; second < 10; second++) {
      assertEquals(true, isEngagedAfterASecondOf(0, 0));
    }
    assertEquals(false, isEngagedAfterASecondOf(0, 0));
  }

  @Test
  void shouldLookAtOneSecondOnlyAndNotAtWhatWasBefore() {
    handshakes(5_000, 0);
    configure(When.ATTACK);
    assertEquals(false, isEngagedAfterASecondOf(100, 0));
    configure(When.ATTACK);
    assertEquals(false, isEngagedAfterASecondOf(100, 0));
  }

  @ParameterizedTest
  @CsvSource({"ALWAYS", "NEVER"})
  void shouldLeaveAloneWhatIsNotForAttacks(When when) {
    configure(when);
    assertEquals(false, isEngagedAfterASecondOf(900, 0));
  }
}

package io.breakwater.appliance.health;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.workers.table.ProbeLog;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ProbeResultsTest {

  private static final int TUNNEL = 3;
  private static final long MS = 1_000_000L;

  private final ProbeLog log = new ProbeLog(8);
  private final ProbeResults results = new ProbeResults(log, 8);
  private final HealthMachine machine = new HealthMachine();

  @BeforeEach
  void setTimeout() {
    results.setTimeout(TUNNEL, 1_000 * MS);
  }

  private int send(long ms) {
    return log.next(TUNNEL, ms * MS);
  }

  /** Probes decided and lost so far. */
  private String decide(long ms) {
    results.decide(TUNNEL, machine, ms * MS);
    return machine.probes() + " " + machine.lost();
  }

  @Test
  void shouldTakeAnAnswerAtOnceAndALossAfterASecond() {
    results.answered(TUNNEL, send(0), 5 * MS);
    send(250);
    assertEquals("1 0", decide(250));
    assertEquals("1 0", decide(1_249));
    assertEquals("2 1", decide(1_250));
    assertEquals("2 1", decide(9_000));
  }

  /** A tunnel over a long way, at the highest rate: each answer comes after 49 other probes. */
  @Test
  void shouldWaitForAnswersAsLongAsTheTunnelNeeds() {
    results.setTimeout(TUNNEL, 5_000 * MS);
    int answers = 0;
    for (int i = 0; i < 300; i++) {
      send(i * 100);
      if (i >= 49) {
        results.answered(TUNNEL, ++answers, 4_900 * MS);
      }
      decide(i * 100);
    }
    assertEquals("251 0", decide(30_000));
    assertEquals(HealthState.HEALTHY, machine.state());
    assertEquals(4_900 * MS, results.roundTripNs(TUNNEL));
    assertEquals("300 49", decide(34_900));
    assertEquals(HealthState.DOWN, machine.state());
  }

  @Test
  void shouldTakeUpAnotherTimeoutAtOnce() {
    send(0);
    assertEquals("0 0", decide(900));
    results.setTimeout(TUNNEL, 500 * MS);
    assertEquals("1 1", decide(900));
  }

  /** What became of a probe is known when it is known of those before. */
  @Test
  void shouldDecideInTheOrderOfSending() {
    send(0);
    results.answered(TUNNEL, send(250), MS);
    assertEquals("0 0", decide(500));
    assertEquals("2 1", decide(1_000));
  }

  @Test
  void shouldNotTakeLateOrForeignAnswers() {
    int late = send(0);
    assertEquals("1 1", decide(1_000));
    results.answered(TUNNEL, late, MS);
    assertEquals("1 1", decide(1_001));
    int old = send(2_000);
    results.reset(TUNNEL);
    results.answered(TUNNEL, old, MS);
    send(2_100);
    assertEquals("1 1", decide(2_200));
    assertEquals(0, results.roundTripNs(TUNNEL));
  }

  /**
   * The control thread was away for long: times of old probes are overwritten, but old they are.
   */
  @Test
  void shouldCountAllProbesOfALongPause() {
    for (int i = 0; i < 50; i++) {
      int sequence = send(i * 100);
      if (i % 2 == 0) {
        results.answered(TUNNEL, sequence, MS);
      }
    }
    assertEquals("41 20", decide(4_950));
    assertEquals("50 25", decide(6_000));
  }

  @Test
  void shouldSmoothTheRoundTripTime() {
    results.answered(TUNNEL, send(0), 8 * MS);
    assertEquals(8 * MS, results.roundTripNs(TUNNEL));
    results.answered(TUNNEL, send(1), 16 * MS);
    assertEquals(9 * MS, results.roundTripNs(TUNNEL));
  }
}

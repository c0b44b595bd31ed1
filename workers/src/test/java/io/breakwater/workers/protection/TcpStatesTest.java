package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.protection.TcpWorker.Count;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** When something is enforced, and how many flows are let in. */
class TcpStatesTest {

  private static final int TENANT = 3;
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long MS_NS = 1_000_000L;
  private static final long START_NS = 5_000 * SECOND_NS;
  private static final long LEARNED_NS = START_NS + 120 * SECOND_NS;

  private long synFloodUntilNs = AttackWords.NEVER;
  private final TcpStates states =
      new TcpStates(8, 2, 1 << 10, tenant -> synFloodUntilNs, new SplittableRandom(1));

  /** 20,000 a second, 10 s. */
  private static TcpStateTable table(byte mode, int period) {
    byte[] modes = new byte[8];
    int[] periods = new int[8];
    int[] thresholds = new int[8];
    long[] holds = new long[8];
    modes[TENANT] = mode;
    periods[TENANT] = period;
    thresholds[TENANT] = 20_000;
    holds[TENANT] = 10 * SECOND_NS;
    return new TcpStateTable(modes, periods, thresholds, holds, false);
  }

  @Test
  void shouldEnforceNothingBeforeItHasLearned() {
    TcpStateTable table = table(TcpStateTable.ENFORCE, 1);
    assertFalse(states.isEnforced(TENANT, table, START_NS));
    assertEquals(120 * SECOND_NS, states.learningLeftNs(TENANT, START_NS));
    assertFalse(states.isEnforced(TENANT, table, LEARNED_NS - 1));
    assertTrue(states.isEnforced(TENANT, table, LEARNED_NS));
    assertEquals(0, states.learningLeftNs(TENANT, LEARNED_NS));
  }

  @Test
  void shouldLearnAnewWhenTheTenantWasNotFollowedForAWhile() {
    states.isEnforced(TENANT, table(TcpStateTable.ENFORCE, 1), START_NS);
    assertTrue(states.isEnforced(TENANT, table(TcpStateTable.ENFORCE, 1), LEARNED_NS));
    assertFalse(states.isEnforced(TENANT, table(TcpStateTable.ENFORCE, 2), LEARNED_NS));
    assertTrue(
        states.isEnforced(TENANT, table(TcpStateTable.ENFORCE, 2), LEARNED_NS + 120 * SECOND_NS));
  }

  @Test
  void shouldEnforceInAttackWhileTheSynGuardIsEngaged() {
    TcpStateTable table = table(TcpStateTable.ENFORCE_IN_ATTACK, 1);
    states.isEnforced(TENANT, table, START_NS);
    assertFalse(states.isEnforced(TENANT, table, LEARNED_NS));
    synFloodUntilNs = LEARNED_NS + 1;
    assertTrue(states.isEnforced(TENANT, table, LEARNED_NS));
    assertFalse(states.isEnforced(TENANT, table, LEARNED_NS + 1));
    assertFalse(states.isEnforced(TENANT, table(TcpStateTable.OBSERVE, 1), LEARNED_NS));
  }

  /** A worker's share of 20,000 a second is 1,000 in 100 ms. */
  @Test
  void shouldEngageAtTheThresholdAndHoldWhileHalfOfItComes() {
    TcpStateTable table = table(TcpStateTable.ENFORCE_IN_ATTACK, 1);
    assertFalse(flooded(table, 900, 0, LEARNED_NS));
    long now = LEARNED_NS + SECOND_NS;
    assertTrue(flooded(table, 1_100, 0, now));
    assertTrue(states.flood().isEngaged(TENANT, now + 10 * SECOND_NS));
    assertFalse(states.flood().isEngaged(TENANT, now + 10 * SECOND_NS + 50 * MS_NS));
    for (int n = 1; n <= 20; n++) {
      assertTrue(flooded(table, 600, 0, now + 5 * n * SECOND_NS));
    }
    now += 100 * SECOND_NS;
    assertTrue(flooded(table, 400, 0, now + 5 * SECOND_NS));
    assertFalse(flooded(table, 400, 0, now + 10 * SECOND_NS));
    assertFalse(flooded(table, 900, 0, now + 15 * SECOND_NS));
  }

  @Test
  void shouldNotEngageWhenMostSegmentsAreOfKnownConnections() {
    assertFalse(flooded(table(TcpStateTable.ENFORCE_IN_ATTACK, 1), 2_000, 4, LEARNED_NS));
  }

  @Test
  void shouldEngageTheSameForAllWorkersAndForgetItWithTheTenant() {
    assertTrue(flooded(table(TcpStateTable.ENFORCE_IN_ATTACK, 1), 1_100, 0, LEARNED_NS));
    states.reassignTenant(TENANT, 0);
    assertFalse(states.flood().isEngaged(TENANT, LEARNED_NS));
  }

  /** Within 50 ms, with so many known segments for each unknown one. */
  private boolean flooded(TcpStateTable table, int unknown, int known, long nowNs) {
    TcpWorker worker = states.worker(1);
    for (int n = 0; n < unknown; n++) {
      for (int k = 0; k <= known; k++) {
        worker.addSegment(TENANT);
      }
      worker.addOutOfState(TENANT, table, nowNs + n * 50 * MS_NS / unknown);
    }
    return states.flood().isEngaged(TENANT, nowNs + 50 * MS_NS);
  }

  @Test
  void shouldAdmitWhatComesAgainSoManyASecond() {
    int admitted = 0;
    for (int flow = 0; flow < 900; flow++) {
      admit(flow, START_NS);
      admitted += admit(flow, START_NS + 500 * MS_NS) ? 1 : 0;
    }
    // Some took another one's place among the candidates.
    assertTrue(admitted > 500, "admitted: " + admitted);
    int first = admitted;
    for (int flow = 10_000; flow < 100_000; flow++) {
      admit(flow, START_NS + 500 * MS_NS);
      admitted += admit(flow, START_NS + 900 * MS_NS) ? 1 : 0;
    }
    assertEquals(2_000, admitted);
    assertTrue(first < 2_000);
    admit(0, START_NS + 950 * MS_NS);
    assertTrue(admit(0, START_NS + 1_500 * MS_NS));
  }

  private boolean admit(int flow, long nowNs) {
    long hash = states.hash().ipv4(flow, 80);
    long segment = states.hash().with(hash, 1);
    return states.admits(TENANT, hash, segment, 1, false, false, true, nowNs);
  }

  @Test
  void shouldKnowAConnectionThatWasAdmitted() {
    long hash = states.hash().ipv4(7, 80);
    int tick = TcpFlows.tickOf(START_NS);
    assertFalse(admit(7, START_NS));
    assertEquals(TcpFlows.UNKNOWN, states.flows().follow(hash, 0x10, 2, false, tick, false));
    assertTrue(admit(7, START_NS + SECOND_NS));
    assertEquals(TcpFlows.KNOWN, states.flows().follow(hash, 0x10, 2, false, tick, false));
  }

  @Test
  void shouldSumWhatWorkersCount() {
    states.worker(0).add(TENANT, Count.BEGUN);
    states.worker(1).add(TENANT, Count.BEGUN);
    states.worker(1).add(TENANT, Count.COMPLETED);
    assertEquals(2, states.count(TENANT, Count.BEGUN));
    assertEquals(1, states.count(TENANT, Count.COMPLETED));
    assertEquals(0, states.count(TENANT + 1, Count.BEGUN));
  }
}

package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.junit.jupiter.api.Test;

/** Fair shares on a simulated worker: a queue, bursts, and what a packet costs. */
class FairShareTest {

  private static final int BURST = 64;
  private static final int QUEUE = 1_024;
  private static final int TENANTS = 1_001;

  /** What a packet takes that is dropped here, and one that goes on: 3 and 15 Mpps in full. */
  private static final double DROPPED_NS = 13;

  private static final double PROCESSED_NS = 66;
  private static final int ATTACKED = 1;

  private final FairShare shares = new FairShare(TENANTS + 1);
  private final double[] perNs = new double[TENANTS + 1];
  private final double[] due = new double[TENANTS + 1];
  private final Deque<Integer> queue = new ArrayDeque<>();
  private final long[] lost = new long[TENANTS + 1];
  private final long[] processed = new long[TENANTS + 1];
  private double nowNs = 1e9;
  private int firstArriving;

  private void rate(int tenant, double mpps) {
    perNs[tenant] = mpps / 1_000;
    // Not all at once.
    due[tenant] = tenant * 0.618 % 1;
  }

  private void run(double ms) {
    double endNs = nowNs + ms * 1e6;
    while (nowNs < endNs) {
      int burst = Math.min(BURST, queue.size());
      if (burst > 0) {
        shares.begin(burst, BURST, (long) nowNs);
      }
      double tookNs = 100;
      for (int n = 0; n < burst; n++) {
        int tenant = queue.remove();
        if (!shares.isActive() || shares.admits(tenant)) {
          processed[tenant]++;
          tookNs += PROCESSED_NS;
        } else {
          lost[tenant]++;
          tookNs += DROPPED_NS;
        }
      }
      arrive(tookNs);
    }
  }

  /** In small steps, each beginning with another tenant, so that a full queue meets them alike. */
  private void arrive(double tookNs) {
    for (double step = Math.min(tookNs, 500); tookNs > 0; tookNs -= step) {
      step = Math.min(step, tookNs);
      nowNs += step;
      firstArriving = (firstArriving + 17) % TENANTS;
      for (int n = 0; n < TENANTS; n++) {
        int tenant = 1 + (firstArriving + n) % TENANTS;
        for (due[tenant] += perNs[tenant] * step; due[tenant] >= 1; due[tenant]--) {
          if (queue.size() < QUEUE) {
            queue.add(tenant);
          } else {
            lost[tenant]++;
          }
        }
      }
    }
  }

  private void clear() {
    Arrays.fill(lost, 0);
    Arrays.fill(processed, 0);
  }

  private long lostByOthers() {
    long sum = 0;
    for (int tenant = 1; tenant <= TENANTS; tenant++) {
      sum += tenant == ATTACKED ? 0 : lost[tenant];
    }
    return sum;
  }

  /** A thousand others with 5 Mpps together, one attacked with 30: 15 can be processed. */
  @Test
  void shouldShedTheAttackedTenantsExcessAndNobodyElses() {
    for (int tenant = 2; tenant <= TENANTS; tenant++) {
      rate(tenant, 0.005);
    }
    run(5);
    assertEquals(0, lostByOthers());
    assertFalse(shares.isActive());

    rate(ATTACKED, 30);
    run(5);
    clear();
    run(50);
    assertEquals(0, lostByOthers());
    assertTrue(lost[ATTACKED] > 50 * 20_000, "lost " + lost[ATTACKED]);
    // Of what is left of the worker, 5.3 Mpps, the attacked tenant has the half and more.
    assertTrue(processed[ATTACKED] > 50 * 2_650, "processed " + processed[ATTACKED]);

    rate(ATTACKED, 1);
    run(150);
    assertFalse(shares.isActive());
    clear();
    run(10);
    assertEquals(0, lostByOthers() + lost[ATTACKED]);
  }

  /** Others of very different sizes: who has less than the attacked one loses nothing. */
  @Test
  void shouldSpareLargeTenantsBelowTheLevel() {
    rate(2, 3);
    rate(3, 1);
    rate(4, 0.01);
    rate(ATTACKED, 25);
    run(10);
    clear();
    run(50);
    assertEquals(0, lostByOthers());
  }

  /** More than it can even drop: nobody can be saved, but nobody else is cut. */
  @Test
  void shouldNotCutOthersWhereThatHelpsNobody() {
    for (int tenant = 2; tenant <= TENANTS; tenant++) {
      rate(tenant, 0.002);
    }
    rate(ATTACKED, 200);
    run(20);
    int[] before = {shares.level()};
    run(20);
    assertTrue(shares.level() > 100, "level " + before[0] + " " + shares.level());
  }

  @Test
  void shouldLeaveASingleTenantAlone() {
    rate(ATTACKED, 30);
    run(50);
    assertEquals(Integer.MAX_VALUE, shares.level());
  }

  @Test
  void shouldLeaveTenantsAloneThatAreAllAsLarge() {
    for (int tenant = 1; tenant <= 4; tenant++) {
      rate(tenant, 10);
    }
    run(50);
    assertEquals(Integer.MAX_VALUE, shares.level());
  }

  @Test
  void shouldSurviveAClockThatJumpsBack() {
    for (int n = 0; n < 100; n++) {
      shares.begin(BURST, BURST, 1_000_000_000L - n);
      assertTrue(!shares.isActive() || shares.admits(1 + n % 3));
    }
  }
}

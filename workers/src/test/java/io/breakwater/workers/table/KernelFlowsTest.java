package io.breakwater.workers.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KernelFlowsTest {

  private static final int FLOWS = 8_192;

  private final KernelFlows flows = new KernelFlows(42);

  @Test
  void shouldKnowOnlyWhatItLearned() {
    flows.learn(flows.ipv4(1, 2, 179, 40_000), 0);

    assertTrue(flows.contains(flows.ipv4(1, 2, 179, 40_000)));
    assertFalse(flows.contains(flows.ipv4(1, 2, 179, 40_001)));
    assertFalse(flows.contains(flows.ipv4(1, 2, 40_000, 179)));
    assertFalse(flows.contains(flows.ipv4(2, 1, 179, 40_000)));
    assertFalse(flows.contains(flows.ipv6(0, 1, 0, 2, 179, 40_000)));
  }

  @Test
  void shouldTellConnectionsApartByEveryPartOfTheirEnds() {
    Set<Long> fingerprints = new HashSet<>();
    for (int i = 0; i < 6; i++) {
      for (long value = 1; value <= 16; value++) {
        long[] ends = {0, 0, 0, 0, 0, 0};
        ends[i] = value;
        fingerprints.add(
            flows.ipv6(ends[0], ends[1], ends[2], ends[3], (int) ends[4], (int) ends[5]));
      }
    }
    assertEquals(6 * 16, fingerprints.size());
  }

  @Test
  void shouldDependOnTheSecret() {
    var other = new KernelFlows(43);
    assertNotEquals(flows.ipv4(1, 2, 3, 4), other.ipv4(1, 2, 3, 4));
    assertNotEquals(flows.ipv6(1, 2, 3, 4, 5, 6), other.ipv6(1, 2, 3, 4, 5, 6));
  }

  @Test
  void shouldForgetWhatIsIdleForTheSakeOfWhatIsNew() {
    long session = flows.ipv4(1, 2, 179, 40_000);
    flows.learn(session, 0);
    Random random = new Random(1);
    for (int i = 1; i <= 100 * FLOWS; i++) {
      if (i % 1_000 == 0) {
        flows.learn(session, i);
      }
      flows.learn(flows.ipv4(1, random.nextInt(), 22, random.nextInt(0xffff)), i);
      assertTrue(flows.contains(session), "i=" + i);
    }
    for (int i = 0; i < 100 * FLOWS; i++) {
      flows.learn(flows.ipv4(1, random.nextInt(), 22, random.nextInt(0xffff)), 200 * FLOWS + i);
    }
    assertFalse(flows.contains(session), "idle for long");
  }

  @Test
  void shouldHoldAThousandConnectionsAtOnce() {
    for (int peer = 0; peer < 1_000; peer++) {
      flows.learn(flows.ipv4(1, peer, 22, 50_000), peer);
    }
    for (int peer = 0; peer < 1_000; peer++) {
      assertTrue(flows.contains(flows.ipv4(1, peer, 22, 50_000)), "peer=" + peer);
    }
  }
}

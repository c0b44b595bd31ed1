package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How many answers a prefix is sent. */
class ReplyGovernorTest {

  private static final long WINDOW_NS = 1L << 27;

  private final ReplyGovernor governor = new ReplyGovernor(7);

  @Test
  void shouldBoundTheAnswersToAPrefix() {
    for (int window = 0; window < 5; window++) {
      int granted = 0;
      for (int i = 0; i < 10_000; i++) {
        granted += governor.takeIpv4(0x0a01_0200 | i & 0xff, window * WINDOW_NS) ? 1 : 0;
      }
      assertEquals(ReplyGovernor.ANSWERS_PER_WINDOW, granted);
    }
  }

  @Test
  void shouldBoundTheAnswersToAPrefixOfIpv6() {
    int granted = 0;
    for (int i = 0; i < 100_000; i++) {
      granted += governor.takeIpv6(0x2600_0001_0002_0000L | i & 0xffff, 0) ? 1 : 0;
    }
    assertEquals(ReplyGovernor.ANSWERS_PER_WINDOW, granted);
  }

  /** As many random sources as come in a window at 30 million SYNs a second. */
  @Test
  void shouldAnswerAllOfAFloodFromRandomSources() {
    SplittableRandom random = new SplittableRandom(8);
    int refused = 0;
    for (int i = 0; i < 4_026_531; i++) {
      refused += governor.takeIpv4(random.nextInt(), 0) ? 0 : 1;
    }
    assertTrue(refused == 0, "refused=" + refused);
  }
}

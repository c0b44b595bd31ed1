package io.breakwater.workers.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlowAnswersTest {

  private static final int HASH = 0x1234_5678;
  private static final long ADDRESSES = 0x8101_0203_0a0b_0c0dL;
  private static final int PORTS = 0xc001_01bb;
  private static final long KEY = FlowAnswers.key(PORTS, true);

  private final FlowAnswers answers = new FlowAnswers();

  private int find(int hash, long addresses, long key) {
    return FlowAnswers.find(answers.words(), hash, addresses, key);
  }

  @Test
  void shouldKnowAFlowThatWasKept() {
    answers.keep(HASH, ADDRESSES, KEY, 0x3fff_ffff);
    assertEquals(0x3fff_ffff, find(HASH, ADDRESSES, KEY));
  }

  /** All are in one set, as an attacker could have it. */
  @Test
  void shouldNotTakeAFlowForAnotherThatDiffersInOneBit() {
    answers.keep(HASH, ADDRESSES, KEY, 5);
    for (int bit = 0; bit < 64; bit++) {
      assertEquals(FlowAnswers.NONE, find(HASH, ADDRESSES ^ 1L << bit, KEY));
    }
    for (int bit = 0; bit < 32; bit++) {
      long key = FlowAnswers.key(PORTS ^ 1 << bit, true);
      assertEquals(FlowAnswers.NONE, find(HASH, ADDRESSES, key));
    }
    assertEquals(FlowAnswers.NONE, find(HASH, ADDRESSES, FlowAnswers.key(PORTS, false)));
  }

  @Test
  void shouldForgetEverythingWithAnotherTable() {
    FirewallTable first = FirewallTable.none(1);
    answers.use(first);
    answers.keep(HASH, ADDRESSES, KEY, 5);
    answers.use(first);
    assertEquals(5, find(HASH, ADDRESSES, KEY));
    answers.use(FirewallTable.none(1));
    assertEquals(FlowAnswers.NONE, find(HASH, ADDRESSES, KEY));
  }

  @Test
  void shouldNotKeepAnAnswerThatHasNoRoom() {
    answers.keep(HASH, ADDRESSES, KEY, 1 << 30);
    answers.keep(HASH, ADDRESSES, KEY, -1);
    assertEquals(FlowAnswers.NONE, find(HASH, ADDRESSES, KEY));
  }

  @Test
  void shouldKnowMostOfTenThousandFlowsAndNoneWrongly() {
    Random random = new Random(7);
    Map<Integer, long[]> kept = new HashMap<>();
    for (int answer = 1; answer <= 10_000; answer++) {
      long[] flow = {random.nextInt(), random.nextLong(), FlowAnswers.key(random.nextInt(), true)};
      answers.keep((int) flow[0], flow[1], flow[2], answer);
      kept.put(answer, flow);
    }
    int known = 0;
    for (Map.Entry<Integer, long[]> entry : kept.entrySet()) {
      long[] flow = entry.getValue();
      int found = find((int) flow[0], flow[1], flow[2]);
      assertTrue(found == entry.getKey() || found == FlowAnswers.NONE, () -> "found=" + found);
      known += found == FlowAnswers.NONE ? 0 : 1;
    }
    int knownCount = known;
    assertTrue(known > 9_000, () -> "known=" + knownCount);
  }
}

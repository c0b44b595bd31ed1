package io.breakwater.workers.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DeadlinesTest {

  @Test
  void shouldBeDueFromTheEarliestTimeOn() {
    Deadlines deadlines = new Deadlines(4);
    assertFalse(deadlines.isDue(Long.MAX_VALUE));
    deadlines.set(1, 30);
    deadlines.set(2, 10);
    deadlines.set(3, 20);
    assertFalse(deadlines.isDue(9));
    assertTrue(deadlines.isDue(10));
    assertEquals(2, deadlines.earliest());
    deadlines.set(2, 40);
    assertEquals(3, deadlines.earliest());
    deadlines.clear(3);
    assertEquals(1, deadlines.earliest());
  }

  @Test
  void shouldOrderTimesAcrossTheWrapOfTheClock() {
    Deadlines deadlines = new Deadlines(3);
    deadlines.set(1, Long.MIN_VALUE + 5);
    deadlines.set(2, Long.MAX_VALUE - 5);
    assertEquals(2, deadlines.earliest());
    assertFalse(deadlines.isDue(Long.MAX_VALUE - 6));
  }

  @Test
  void shouldAgreeWithAMapUnderRandomUse() {
    long seed = 20261123;
    Random random = new Random(seed);
    Deadlines deadlines = new Deadlines(64);
    Map<Integer, Long> model = new HashMap<>();
    for (int step = 0; step < 20_000; step++) {
      int slot = random.nextInt(64);
      if (random.nextInt(3) == 0) {
        deadlines.clear(slot);
        model.remove(slot);
      } else {
        long time = random.nextInt(1000);
        deadlines.set(slot, time);
        model.put(slot, time);
      }
      String at = "seed=" + seed + " step=" + step;
      assertEquals(model.containsKey(slot), deadlines.isSet(slot), at);
      if (model.isEmpty()) {
        assertFalse(deadlines.isDue(1000), at);
      } else {
        long least = model.values().stream().min(Long::compare).get();
        assertEquals(least, model.get(deadlines.earliest()), at);
        assertTrue(deadlines.isDue(least), at);
        assertFalse(deadlines.isDue(least - 1), at);
      }
    }
  }
}

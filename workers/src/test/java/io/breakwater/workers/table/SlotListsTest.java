package io.breakwater.workers.table;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlotListsTest {

  @Test
  void shouldKeepTheOrderOfArrivalInEachListUnderRandomUse() {
    long seed = 7;
    Random random = new Random(seed);
    SlotLists lists = new SlotLists(16, 3);
    List<List<Integer>> model = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int step = 0; step < 10_000; step++) {
      Integer slot = random.nextInt(16);
      int list = random.nextInt(3);
      lists.append(slot, list);
      model.forEach(one -> one.remove(slot));
      model.get(list).add(slot);
      for (int i = 0; i < 3; i++) {
        int expected = model.get(i).isEmpty() ? SlotLists.NONE : model.get(i).getFirst();
        assertEquals(expected, lists.first(i), "seed=" + seed + " step=" + step);
      }
    }
  }
}

package io.breakwater.workers.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class NeighbourTableTest {

  private static final long MAC = 0x0200_5e00_0001L;

  @Test
  void shouldTakeAHopApart() {
    NeighbourTable table = new NeighbourTable(2, 2);
    table.put(1, 32_767, true, 1, 2);
    assertEquals(0, table.hop(1));
    table.resolve(1, 0xfedc_ba98_7654L);
    assertEquals(0xfedc_ba98_7654L, NeighbourTable.mac(table.hop(1)));
    assertEquals(32_767, NeighbourTable.port(table.hop(1)));
    assertEquals(0xfedc_ba98_7654L << 16 | 32_767 << 1 | 1, table.hop(1));
    table.unresolve(1);
    assertEquals(0, table.hop(1));
  }

  @Test
  void shouldTellNeighboursApartByPortFamilyAndAddress() {
    NeighbourTable table = new NeighbourTable(8, 0);
    table.put(1, 0, false, 0, 7);
    table.put(2, 1, false, 0, 7);
    table.put(3, 0, true, 0, 7);
    table.put(4, 0, true, 7, 0);
    assertEquals(1, table.find(0, false, 0, 7));
    assertEquals(2, table.find(1, false, 0, 7));
    assertEquals(3, table.find(0, true, 0, 7));
    assertEquals(4, table.find(0, true, 7, 0));
    assertEquals(-1, table.find(0, true, 7, 7));
  }

  @Test
  void shouldFindNothingInATableWithoutSlots() {
    assertEquals(-1, new NeighbourTable(0, 0).find(0, false, 0, 1));
  }

  @Test
  void shouldForgetARemovedNeighbour() {
    NeighbourTable table = new NeighbourTable(0, 2);
    table.put(1, 3, false, 0, 7);
    table.resolve(1, MAC);
    table.remove(1);
    assertEquals(-1, table.find(3, false, 0, 7));
    assertEquals(0, table.lookup(3, false, 0, 7));
    assertEquals(0, table.hop(1));
  }

  @Test
  void shouldRefuseImpossibleSizes() {
    assertThrows(IllegalArgumentException.class, () -> new NeighbourTable(-1, 1));
    assertThrows(IllegalArgumentException.class, () -> new NeighbourTable(1, (1 << 20) + 1));
  }

  @Test
  void shouldAgreeWithAMapUnderRandomUse() {
    long seed = 42;
    Random random = new Random(seed);
    int slots = 64;
    NeighbourTable table = new NeighbourTable(0, slots);
    Map<Long, Integer> slotOf = new HashMap<>();
    Map<Integer, Long> keyOf = new HashMap<>();
    for (int step = 0; step < 50_000; step++) {
      int slot = 1 + random.nextInt(slots);
      long low = random.nextInt(200);
      if (keyOf.containsKey(slot)) {
        table.remove(slot);
        slotOf.remove(keyOf.remove(slot));
      } else if (!slotOf.containsKey(low)) {
        table.put(slot, 0, true, 5, low);
        table.resolve(slot, low + 1);
        slotOf.put(low, slot);
        keyOf.put(slot, low);
      }
      long asked = random.nextInt(200);
      String at = "seed=" + seed + " step=" + step;
      assertEquals(slotOf.getOrDefault(asked, -1), table.find(0, true, 5, asked), at);
      long expected = slotOf.containsKey(asked) ? asked + 1 : 0;
      assertEquals(expected, NeighbourTable.mac(table.lookup(0, true, 5, asked)), at);
    }
  }

  /** One slot changes hands as fast as it can; a neighbour's Ethernet address tells whose it is. */
  @Test
  void shouldNeverGiveAReaderTheWayToAnotherNeighbour() throws InterruptedException {
    NeighbourTable table = new NeighbourTable(0, 1);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicReference<String> wrong = new AtomicReference<>();
    AtomicLong met = new AtomicLong();
    Thread reader = new Thread(() -> readUntil(stop, table, met, wrong));
    reader.start();
    long owner = 0;
    for (long change = 0; change < 3_000_000 || met.get() == 0 && reader.isAlive(); change++) {
      if (table.isUsed(1)) {
        table.remove(1);
      }
      // Halves change one at a time as well as together: a mix of two keys is a third one.
      owner = owner + 1 & 3;
      table.put(1, 0, true, owner >>> 1, owner & 1);
      table.resolve(1, owner + 1);
    }
    stop.set(true);
    reader.join();
    assertNull(wrong.get());
    assertTrue(met.get() > 0);
  }

  private static void readUntil(
      AtomicBoolean stop, NeighbourTable table, AtomicLong met, AtomicReference<String> wrong) {
    for (long wanted = 0; !stop.get(); wanted = wanted + 1 & 3) {
      long hop = table.lookup(0, true, wanted >>> 1, wanted & 1);
      if (hop != 0) {
        met.incrementAndGet();
        if (NeighbourTable.mac(hop) != wanted + 1) {
          wrong.set("wanted " + (wanted + 1) + " got " + NeighbourTable.mac(hop));
          return;
        }
      }
    }
  }
}

package io.breakwater.workers.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlotRegistryTest {

  @Test
  void shouldHandOutSlotsFromOneAndKeepThem() {
    SlotRegistry<String> slots = new SlotRegistry<>("tenants", 4);
    assertEquals(1, slots.slot("acme"));
    assertEquals(2, slots.slot("beta"));
    assertEquals(1, slots.slot("acme"));
    assertEquals(Map.of("acme", 1, "beta", 2), slots.slots());
    assertEquals(9, slots.bound());
  }

  /** Workers may still count into a slot whose key a reload took away. */
  @Test
  void shouldNotReuseASlotBeforeItsKeyIsGivenUp() {
    SlotRegistry<String> slots = new SlotRegistry<>("tenants", 2);
    int acme = slots.slot("acme");
    assertNotEquals(acme, slots.slot("beta"));
    assertNotEquals(acme, slots.slot("gamma"));
    slots.retain(Set.of("beta", "gamma"));
    assertEquals(acme, slots.slot("delta"));
  }

  @Test
  void shouldHaveRoomForAReloadThatExchangesAllKeys() {
    SlotRegistry<Integer> slots = new SlotRegistry<>("tunnels", 3);
    for (int key = 0; key < 6; key++) {
      slots.slot(key);
    }
    var full = assertThrows(IllegalStateException.class, () -> slots.slot(6));
    assertTrue(full.getMessage().contains("tunnels=6 slots=6"), full.getMessage());
    slots.retain(Set.of(3, 4, 5));
    assertTrue(slots.slot(6) < slots.bound());
  }

  @Test
  void shouldKeepLiveKeysApartOverRandomReloads() {
    long seed = 11;
    Random random = new Random(seed);
    SlotRegistry<Integer> slots = new SlotRegistry<>("tenants", 20);
    Set<Integer> live = new HashSet<>();
    for (int reload = 0; reload < 500; reload++) {
      Map<Integer, Integer> before = slots.slots();
      Set<Integer> next = new HashSet<>();
      for (int i = random.nextInt(21); i > 0; i--) {
        next.add(random.nextInt(60));
      }
      Set<Integer> handedOut = new HashSet<>();
      for (int key : next) {
        int slot = slots.slot(key);
        assertTrue(slot >= 1 && slot < slots.bound() && handedOut.add(slot), "seed=" + seed);
        if (live.contains(key)) {
          assertEquals(before.get(key), slot, "seed=" + seed + " reload=" + reload);
        } else {
          assertTrue(!before.containsValue(slot), "seed=" + seed + " reload=" + reload);
        }
      }
      slots.retain(next);
      live = next;
      assertEquals(live, slots.slots().keySet());
    }
  }

  @Test
  void shouldTellOnceWhichSlotsHaveAnotherKey() {
    SlotRegistry<String> slots = new SlotRegistry<>("tenants", 4);
    int first = slots.slot("first");
    slots.slot("second");
    assertEquals(0, slots.takeReused().length);
    slots.retain(Set.of("second"));
    assertEquals(first, slots.slot("third"));
    assertEquals(List.of(first), Arrays.stream(slots.takeReused()).boxed().toList());
    assertEquals(0, slots.takeReused().length);
  }
}

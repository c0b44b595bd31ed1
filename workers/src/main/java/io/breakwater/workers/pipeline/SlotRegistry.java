package io.breakwater.workers.pipeline;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Hands out small stable numbers, 1 and up, for what must keep its state over reloads: tenants,
 * tunnels, neighbours.
 *
 * <p>A key keeps its slot as long as it is retained. A slot that is given up is not handed out
 * again before {@link #retain} is called, which is done once all workers have left the tables that
 * still name it.
 *
 * <p>Used by the control thread only.
 */
public final class SlotRegistry<K> {

  private final String what;
  private final int slotMax;
  private final Map<K, Integer> slots = new HashMap<>();
  private final Deque<Integer> free = new ArrayDeque<>();
  private final List<Integer> reused = new ArrayList<>();
  private int used;

  /**
   * @param what of messages: "tenants"
   * @param liveMax most keys at one time; twice as many slots are there, for a reload that
   *     exchanges them all
   */
  public SlotRegistry(String what, int liveMax) {
    this.what = what;
    this.slotMax = Math.multiplyExact(liveMax, 2);
  }

  /** The key's slot, a new one if it has none. */
  public int slot(K key) {
    return slots.computeIfAbsent(key, unused -> next());
  }

  private int next() {
    Integer old = free.poll();
    if (old != null) {
      reused.add(old);
      return old;
    }
    if (used == slotMax) {
      throw new IllegalStateException(
          "no slot is left: " + what + "=" + slots.size() + " slots=" + slotMax);
    }
    return ++used;
  }

  /** How many keys have a slot. */
  int live() {
    return slots.size();
  }

  /** Forgets all keys but these; their slots may be handed out again. */
  public void retain(Set<K> live) {
    slots
        .entrySet()
        .removeIf(entry -> {
          boolean dead = !live.contains(entry.getKey());
          if (dead) {
            free.add(entry.getValue());
          }
          return dead;
        });
  }

  /** The slots that were handed out to another key since this was last asked. */
  public int[] takeReused() {
    int[] slots = reused.stream().mapToInt(Integer::intValue).toArray();
    reused.clear();
    return slots;
  }

  public Map<K, Integer> slots() {
    return Map.copyOf(slots);
  }

  /** Slots are below it: the length of an array by slot. */
  public int bound() {
    return slotMax + 1;
  }
}

package io.breakwater.workers.table;

/**
 * Timers for a fixed number of slots, at most one each: a binary heap over the slots' times, in
 * primitive arrays.
 *
 * <p>Times are nanoseconds of any clock whose values are less than 292 years apart; they may wrap.
 * Threading: one thread. Cost: {@link #isDue} two loads and a comparison, the others O(log n).
 * Nothing is allocated after construction.
 */
public final class Deadlines {

  private final long[] dueNs;

  /** Slots, the earliest first. */
  private final int[] heap;

  /** Where in the heap a slot is, or -1. */
  private final int[] place;

  private int count;

  /**
   * @param slots one more than the highest slot
   */
  public Deadlines(int slots) {
    dueNs = new long[slots];
    heap = new int[slots];
    place = new int[slots];
    for (int slot = 0; slot < slots; slot++) {
      place[slot] = -1;
    }
  }

  /** Whether the earliest deadline has come. */
  public boolean isDue(long nowNs) {
    return count > 0 && dueNs[heap[0]] - nowNs <= 0;
  }

  /** The slot with the earliest deadline; there must be one. */
  public int earliest() {
    return heap[0];
  }

  /** Whether the slot has a deadline. */
  public boolean isSet(int slot) {
    return place[slot] >= 0;
  }

  /** The slot's deadline, if {@link #isSet}. */
  public long dueNs(int slot) {
    return dueNs[slot];
  }

  /** Sets or moves the slot's deadline. */
  public void set(int slot, long timeNs) {
    dueNs[slot] = timeNs;
    if (place[slot] < 0) {
      place(slot, count++);
    }
    rise(place[slot]);
    sink(place[slot]);
  }

  /** Takes the slot's deadline away, if it has one. */
  public void clear(int slot) {
    int hole = place[slot];
    if (hole < 0) {
      return;
    }
    place[slot] = -1;
    int last = heap[--count];
    if (last != slot) {
      place(last, hole);
      rise(hole);
      sink(place[last]);
    }
  }

  private void rise(int from) {
    int at = from;
    while (at > 0 && isBefore(heap[at], heap[at - 1 >> 1])) {
      swap(at, at - 1 >> 1);
      at = at - 1 >> 1;
    }
  }

  private void sink(int from) {
    int at = from;
    while (true) {
      int child = 2 * at + 1;
      if (child + 1 < count && isBefore(heap[child + 1], heap[child])) {
        child++;
      }
      if (child >= count || !isBefore(heap[child], heap[at])) {
        return;
      }
      swap(at, child);
      at = child;
    }
  }

  private boolean isBefore(int slot, int other) {
    return dueNs[slot] - dueNs[other] < 0;
  }

  private void swap(int one, int other) {
    int slot = heap[one];
    place(heap[other], one);
    place(slot, other);
  }

  private void place(int slot, int at) {
    heap[at] = slot;
    place[slot] = at;
  }
}

package io.breakwater.workers.table;

import java.util.Arrays;

/**
 * A fixed number of slots, each in at most one of a few lists; the order in a list is that of
 * arrival, so that its first slot is the one that came (or was touched) longest ago.
 *
 * <p>Doubly linked through primitive arrays. Threading: one thread. Cost: all operations O(1),
 * nothing is allocated after construction.
 */
public final class SlotLists {

  /** Also the ends of an empty list. */
  public static final int NONE = -1;

  private final int[] next;
  private final int[] previous;
  private final int[] listOf;
  private final int[] first;
  private final int[] last;

  public SlotLists(int slots, int lists) {
    next = filled(slots);
    previous = filled(slots);
    listOf = filled(slots);
    first = filled(lists);
    last = filled(lists);
  }

  /** The slot that has been in the list longest, or {@link #NONE}. */
  public int first(int list) {
    return first[list];
  }

  /** Takes the slot out of the list it is in, if any, and puts it at the end of this one. */
  public void append(int slot, int list) {
    unlink(slot);
    listOf[slot] = list;
    previous[slot] = last[list];
    next[slot] = NONE;
    if (last[list] == NONE) {
      first[list] = slot;
    } else {
      next[last[list]] = slot;
    }
    last[list] = slot;
  }

  private void unlink(int slot) {
    int list = listOf[slot];
    if (list == NONE) {
      return;
    }
    if (previous[slot] == NONE) {
      first[list] = next[slot];
    } else {
      next[previous[slot]] = next[slot];
    }
    if (next[slot] == NONE) {
      last[list] = previous[slot];
    } else {
      previous[next[slot]] = previous[slot];
    }
  }

  private static int[] filled(int length) {
    int[] array = new int[length];
    Arrays.fill(array, NONE);
    return array;
  }
}

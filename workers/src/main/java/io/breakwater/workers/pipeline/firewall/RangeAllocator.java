package io.breakwater.workers.pipeline.firewall;

import java.util.Map;
import java.util.TreeMap;

/**
 * Hands out ranges of an array: the first one that is long enough. Used by the control thread only.
 */
final class RangeAllocator {

  /** First index and length of all that is free; ranges that touch are one. */
  private final TreeMap<Integer, Integer> free = new TreeMap<>();

  /**
   * @param from first index that may be handed out
   * @param to behind the last one
   */
  RangeAllocator(int from, int to) {
    add(from, to);
  }

  /** The bound goes up. */
  void add(int from, int to) {
    if (to > from) {
      release(from, to - from);
    }
  }

  /** The first index of a range; -1 if none is long enough. */
  int allocate(int length) {
    if (length == 0) {
      return 0;
    }
    for (Map.Entry<Integer, Integer> range : free.entrySet()) {
      int start = range.getKey();
      int left = range.getValue() - length;
      if (left >= 0) {
        free.remove(start);
        if (left > 0) {
          free.put(start + length, left);
        }
        return start;
      }
    }
    return -1;
  }

  /** Gives back what {@link #allocate} handed out. */
  void release(int start, int length) {
    if (length == 0) {
      return;
    }
    int from = start;
    int to = start + length;
    Map.Entry<Integer, Integer> before = free.floorEntry(start);
    if (before != null && before.getKey() + before.getValue() == start) {
      from = before.getKey();
    }
    Integer behind = free.remove(to);
    free.put(from, to + (behind == null ? 0 : behind) - from);
  }
}

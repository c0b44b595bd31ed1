package io.breakwater.config.nft;

import java.util.function.IntBinaryOperator;

/** Sorts indices by what they stand for, without an object for each: a bottom-up merge sort. */
final class IndexSort {

  private IndexSort() {}

  /**
   * The numbers {@code 0..count-1} in ascending order.
   *
   * @param comparison negative, 0 or positive, as a comparator's
   */
  static int[] sorted(int count, IntBinaryOperator comparison) {
    int[] from = new int[count];
    for (int i = 0; i < count; i++) {
      from[i] = i;
    }
    int[] to = new int[count];
    for (long width = 1; width < count; width *= 2) {
      for (long start = 0; start < count; start += 2 * width) {
        int middle = (int) Math.min(start + width, count);
        int end = (int) Math.min(start + 2 * width, count);
        merge(from, to, (int) start, middle, end, comparison);
      }
      int[] swap = from;
      from = to;
      to = swap;
    }
    return from;
  }

  private static void merge(
      int[] from, int[] to, int start, int middle, int end, IntBinaryOperator comparison) {
    // What is in order already is only copied: sets are mostly written sorted.
    if (middle >= end || comparison.applyAsInt(from[middle - 1], from[middle]) <= 0) {
      System.arraycopy(from, start, to, start, end - start);
      return;
    }
    int left = start;
    int right = middle;
    for (int i = start; i < end; i++) {
      boolean takeLeft =
          right == end || left < middle && comparison.applyAsInt(from[left], from[right]) <= 0;
      to[i] = takeLeft ? from[left++] : from[right++];
    }
  }
}

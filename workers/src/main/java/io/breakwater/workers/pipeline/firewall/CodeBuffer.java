package io.breakwater.workers.pipeline.firewall;

import java.util.Arrays;

/** A growing array of ints. */
final class CodeBuffer {

  private int[] words = new int[256];
  private int count;

  int position() {
    return count;
  }

  CodeBuffer add(int word) {
    if (count == words.length) {
      words = Arrays.copyOf(words, 2 * count);
    }
    words[count++] = word;
    return this;
  }

  /** Bits 63..32, then 31..0. */
  CodeBuffer addLong(long value) {
    return add((int) (value >>> 32)).add((int) value);
  }

  int[] toArray() {
    return Arrays.copyOf(words, count);
  }
}

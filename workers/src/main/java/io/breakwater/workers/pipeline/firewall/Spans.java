package io.breakwater.workers.pipeline.firewall;

import java.util.Arrays;

/**
 * Sorted, disjoint intervals of unsigned ints, as longs, both ends included: first, last, first,
 * last, ... The array is never changed.
 */
record Spans(long[] ends) {

  static final Spans NONE = new Spans(new long[0]);

  static Spans of(long first, long last) {
    return new Spans(new long[] {first, last});
  }

  int count() {
    return ends.length / 2;
  }

  boolean isEmpty() {
    return ends.length == 0;
  }

  long first() {
    return ends[0];
  }

  long last() {
    return ends[ends.length - 1];
  }

  /** What is not in it, of 0..max. */
  Spans complement(long max) {
    long[] result = new long[ends.length + 2];
    int length = 0;
    long from = 0;
    for (int i = 0; i < ends.length; i += 2) {
      if (ends[i] > from) {
        result[length++] = from;
        result[length++] = ends[i] - 1;
      }
      from = ends[i + 1] + 1;
    }
    if (from <= max) {
      result[length++] = from;
      result[length++] = max;
    }
    return new Spans(Arrays.copyOf(result, length));
  }

  Spans intersection(Spans other) {
    long[] result = new long[ends.length + other.ends.length];
    int length = 0;
    int i = 0;
    int j = 0;
    while (i < ends.length && j < other.ends.length) {
      long from = Math.max(ends[i], other.ends[j]);
      long to = Math.min(ends[i + 1], other.ends[j + 1]);
      if (from <= to) {
        result[length++] = from;
        result[length++] = to;
      }
      if (ends[i + 1] < other.ends[j + 1]) {
        i += 2;
      } else {
        j += 2;
      }
    }
    return new Spans(Arrays.copyOf(result, length));
  }

  /** Whether it has a value of {@code from..to}. */
  boolean meets(long from, long to) {
    for (int i = 0; i < ends.length; i += 2) {
      if (ends[i] <= to && ends[i + 1] >= from) {
        return true;
      }
    }
    return false;
  }

  /** Whether it has all values of {@code from..to}. */
  boolean covers(long from, long to) {
    for (int i = 0; i < ends.length; i += 2) {
      if (ends[i] <= from && ends[i + 1] >= to) {
        return true;
      }
    }
    return false;
  }

  boolean contains(long value) {
    return covers(value, value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Spans(long[] others) && Arrays.equals(ends, others);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ends);
  }

  @Override
  public String toString() {
    return Arrays.toString(ends);
  }
}

package io.breakwater.workers.nftables;

import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Chance. */
record Draw(Random random) {

  /** True in so many of a hundred cases. */
  boolean chance(int percent) {
    return random.nextInt(100) < percent;
  }

  /** One of 0 .. bound-1. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  /** One of first .. last. */
  int between(int first, int last) {
    return first + random.nextInt(last - first + 1);
  }

  @SafeVarargs
  final <T> T of(T... items) {
    return items[random.nextInt(items.length)];
  }

  <T> T of(List<T> items) {
    return items.get(random.nextInt(items.size()));
  }

  byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  /** Indices, as likely one as the other: the numbers are weights. */
  int weighted(int... weights) {
    int at = random.nextInt(Arrays.stream(weights).sum());
    int index = 0;
    while (at >= weights[index]) {
      at -= weights[index++];
    }
    return index;
  }
}

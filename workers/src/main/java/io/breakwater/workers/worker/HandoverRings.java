package io.breakwater.workers.worker;

/**
 * The rings between all workers of a group: one for each pair and direction.
 *
 * <p>Together they hold a quarter of the packet pool at most, as far as each can hold two bursts at
 * least: a worker that is slow must not take the buffers away from the others.
 */
final class HandoverRings {

  private static final int CAPACITY_MIN = 2 * Worker.BURST;
  private static final int CAPACITY_MAX = 2_048;

  /** By producer, then by consumer; null from a worker to itself. */
  private final HandoverRing[][] rings;

  HandoverRings(int workers, int poolPackets) {
    int capacity = capacity(workers, poolPackets);
    rings = new HandoverRing[workers][workers];
    for (int producer = 0; producer < workers; producer++) {
      for (int consumer = 0; consumer < workers; consumer++) {
        rings[producer][consumer] = producer == consumer ? null : new HandoverRing(capacity);
      }
    }
  }

  /** Packets that each ring holds. */
  static int capacity(int workers, int poolPackets) {
    int pairs = Math.max(1, workers * (workers - 1));
    int share = Integer.highestOneBit(Math.max(1, poolPackets / 4 / pairs));
    return Math.clamp(share, CAPACITY_MIN, CAPACITY_MAX);
  }

  /** A worker's rings to the others, by these. */
  HandoverRing[] from(int worker) {
    return rings[worker].clone();
  }

  /** The others' rings to a worker. */
  HandoverRing[] to(int worker) {
    HandoverRing[] incoming = new HandoverRing[rings.length - 1];
    for (int other = 0, next = 0; other < rings.length; other++) {
      if (other != worker) {
        incoming[next++] = rings[other][worker];
      }
    }
    return incoming;
  }
}

package io.breakwater.workers.worker;

import io.breakwater.dpdk.PacketPool;

/**
 * The rings between all workers of a group: one for each pair and direction.
 *
 * <p>Together they hold an eighth of the packet pool at most, as far as each can hold half a burst
 * at least: a worker that is slow must not take the buffers away from the others. Where workers
 * send for each other there are two such sets ({@link SharedTransmit}); who plans a pool asks
 * {@link #packetsMax}.
 */
public final class HandoverRings {

  private static final int CAPACITY_MIN = Worker.BURST / 2;
  private static final int CAPACITY_MAX = 2_048;
  private static final int POOL_SHARES = 8;

  /** By producer, then by consumer; null from a worker to itself. */
  private final HandoverRing[][] rings;

  /**
   * @throws IllegalArgumentException if the pool's buffers are larger than a ring can tell
   */
  HandoverRings(int workers, PacketPool pool) {
    int bufferBytes = pool.frame(0) + pool.roomBytes();
    if (!HandoverRing.isFit(bufferBytes)) {
      throw new IllegalArgumentException(
          "packet buffers are too large for the rings between workers: bufferBytes=" + bufferBytes);
    }
    int capacity = capacity(workers, pool.capacity());
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
    // A pool of 2^n - 1 packets, which uses memory best, has the shares of one of 2^n.
    int share = Integer.highestOneBit(Math.max(1, (poolPackets + 1) / POOL_SHARES / pairs));
    return Math.clamp(share, CAPACITY_MIN, CAPACITY_MAX);
  }

  /** Packets in one set of rings when all are full. */
  public static int packetsMax(int workers, int poolPackets) {
    return workers * (workers - 1) * capacity(workers, poolPackets);
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

package io.breakwater.workers.protection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Token buckets that all workers share, each one long: the time at which it was empty, so that what
 * has passed since is what is in it, a tenth of a second's packets at most, but two.
 *
 * <p>Shared rather than a share of the rate for each worker: where a flow's packets come to decides
 * the network, and a rate is a tenant's, not a worker's. What is over the rate costs a read of a
 * line that nobody writes then, since only packets that pass change it, so a flood does not make
 * the line wander; those that pass are a compare-and-set each.
 *
 * <p>Times are in 64ths of a nanosecond. A packet costs a whole number of them, so a rate is exact
 * to 0.1% up to 10^8 packets a second, and to 1% up to 10^9; in any time span at most one bucket
 * more passes than the rate allows. Clocks of workers differ by less than a turn. A clock that
 * jumps back by more than a second begins anew, one packet in debt; one that jumps ahead fills it.
 */
public final class TokenCells {

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private static final int TICK_SHIFT = 6;
  private static final long TICKS_PER_SECOND = 1_000_000_000L << TICK_SHIFT;
  private static final long FULL_TICKS = TICKS_PER_SECOND / 10;

  /** Marks a bucket that nobody has used: it is full. */
  private static final long UNUSED = Long.MIN_VALUE;

  private final long[] cells;

  public TokenCells(int count) {
    cells = new long[count];
    Arrays.fill(cells, UNUSED);
  }

  /**
   * What a packet costs, in ticks.
   *
   * @param perSecond 1..10^9
   */
  public static long cost(int perSecond) {
    return (TICKS_PER_SECOND + perSecond / 2) / perSecond;
  }

  /** When a full bucket was empty. */
  static long full(long now, long cost) {
    // With room for one only, what a packet comes later than it might would be lost.
    return now - Math.max(FULL_TICKS, 2 * cost);
  }

  static long ticks(long nowNs) {
    return nowNs << TICK_SHIFT;
  }

  /**
   * When a bucket will have been empty once a packet has paid; {@code empty} itself if it can't.
   *
   * @param empty when it was
   * @param now in ticks, as {@code empty}
   */
  static long pay(long empty, long now, long cost) {
    long tokens = now - empty;
    if (tokens < -TICKS_PER_SECOND) {
      // The clock has jumped back: from an empty bucket on, with what this packet costs.
      return now + cost;
    }
    long from = Math.max(empty, full(now, cost));
    return now - from < cost ? empty : from + cost;
  }

  /**
   * Takes what a packet costs, if it is there. Any thread.
   *
   * @param cost of {@link #cost}
   */
  public boolean take(int cell, long nowNs, long cost) {
    long now = ticks(nowNs);
    while (true) {
      long empty = (long) LONGS.getOpaque(cells, cell);
      long from = empty == UNUSED ? full(now, cost) : empty;
      long paid = pay(from, now, cost);
      if (paid == from) {
        return false;
      }
      if (LONGS.compareAndSet(cells, cell, empty, paid)) {
        return true;
      }
    }
  }

  /** Fills so many buckets from one on. Any thread. */
  public void reset(int first, int count) {
    for (int cell = first; cell < first + count; cell++) {
      LONGS.setOpaque(cells, cell, UNUSED);
    }
  }
}

package io.breakwater.workers.protection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Buckets of single sources, in a hash table of fixed size that all workers share: for each a tag
 * of 64 bits, and when its bucket was empty, as in {@link TokenCells}.
 *
 * <p>Four sources share a cache line. A new one takes the place of the fullest bucket there: of one
 * that is full again nothing is lost; where none is, that source begins anew with a full bucket. So
 * a flood of sources that is larger than the table lets more by, and never refuses a source that
 * kept its rate; who is over it has the emptiest bucket, and is forgotten last. Two sources of one
 * tag would share a bucket: the tag is a hash under a random seed, so nobody can look for such.
 *
 * <p>Threading: any number of threads, without locks. While a worker takes a place, another may
 * charge the bucket that was there: one packet's difference.
 */
public final class SourceRates {

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;
  private static final int LINE_SHIFT = 3;
  private static final int LINE = 1 << LINE_SHIFT;
  private static final int ENTRY = 2;

  /** Nobody's tag, and when a bucket was empty that nobody used. */
  private static final long NONE = 0;

  private final long seed = new SplittableRandom().nextLong();
  private final int lineMask;
  private final long[] cells;

  /**
   * @param sources a power of two, at least 4
   */
  public SourceRates(int sources) {
    if (Integer.bitCount(sources) != 1 || sources < LINE / ENTRY) {
      throw new IllegalArgumentException(
          "sources must be a power of two, at least 4: sources=" + sources);
    }
    cells = new long[sources * ENTRY];
    lineMask = sources * ENTRY / LINE - 1;
    Arrays.fill(cells, NONE);
  }

  /** The tag of a tenant's source: of IPv6 its first 64 bits. */
  public long tag(int tenant, long source) {
    long hash = (source ^ seed) * MIX;
    hash = (hash ^ hash >>> 32 ^ tenant) * MIX;
    hash ^= hash >>> 29;
    return hash == NONE ? 1 : hash;
  }

  /** Reads the line of a tag, so that it is near when it is charged; the value means nothing. */
  public long touch(long tag) {
    return cells[line(tag)];
  }

  private int line(long tag) {
    return ((int) tag & lineMask) << LINE_SHIFT;
  }

  /**
   * Takes what a packet costs from its source's bucket, if it is there. Any thread.
   *
   * @param cost of {@link TokenCells#cost}
   */
  public boolean take(long tag, long nowNs, long cost) {
    long now = TokenCells.ticks(nowNs);
    int line = line(tag);
    int fullest = line;
    long mostTokens = Long.MIN_VALUE;
    for (int at = line; at < line + LINE; at += ENTRY) {
      long other = (long) LONGS.getOpaque(cells, at);
      if (other == tag) {
        return take(at + 1, now, cost);
      }
      long tokens = other == NONE ? Long.MAX_VALUE : now - (long) LONGS.getOpaque(cells, at + 1);
      if (tokens > mostTokens) {
        mostTokens = tokens;
        fullest = at;
      }
    }
    long replaced = (long) LONGS.getOpaque(cells, fullest);
    if (LONGS.compareAndSet(cells, fullest, replaced, tag)) {
      LONGS.setOpaque(cells, fullest + 1, TokenCells.pay(TokenCells.full(now, cost), now, cost));
    }
    return true;
  }

  private boolean take(int cell, long now, long cost) {
    while (true) {
      long empty = (long) LONGS.getOpaque(cells, cell);
      long paid = TokenCells.pay(empty, now, cost);
      if (paid == empty) {
        return false;
      }
      if (LONGS.compareAndSet(cells, cell, empty, paid)) {
        return true;
      }
    }
  }
}

package io.breakwater.workers.protection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Says of most sources that were never added that they were not, from 128 KiB instead of a table of
 * many megabytes: what keeps a flood from random sources in the caches.
 *
 * <pre>
 *   two sets of 2^19 bits: that of this period, and that of the one before
 * </pre>
 *
 * <p>A source has one bit, of a hash with a seed that nobody knows; so with n sources added within
 * two periods one stranger in {@code 2^19 / n} is not told. When a period begins, whoever adds
 * first clears the older set: a source is known for a period at least. What is added in the instant
 * of clearing may be lost.
 *
 * <p>Threading: any number of threads, without locks.
 */
final class SourceFilter {

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int BITS = 19;
  private static final int WORDS = 1 << BITS - 6;
  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

  private final long seed;
  private final long[] words = new long[2 * WORDS];
  private final AtomicInteger period = new AtomicInteger();

  SourceFilter(long seed) {
    this.seed = seed;
  }

  /** Whether a source may have been added: if not, it was not. */
  boolean mayContain(long tenant, long source) {
    int bit = bit(tenant, source);
    int word = bit >>> 6;
    long either = (long) LONGS.getOpaque(words, word) | (long) LONGS.getOpaque(words, WORDS + word);
    return (either >>> bit & 1) != 0;
  }

  void add(long tenant, long source, int inPeriod) {
    int begin = (inPeriod & 1) * WORDS;
    int last = period.get();
    if (last != inPeriod && period.compareAndSet(last, inPeriod)) {
      for (int word = 0; word < WORDS; word++) {
        LONGS.setOpaque(words, begin + word, 0L);
      }
    }
    int bit = bit(tenant, source);
    LONGS.getAndBitwiseOr(words, begin + (bit >>> 6), 1L << bit);
  }

  private int bit(long tenant, long source) {
    long mixed = (source ^ seed) * MIX;
    mixed = (mixed ^ mixed >>> 32 ^ tenant) * MIX;
    return (int) ((mixed ^ mixed >>> 29) * MIX >>> Long.SIZE - BITS);
  }
}

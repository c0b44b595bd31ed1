package io.breakwater.workers.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.List;

/**
 * The time between two turns of one worker's loop: a histogram of all, and the longest with their
 * moments. While a worker does not poll, nobody empties its queues: a gap longer than a queue lasts
 * is packet loss, whatever caused it (the packets of a turn, a collector's pause, the kernel, the
 * hypervisor).
 *
 * <p>Always on. A turn reads the clock anyway; on top of that it costs one count and two
 * comparisons, for a whole burst. All memory (8 KiB, of which some lines are used) is taken when it
 * is made.
 *
 * <p>Threading: written by its worker with plain stores, read by any thread, each long whole and
 * soon, not all at one instant.
 */
public final class PollGaps {

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] counts = new long[GapHistogram.BUCKETS];
  private final LongestGaps longest = new LongestGaps();
  private long lastCycles;

  /** The loop begins: the first gap is from here on. */
  void begin(long nowCycles) {
    lastCycles = nowCycles;
  }

  /** A turn begins. */
  void turn(long nowCycles) {
    long start = lastCycles;
    long gap = nowCycles - start;
    lastCycles = nowCycles;
    counts[GapHistogram.bucket(gap)]++;
    if (longest.keeps(gap)) {
      longest.add(gap, start);
    }
  }

  /** What was counted so far. */
  public GapHistogram histogram() {
    long[] copy = new long[counts.length];
    for (int bucket = 0; bucket < copy.length; bucket++) {
      copy[bucket] = (long) LONGS.getOpaque(counts, bucket);
    }
    return GapHistogram.of(copy);
  }

  /** The longest gaps since the start, the longest first; at most {@value LongestGaps#KEPT}. */
  public List<PollGap> longest() {
    return longest.read();
  }
}

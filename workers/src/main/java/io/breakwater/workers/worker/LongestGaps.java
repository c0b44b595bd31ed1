package io.breakwater.workers.worker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The {@value #KEPT} longest gaps since the start, with the moment each began.
 *
 * <p>Threading: written by one worker, read by any thread. A sequence number is odd while an entry
 * changes, and a reader whose numbers before and after differ reads again (a seqlock, as in the
 * kernel). Cost: one comparison for a gap that is too short to be kept; some 100 cycles for one
 * that is, which gets rarer with every one kept.
 */
final class LongestGaps {

  static final int KEPT = 64;

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle SEQUENCE;

  static {
    try {
      SEQUENCE = MethodHandles.lookup().findVarHandle(LongestGaps.class, "sequence", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long[] cycles = new long[KEPT];
  private final long[] startCycles = new long[KEPT];
  private long sequence;
  private int shortest;
  private long shortestCycles;

  /** Whether a gap is among the longest. */
  boolean keeps(long gapCycles) {
    return gapCycles > shortestCycles;
  }

  /** Takes a gap in, for the shortest of those kept. */
  void add(long gapCycles, long gapStartCycles) {
    SEQUENCE.setOpaque(this, sequence + 1);
    VarHandle.storeStoreFence();
    LONGS.setOpaque(cycles, shortest, gapCycles);
    LONGS.setOpaque(startCycles, shortest, gapStartCycles);
    SEQUENCE.setRelease(this, sequence + 1);
    findShortest();
  }

  private void findShortest() {
    int at = 0;
    for (int i = 1; i < KEPT; i++) {
      at = cycles[i] < cycles[at] ? i : at;
    }
    shortest = at;
    shortestCycles = cycles[at];
  }

  /** The gaps, longest first. Called by any thread. */
  List<PollGap> read() {
    while (true) {
      long before = (long) SEQUENCE.getAcquire(this);
      List<PollGap> gaps = new ArrayList<>();
      for (int i = 0; i < KEPT; i++) {
        long length = (long) LONGS.getOpaque(cycles, i);
        if (length != 0) {
          gaps.add(new PollGap((long) LONGS.getOpaque(startCycles, i), length));
        }
      }
      VarHandle.loadLoadFence();
      if ((before & 1) == 0 && (long) SEQUENCE.getOpaque(this) == before) {
        gaps.sort(Comparator.comparingLong(PollGap::cycles).reversed());
        return gaps;
      }
      Thread.onSpinWait();
    }
  }
}

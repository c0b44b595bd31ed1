package io.breakwater.workers.protection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Segments of unknown flows that were dropped lately: one that comes again, with the same sequence
 * number after {@value #AGAIN_MIN} to {@value #AGAIN_MAX} tenths of a second, is a retransmission
 * (RFC 6298), or the same acknowledgement of what a server repeats. A flood of random segments does
 * not do that.
 *
 * <pre>
 *    31                              7 6             0
 *   +---------------------------------+---------------+
 *   | of the flow and sequence number | time, 100 ms  |
 *   +---------------------------------+---------------+
 * </pre>
 *
 * <p>One int for each, at the place that its hash says, which the next one there takes: at R
 * dropped segments a second one is still there after t seconds with probability exp(-R t / size). A
 * stranger is taken for a repetition with a probability of 2<sup>-25</sup>.
 *
 * <p>Threading: any number of threads; an int is read and written whole. Cost: one cache line.
 */
public final class TcpCandidates {

  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);

  private static final long UNIT_NS = 100_000_000;
  private static final int TIME_MASK = 0x7f;

  /** Two borders of 100 ms lie between them: 0.1 to 0.2 s at least. */
  private static final int AGAIN_MIN = 2;

  private static final int AGAIN_MAX = 80;

  private final int[] candidates;

  /**
   * @param size most candidates, a power of two
   */
  public TcpCandidates(int size) {
    if (Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException("candidates must be a power of two: size=" + size);
    }
    candidates = new int[size];
  }

  private int at(long hash) {
    return (int) hash & candidates.length - 1;
  }

  /** Brings the places of the first {@code count} near; what is returned is to be used somehow. */
  public int fetch(long[] hashes, int count) {
    int[] places = candidates;
    int mask = places.length - 1;
    int any = 0;
    for (int k = 0; k < count; k++) {
      any ^= places[(int) hashes[k] & mask];
    }
    return any;
  }

  /**
   * Whether a segment comes again; else it is remembered.
   *
   * @param hash of the flow and the sequence number
   */
  public boolean isAgain(long hash, long nowNs) {
    int at = at(hash);
    int now = (int) (nowNs / UNIT_NS) & TIME_MASK;
    int print = (int) (hash >>> 32) & ~TIME_MASK;
    int seen = (int) INTS.getOpaque(candidates, at);
    if (((seen ^ print) & ~TIME_MASK) == 0 && seen != 0) {
      int age = now - seen & TIME_MASK;
      if (age <= AGAIN_MAX) {
        return age >= AGAIN_MIN;
      }
    }
    INTS.setOpaque(candidates, at, print | now);
    return false;
  }
}

package io.breakwater.workers.firewall;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * A {@code limit} of nftables (net/netfilter/nft_limit.c): how fast, and the arithmetic. What is
 * left of it is one long, wherever that is kept.
 *
 * <p>The kernel keeps tokens, in nanoseconds, and when they were counted last. Here it is one
 * number, the time at which the bucket was empty: tokens are what has passed since, {@code fullNs}
 * at most. So a packet that pays moves that time on by what it costs, which is one compare-and-set
 * without a lock, and gives the same answers.
 *
 * <p>Threading: any number of threads. A clock that jumps back finds fewer tokens, and that is all.
 *
 * @param rate packets or bytes each period
 * @param fullNs tokens of a full bucket
 * @param packetCostNs tokens of each packet; 0 if it pays by its bytes
 * @param over whether what is over the limit goes on
 */
public record TokenRate(long periodNs, long rate, long fullNs, long packetCostNs, boolean over) {

  /** What a bucket starts with: it was empty long before any time, and so is full. */
  public static final long FULL = Long.MIN_VALUE / 2;

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  /**
   * Whether the rule goes on for a packet of so many layer-3 bytes.
   *
   * @param cells {@code cells[at]} is when the bucket was empty
   */
  boolean passes(long[] cells, int at, long nowNs, int bytes) {
    long cost = packetCostNs != 0 ? packetCostNs : Long.divideUnsigned(periodNs * bytes, rate);
    while (true) {
      long empty = (long) LONGS.getVolatile(cells, at);
      long paidFrom = Math.max(empty, nowNs - fullNs);
      if (nowNs - paidFrom < cost) {
        return over;
      }
      if (LONGS.compareAndSet(cells, at, empty, paidFrom + cost)) {
        return !over;
      }
    }
  }
}

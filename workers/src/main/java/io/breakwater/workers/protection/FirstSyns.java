package io.breakwater.workers.protection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.random.RandomGenerator;

/**
 * The SYNs that mode {@code retransmit} has dropped, so that the same SYN is known when it comes
 * again: a table of fixed size that all workers share.
 *
 * <pre>
 *   63                               24 23             0
 *  +-----------------------------------+----------------+
 *  | tag of the hash                   | ms, first seen |   ms of 2^20 ns
 *  +-----------------------------------+----------------+
 * </pre>
 *
 * <p>A retransmission comes after 0.5 to 8 s (RFC 6298 2.1: 1 s at first; RFC 6298 5.5 doubles it).
 * An entry is kept for so long, and a full bucket takes no other: a flood that overwrote entries
 * would leave none for who comes again a second later. So under a flood of R SYNs a second a client
 * finds a place with a probability of about {@code capacity / (8 R)} for each of its SYNs, which is
 * what makes this the weakest mode.
 *
 * <p>Threading: any number of threads, without locks.
 */
public final class FirstSyns {

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int BUCKET = 8;
  private static final int MS_SHIFT = 20;
  private static final int MS_MASK = 0xff_ffff;
  private static final int EARLY_MS = 470;
  private static final int LATE_MS = 7_700;

  private final long[] cells;
  private final int bucketShift;
  private final long key0;
  private final long key1;

  /**
   * @param capacity SYNs, a power of two from 16 on; each takes 8 bytes
   * @param random makes the key
   */
  public FirstSyns(int capacity, RandomGenerator random) {
    if (Integer.bitCount(capacity) != 1 || capacity < 2 * BUCKET) {
      throw new IllegalArgumentException(
          "first SYNs must be a power of two from 16 on: capacity=" + capacity);
    }
    cells = new long[capacity];
    bucketShift = Long.SIZE - Integer.numberOfTrailingZeros(capacity / BUCKET);
    key0 = random.nextLong();
    key1 = random.nextLong();
  }

  /**
   * The keyed hash of all that a retransmission has in common with the first SYN.
   *
   * @param addresses source, destination
   * @param portsAndIsn source port, destination port, initial sequence number
   */
  public long hashIpv4(long addresses, long portsAndIsn) {
    return SipHash24.of(key0, key1, addresses, portsAndIsn);
  }

  /** The same of IPv6. */
  public long hashIpv6(
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      long portsAndIsn) {
    return SipHash24.of(
        key0, key1, sourceHigh, sourceLow, destinationHigh, destinationLow, portsAndIsn);
  }

  /**
   * Whether this SYN is the retransmission of one that was met before; else it is remembered, if
   * there is room.
   *
   * @param hash of {@link #hashIpv4} or {@link #hashIpv6}
   */
  public boolean isRetransmission(long hash, long nowNs) {
    int now = (int) (nowNs >>> MS_SHIFT) & MS_MASK;
    long tag = hash << 24;
    int bucket = (int) (hash >>> bucketShift) * BUCKET;
    int free = -1;
    for (int at = bucket; at < bucket + BUCKET; at++) {
      long entry = (long) LONGS.getOpaque(cells, at);
      int age = now - (int) entry & MS_MASK;
      boolean alive = entry != 0 && age <= LATE_MS;
      if (alive && (entry ^ tag) >>> 24 == 0) {
        return age >= EARLY_MS && LONGS.compareAndSet(cells, at, entry, 0L);
      }
      if (!alive) {
        free = at;
      }
    }
    if (free >= 0) {
      long entry = (long) LONGS.getOpaque(cells, free);
      LONGS.compareAndSet(cells, free, entry, tag | now);
    }
    return false;
  }
}

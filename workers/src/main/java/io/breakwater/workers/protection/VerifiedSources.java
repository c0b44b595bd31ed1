package io.breakwater.workers.protection;

import io.breakwater.workers.table.SipHash;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.random.RandomGenerator;

/**
 * The sources that have shown that they are where they say, for some minutes: a table of fixed size
 * that all workers share.
 *
 * <pre>
 *   63              32 31           12 11 10 9         0
 *  +------------------+---------------+-----+-----------+
 *  | tag of the hash  | ends at tick  | in  | SYNs      |   a tick is 2^30 ns, 1.07 s
 *  +------------------+---------------+-----+-----------+   in: the tick that SYNs are counted in
 * </pre>
 *
 * <p>A source is a tenant and an address, of IPv6 the upper 64 bits, under a keyed hash: who does
 * not know the key can't aim at a place, and meets the tag of another source with a probability of
 * 8 x 2^-32. Eight longs are a bucket and a cache line. A full bucket gives up who ends first: that
 * source is asked again, nobody is refused, and nothing grows. Being used does not make an entry
 * live longer, as anybody may write a verified source's address on a SYN: only a new proof does;
 * and more than {@value #SYNS_PER_TICK} SYNs of a source in a tick revoke it: it is asked again.
 *
 * <p>Ticks are told apart for 13 days. An entry whose place nobody needed for so long would be good
 * once more, for as long as it was.
 *
 * <p>Threading: any number of threads, without locks; what two write in the same instant may lose
 * one of the two. Cost: of a stranger that of {@link SourceFilter}, else a hash and one cache line
 * more.
 */
public final class VerifiedSources {

  /** How long a source is verified, in ticks: 10 minutes. */
  public static final int LIFE_TICKS = 560;

  /** SYNs of one source to one tenant, a tick. */
  public static final int SYNS_PER_TICK = 256;

  /** What {@link #meetSyn} says of a source. */
  public static final int UNKNOWN = 0;

  public static final int VERIFIED = 1;

  /** It was verified, until this SYN. */
  public static final int REVOKED = 2;

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int BUCKET = 8;
  private static final int TICK_SHIFT = 30;
  private static final int ENDS_SHIFT = 12;
  private static final int TICK_MASK = 0xf_ffff;
  private static final int WINDOW_SHIFT = 10;
  private static final int COUNT_MASK = 0x3ff;
  private static final int COUNT_BITS = 0xfff;
  private static final long IPV6 = 1L << 63;

  private final long[] cells;
  private final int bucketShift;
  private final SourceFilter filter;
  private final long key0;
  private final long key1;

  /**
   * @param capacity sources, a power of two from 16 on; each takes 8 bytes
   * @param random makes the key
   */
  public VerifiedSources(int capacity, RandomGenerator random) {
    if (Integer.bitCount(capacity) != 1 || capacity < 2 * BUCKET) {
      throw new IllegalArgumentException(
          "verified sources must be a power of two from 16 on: capacity=" + capacity);
    }
    cells = new long[capacity];
    bucketShift = Long.SIZE - Integer.numberOfTrailingZeros(capacity / BUCKET);
    filter = new SourceFilter(random.nextLong());
    key0 = random.nextLong();
    key1 = random.nextLong();
  }

  /**
   * Stands for a tenant and IPv6; for a tenant and IPv4 it is {@link SynGuardState#tenantKey}
   * itself.
   */
  public static long ipv6(long tenantKey) {
    return tenantKey | IPV6;
  }

  /**
   * @param tenant of {@link SynGuardState#tenantKey}, with {@link #ipv6}
   * @param source an IPv4 address, unsigned, or the upper half of an IPv6 address
   */
  public boolean contains(long tenant, long source, long nowNs) {
    return filter.mayContain(tenant, source) && find(hash(tenant, source), tick(nowNs)) >= 0;
  }

  /** Counts a SYN of a source, and says what it is now. */
  public int meetSyn(long tenant, long source, long nowNs) {
    return filter.mayContain(tenant, source) ? meetSyn(hash(tenant, source), tick(nowNs)) : UNKNOWN;
  }

  private int meetSyn(long hash, int tick) {
    int at = find(hash, tick);
    return at < 0 ? UNKNOWN : count(at, (int) hash, tick);
  }

  private int count(int at, int tag, int tick) {
    long entry = (long) LONGS.getOpaque(cells, at);
    if (!isOf(entry, tag, tick)) {
      return UNKNOWN;
    }
    int window = tick & 3;
    boolean same = ((int) entry >>> WINDOW_SHIFT & 3) == window;
    int syns = same ? ((int) entry & COUNT_MASK) + 1 : 1;
    if (syns > SYNS_PER_TICK) {
      LONGS.compareAndSet(cells, at, entry, 0L);
      return REVOKED;
    }
    long counted = entry >>> ENDS_SHIFT << ENDS_SHIFT | (long) window << WINDOW_SHIFT | syns;
    LONGS.compareAndSet(cells, at, entry, counted);
    return VERIFIED;
  }

  /** The source is verified from now on. */
  public void verify(long tenant, long source, long nowNs) {
    int tick = tick(nowNs);
    filter.add(tenant, source, tick / LIFE_TICKS);
    long hash = hash(tenant, source);
    int bucket = bucket(hash);
    int place = bucket;
    int placeLeft = Integer.MAX_VALUE;
    for (int at = bucket; at < bucket + BUCKET; at++) {
      long entry = (long) LONGS.getOpaque(cells, at);
      if (isOf(entry, (int) hash, tick)) {
        // A new proof: it lives on, and what it sent stays counted.
        LONGS.compareAndSet(cells, at, entry, ending(hash, tick) | (int) entry & COUNT_BITS);
        return;
      }
      int left = isAlive(entry, tick) ? left(entry, tick) : 0;
      if (left < placeLeft) {
        place = at;
        placeLeft = left;
      }
    }
    LONGS.compareAndSet(cells, place, (long) LONGS.getOpaque(cells, place), ending(hash, tick));
  }

  /** The entry of a source that is verified now, and has sent nothing. */
  private static long ending(long hash, int tick) {
    return hash << 32 | (long) (tick + LIFE_TICKS & TICK_MASK) << ENDS_SHIFT;
  }

  /** Sources that are verified: looks at all of it, for reports. Any thread. */
  public int size(long nowNs) {
    int tick = tick(nowNs);
    int alive = 0;
    for (int at = 0; at < cells.length; at++) {
      alive += isAlive((long) LONGS.getOpaque(cells, at), tick) ? 1 : 0;
    }
    return alive;
  }

  public int capacity() {
    return cells.length;
  }

  private long hash(long tenant, long source) {
    return SipHash.of(key0, key1, tenant, source);
  }

  private int find(long hash, int tick) {
    int bucket = bucket(hash);
    int tag = (int) hash;
    for (int at = bucket; at < bucket + BUCKET; at++) {
      long entry = (long) LONGS.getOpaque(cells, at);
      if ((int) (entry >>> 32) == tag && isAlive(entry, tick)) {
        return at;
      }
    }
    return -1;
  }

  private int bucket(long hash) {
    return (int) (hash >>> bucketShift) * BUCKET;
  }

  private static boolean isOf(long entry, int tag, int tick) {
    return (int) (entry >>> 32) == tag && isAlive(entry, tick);
  }

  private static boolean isAlive(long entry, int tick) {
    int left = left(entry, tick);
    return entry != 0 && left > 0 && left <= LIFE_TICKS;
  }

  private static int left(long entry, int tick) {
    return ((int) entry >>> ENDS_SHIFT) - tick & TICK_MASK;
  }

  private static int tick(long nowNs) {
    return (int) (nowNs >>> TICK_SHIFT) & TICK_MASK;
  }
}

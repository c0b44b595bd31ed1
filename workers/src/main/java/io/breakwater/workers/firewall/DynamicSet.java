package io.breakwater.workers.firewall;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A set that rules change, shared by all workers: a hash table of fixed size with what each element
 * keeps for itself.
 *
 * <pre>
 *   slot   expires at | bucket was empty at | bytes of the quota | packets | bytes | key ...
 * </pre>
 *
 * <p>An element is looked for in the {@value #WINDOW} slots from its hash on; half of all slots are
 * free when the set is full. An element that has expired is gone for whoever looks; its slot is
 * taken by the next one that needs it, and an addition to a full set sweeps some slots first. So a
 * flood of keys neither grows the table nor makes a lookup longer, and finds the set full, as with
 * nftables.
 *
 * <p>Threading: any number of threads, without locks. A slot is claimed by compare-and-set, and
 * seen by others once its key is written; two workers that add the same key in the same instant may
 * each get a slot, of which lookups find the first.
 */
public final class DynamicSet {

  /** Expiry of an element that stays. */
  public static final long NEVER = Long.MAX_VALUE;

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);

  private static final int WINDOW = 64;
  private static final int SWEPT = 64;
  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

  private static final int FREE = 0;
  private static final int CLAIMED = 1;
  private static final int USED = 2;

  private static final int EXPIRES = 0;
  private static final int EMPTY_AT = 1;
  private static final int QUOTA = 2;
  private static final int PACKETS = 3;
  private static final int BYTES = 4;
  private static final int KEY = 5;

  private static final long GONE = Long.MIN_VALUE;

  private final int words;
  private final int stride;
  private final int sizeMax;
  private final int shift;
  private final long seed = new SplittableRandom().nextLong();
  private final int[] states;
  private final long[] cells;
  private final AtomicInteger size = new AtomicInteger();
  private final AtomicInteger sweepAt = new AtomicInteger();

  /**
   * @param words longs of a key
   * @param sizeMax most elements, 1 or more
   */
  public DynamicSet(int words, int sizeMax) {
    this.words = words;
    this.sizeMax = sizeMax;
    stride = KEY + words;
    int bits = bits(sizeMax);
    shift = Long.SIZE - bits;
    states = new int[1 << bits];
    cells = new long[stride << bits];
  }

  /** What a set takes, in bytes. */
  public static long bytes(int words, int sizeMax) {
    return (8L * (KEY + words) + 4) << bits(sizeMax);
  }

  private static int bits(int sizeMax) {
    return Math.max(6, 33 - Integer.numberOfLeadingZeros(sizeMax));
  }

  /** Elements, those included that have expired and whose slot nobody needed since. */
  public int size() {
    return size.get();
  }

  public int sizeMax() {
    return sizeMax;
  }

  public int words() {
    return words;
  }

  /** The slot of a key; -1 if it is not in the set. */
  int find(long[] key, long nowNs) {
    int mask = states.length - 1;
    int from = hash(key);
    for (int probe = 0; probe < WINDOW; probe++) {
      int slot = from + probe & mask;
      int state = (int) INTS.getAcquire(states, slot);
      if (state == FREE) {
        return -1;
      }
      if (state == USED && isAlive(slot, nowNs) && isAt(slot, key)) {
        return slot;
      }
    }
    return -1;
  }

  /**
   * The slot of a key, which is added if it is not in the set; -1 if there is no room.
   *
   * @param expiresNs of a new element
   */
  public int add(long[] key, long nowNs, long expiresNs) {
    int found = find(key, nowNs);
    if (found >= 0) {
      return found;
    }
    if (size.get() >= sizeMax) {
      sweep(nowNs);
    }
    if (size.getAndIncrement() >= sizeMax) {
      size.getAndDecrement();
      return -1;
    }
    int mask = states.length - 1;
    int from = hash(key);
    for (int probe = 0; probe < WINDOW; probe++) {
      int slot = from + probe & mask;
      if (claim(slot, nowNs)) {
        write(slot, key, expiresNs);
        INTS.setRelease(states, slot, USED);
        return slot;
      }
    }
    size.getAndDecrement();
    return -1;
  }

  /** Makes an element's life longer, or shorter, if it has an end at all. */
  void expire(int slot, long expiresNs) {
    if ((long) LONGS.getOpaque(cells, slot * stride + EXPIRES) != NEVER) {
      LONGS.setOpaque(cells, slot * stride + EXPIRES, expiresNs);
    }
  }

  void remove(long[] key, long nowNs) {
    int slot = find(key, nowNs);
    if (slot >= 0) {
      // The slot stays used, so that lookups go past it; who wins here has removed it.
      long expires = (long) LONGS.getVolatile(cells, slot * stride + EXPIRES);
      if (expires != GONE && LONGS.compareAndSet(cells, slot * stride + EXPIRES, expires, GONE)) {
        size.getAndDecrement();
      }
    }
  }

  boolean passes(int slot, TokenRate rate, long nowNs, int bytes) {
    return rate.passes(cells, slot * stride + EMPTY_AT, nowNs, bytes);
  }

  boolean passesQuota(int slot, long quotaBytes, boolean over, int bytes) {
    long used = (long) LONGS.getAndAdd(cells, slot * stride + QUOTA, (long) bytes) + bytes;
    return used > quotaBytes == over;
  }

  void count(int slot, int bytes) {
    LONGS.getAndAdd(cells, slot * stride + PACKETS, 1L);
    LONGS.getAndAdd(cells, slot * stride + BYTES, (long) bytes);
  }

  // ---------------------------------------------------------------- slots

  private int hash(long[] key) {
    long hash = seed;
    for (int word = 0; word < words; word++) {
      hash = (hash ^ key[word]) * MIX;
      hash ^= hash >>> 29;
    }
    return (int) (hash * MIX >>> shift);
  }

  private boolean isAlive(int slot, long nowNs) {
    long expires = (long) LONGS.getOpaque(cells, slot * stride + EXPIRES);
    return expires == NEVER || expires - nowNs > 0 && expires != GONE;
  }

  private boolean isAt(int slot, long[] key) {
    int at = slot * stride + KEY;
    for (int word = 0; word < words; word++) {
      if (cells[at + word] != key[word]) {
        return false;
      }
    }
    return true;
  }

  /** Takes a slot that is free, or whose element is gone. */
  private boolean claim(int slot, long nowNs) {
    if (INTS.compareAndSet(states, slot, FREE, CLAIMED)) {
      return true;
    }
    if ((int) INTS.getAcquire(states, slot) != USED || isAlive(slot, nowNs)) {
      return false;
    }
    if (!INTS.compareAndSet(states, slot, USED, CLAIMED)) {
      return false;
    }
    if ((long) LONGS.getOpaque(cells, slot * stride + EXPIRES) != GONE) {
      size.getAndDecrement();
    }
    return true;
  }

  private void write(int slot, long[] key, long expiresNs) {
    int at = slot * stride;
    cells[at + EMPTY_AT] = TokenRate.FULL;
    cells[at + QUOTA] = 0;
    cells[at + PACKETS] = 0;
    cells[at + BYTES] = 0;
    System.arraycopy(key, 0, cells, at + KEY, words);
    LONGS.setOpaque(cells, at + EXPIRES, expiresNs);
  }

  /** Looks at some slots, and takes out what has expired. */
  private void sweep(long nowNs) {
    int from = sweepAt.getAndAdd(SWEPT);
    for (int i = 0; i < SWEPT; i++) {
      int slot = from + i & states.length - 1;
      long expires = (long) LONGS.getOpaque(cells, slot * stride + EXPIRES);
      if ((int) INTS.getAcquire(states, slot) == USED
          && expires != GONE
          && !isAlive(slot, nowNs)
          && LONGS.compareAndSet(cells, slot * stride + EXPIRES, expires, GONE)) {
        size.getAndDecrement();
      }
    }
  }
}

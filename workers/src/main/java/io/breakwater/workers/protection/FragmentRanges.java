package io.breakwater.workers.protection;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Which bytes of fragmented datagrams have passed, so that none is told twice: RFC 5722, RFC 8200
 * 4.5, and RFC 1858 4 of IPv4.
 *
 * <p>What came first stays: a fragment that claims bytes that were there is refused, an exact
 * duplicate too, which nobody needs. RFC 5722 gives up the whole datagram instead; here its
 * receiver never sees the overlap. A second end, and bytes behind the end, are refused as well.
 *
 * <pre>
 *   entry   key | forgotten at | end, if it is known | four ranges (first, end)
 * </pre>
 *
 * <p>In units of 8 bytes, ranges are merged as they meet; four of a datagram may lie apart. A
 * datagram is forgotten when it is complete, when {@value #LIFETIME_SECONDS} s have passed since
 * its first fragment, or when its bucket of four is needed: then the oldest gives way. So a flood
 * of fragments makes it forget, and an overlap may pass, but it neither grows nor refuses others.
 * The same of a fifth range apart, and of fragments that the network brings to other workers or
 * servers.
 *
 * <p>Called only from the worker's thread. The key is a hash of 64 bits under a random seed, so who
 * does not know it finds no datagrams that collide.
 */
public final class FragmentRanges {

  static final int LIFETIME_SECONDS = 5;

  private static final long LIFETIME_NS = LIFETIME_SECONDS * 1_000_000_000L;
  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

  private static final int BUCKET = 4;
  private static final int RANGES = 4;
  private static final int STRIDE = 8;
  private static final int KEY = 0;
  private static final int FORGOTTEN_AT = 1;
  private static final int END = 2;
  private static final int RANGE = 3;
  private static final long NO_END = -1;

  private final long seed = new SplittableRandom().nextLong();
  private final int bucketMask;

  /** Ranges are {@code first << 32 | end}, without gaps; 0 where there is none. */
  private final long[] entries;

  /**
   * @param datagrams a power of two, at least 4
   */
  public FragmentRanges(int datagrams) {
    if (Integer.bitCount(datagrams) != 1 || datagrams < BUCKET) {
      throw new IllegalArgumentException(
          "followed datagrams must be a power of two, at least 4: datagrams=" + datagrams);
    }
    bucketMask = datagrams / BUCKET - 1;
    entries = new long[datagrams * STRIDE];
  }

  /** A datagram's key, from its addresses and the identification with the protocol. */
  public long key(long sourceHigh, long sourceLow, long destHigh, long destLow, long id) {
    long hash = mix(mix(mix(mix(seed, sourceHigh), sourceLow), destHigh), destLow);
    long key = mix(hash, id);
    return key == 0 ? 1 : key;
  }

  private static long mix(long hash, long word) {
    long mixed = (hash ^ word) * MIX;
    return mixed ^ mixed >>> 32;
  }

  /**
   * Notes a fragment; returns whether all of its bytes are new.
   *
   * @param first unit of 8 bytes
   * @param end behind its last unit, above {@code first}
   * @param last whether no more follow
   */
  public boolean claim(long key, int first, int end, boolean last, long nowNs) {
    int at = find(key, nowNs);
    if (at < 0) {
      at = take(key, nowNs);
    }
    long knownEnd = entries[at + END];
    if (knownEnd != NO_END && (last || end > knownEnd) || overlaps(at, first, end, last)) {
      return false;
    }
    if (last) {
      entries[at + END] = end;
    }
    add(at, first, end);
    if (entries[at + RANGE] == entries[at + END]) {
      // One range from 0 to the end: the identification may be used again.
      entries[at + KEY] = 0;
    }
    return true;
  }

  private int find(long key, long nowNs) {
    int bucket = bucket(key);
    for (int at = bucket; at < bucket + BUCKET * STRIDE; at += STRIDE) {
      if (entries[at + KEY] == key) {
        return isForgotten(at, nowNs) ? -1 : at;
      }
    }
    return -1;
  }

  private int bucket(long key) {
    return ((int) (key >>> 40) & bucketMask) * BUCKET * STRIDE;
  }

  /** Also where the clock has jumped back. */
  private boolean isForgotten(int at, long nowNs) {
    long leftNs = entries[at + FORGOTTEN_AT] - nowNs;
    return leftNs <= 0 || leftNs > LIFETIME_NS;
  }

  /** The datagram's own entry, one that is free, or the oldest of its bucket. */
  private int take(long key, long nowNs) {
    int bucket = bucket(key);
    int chosen = bucket;
    for (int at = bucket; at < bucket + BUCKET * STRIDE; at += STRIDE) {
      if (entries[at + KEY] == key) {
        chosen = at;
        break;
      }
      if (rank(at, nowNs) < rank(chosen, nowNs)) {
        chosen = at;
      }
    }
    entries[chosen + KEY] = key;
    entries[chosen + FORGOTTEN_AT] = nowNs + LIFETIME_NS;
    entries[chosen + END] = NO_END;
    Arrays.fill(entries, chosen + RANGE, chosen + RANGE + RANGES, 0);
    return chosen;
  }

  /** What it has left to live; below that of all others if it is free. */
  private long rank(int at, long nowNs) {
    boolean free = entries[at + KEY] == 0 || isForgotten(at, nowNs);
    return free ? -1 : entries[at + FORGOTTEN_AT] - nowNs;
  }

  private boolean overlaps(int at, int first, int end, boolean last) {
    for (int n = 0; n < RANGES; n++) {
      long range = entries[at + RANGE + n];
      if (range != 0 && (first < (int) range && end > (int) (range >>> 32))) {
        return true;
      }
      if (last && (int) range > end) {
        return true;
      }
    }
    return false;
  }

  /** Merges a range that overlaps none with those that it meets. */
  private void add(int at, int first, int end) {
    int from = first;
    int to = end;
    int kept = 0;
    for (int n = 0; n < RANGES; n++) {
      long range = entries[at + RANGE + n];
      entries[at + RANGE + n] = 0;
      if (range == 0) {
        continue;
      }
      if ((int) range == from) {
        from = (int) (range >>> 32);
      } else if ((int) (range >>> 32) == to) {
        to = (int) range;
      } else {
        entries[at + RANGE + kept++] = range;
      }
    }
    if (kept < RANGES) {
      entries[at + RANGE + kept] = (long) from << 32 | to;
    }
  }
}

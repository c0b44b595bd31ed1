package io.breakwater.workers.firewall;

/**
 * Disjoint intervals in ascending order, found by binary search. Many of them have an index by the
 * upper bits of the value, which leaves few to be searched.
 *
 * <p>Values of more than 64 bits are kept as two longs, others as one.
 */
public final class SortedElements implements ElementTable {

  private static final int INDEXED_MIN = 64;
  private static final int INDEX_BITS_MAX = 16;

  private final long[] firstHigh;
  private final long[] firstLow;
  private final long[] lastHigh;
  private final long[] lastLow;

  /** By the upper bits of a value: the first interval whose last value is not below these bits. */
  private final int[] index;

  private final int indexBits;
  private final int valueBits;

  /**
   * @param valueBits 1..128
   * @param firstHigh bits 127..64 of each first value; empty if {@code valueBits} is 64 or less
   * @param lastHigh the same of each last value; the arrays are not copied
   */
  public SortedElements(
      int valueBits, long[] firstHigh, long[] firstLow, long[] lastHigh, long[] lastLow) {
    this.valueBits = valueBits;
    this.firstHigh = firstHigh;
    this.firstLow = firstLow;
    this.lastHigh = lastHigh;
    this.lastLow = lastLow;
    int count = firstLow.length;
    int bits = count < INDEXED_MIN ? 0 : 32 - Integer.numberOfLeadingZeros(count);
    indexBits = Math.min(Math.min(bits, INDEX_BITS_MAX), valueBits);
    index = new int[(1 << indexBits) + 1];
    int next = 0;
    for (int upper = 0; upper < 1 << indexBits; upper++) {
      while (next < count && upper(high(lastHigh, next), lastLow[next]) < upper) {
        next++;
      }
      index[upper] = next;
    }
    index[1 << indexBits] = count;
  }

  private static long high(long[] highs, int at) {
    return highs.length == 0 ? 0 : highs[at];
  }

  /** The upper {@link #indexBits} bits of a value. */
  private int upper(long high, long low) {
    if (indexBits == 0) {
      return 0;
    }
    return valueBits > Long.SIZE
        ? (int) (high << 2 * Long.SIZE - valueBits >>> Long.SIZE - indexBits)
        : (int) (low << Long.SIZE - valueBits >>> Long.SIZE - indexBits);
  }

  @Override
  public int find(long high, long low) {
    int upper = upper(high, low);
    int from = index[upper];
    // The one that holds the value may reach beyond these upper bits.
    int to = Math.min(index[upper + 1], firstLow.length - 1);
    while (from <= to) {
      int middle = from + to >>> 1;
      if (below(high(lastHigh, middle), lastLow[middle], high, low)) {
        from = middle + 1;
      } else if (below(high, low, high(firstHigh, middle), firstLow[middle])) {
        to = middle - 1;
      } else {
        return middle;
      }
    }
    return -1;
  }

  private static boolean below(long high, long low, long otherHigh, long otherLow) {
    return high == otherHigh
        ? low + Long.MIN_VALUE < otherLow + Long.MIN_VALUE
        : high + Long.MIN_VALUE < otherHigh + Long.MIN_VALUE;
  }

  @Override
  public long bytes() {
    return 8L * (firstHigh.length + firstLow.length + lastHigh.length + lastLow.length)
        + 4L * index.length;
  }
}

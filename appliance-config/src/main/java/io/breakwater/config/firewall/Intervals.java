package io.breakwater.config.firewall;

import java.util.Arrays;

/**
 * Values of one field: sorted, disjoint intervals, both ends included, as unsigned numbers of up to
 * 128 bits.
 *
 * <p>Intervals of a set that touch are merged; those of a map are not, since each has a value of
 * its own. A million of them is 8 MB for fields of up to 32 bits, 16 MB up to 64, 32 MB above.
 */
public final class Intervals implements Elements {

  private static final int[] NO_INTS = {};
  private static final long[] NO_LONGS = {};

  private final int bits;
  private final int count;

  /** Up to 32 bits: everything. */
  private final int[] firstInts;

  private final int[] lastInts;

  /** Above 32 bits: bits 0..63. */
  private final long[] firstLows;

  private final long[] lastLows;

  /** Above 64 bits: bits 64..127. */
  private final long[] firstHighs;

  private final long[] lastHighs;

  private Intervals(Builder builder) {
    boolean narrow = builder.bits <= Integer.SIZE;
    boolean wide = builder.bits > Long.SIZE;
    bits = builder.bits;
    count = builder.count;
    firstInts = narrow ? ints(builder.firstLows, count) : NO_INTS;
    lastInts = narrow ? ints(builder.lastLows, count) : NO_INTS;
    firstLows = narrow ? NO_LONGS : Arrays.copyOf(builder.firstLows, count);
    lastLows = narrow ? NO_LONGS : Arrays.copyOf(builder.lastLows, count);
    firstHighs = wide ? Arrays.copyOf(builder.firstHighs, count) : NO_LONGS;
    lastHighs = wide ? Arrays.copyOf(builder.lastHighs, count) : NO_LONGS;
  }

  private static int[] ints(long[] values, int count) {
    int[] ints = new int[count];
    for (int i = 0; i < count; i++) {
      ints[i] = (int) values[i];
    }
    return ints;
  }

  /** The one interval {@code first..last} of a field that is not wider than 64 bits. */
  public static Intervals of(int bits, long first, long last) {
    return builder(bits, 1).add(0, first, 0, last).build();
  }

  public static Builder builder(int bits, int capacity) {
    return new Builder(bits, capacity);
  }

  /** The width of the field. */
  public int bits() {
    return bits;
  }

  @Override
  public int count() {
    return count;
  }

  /** Bits 64..127 of the first value of an interval. */
  public long firstHigh(int interval) {
    return bits > Long.SIZE ? firstHighs[interval] : 0;
  }

  /** Bits 0..63 of the first value of an interval. */
  public long firstLow(int interval) {
    return bits > Integer.SIZE ? firstLows[interval] : firstInts[interval] & 0xffff_ffffL;
  }

  /** Bits 64..127 of the last value of an interval. */
  public long lastHigh(int interval) {
    return bits > Long.SIZE ? lastHighs[interval] : 0;
  }

  /** Bits 0..63 of the last value of an interval. */
  public long lastLow(int interval) {
    return bits > Integer.SIZE ? lastLows[interval] : lastInts[interval] & 0xffff_ffffL;
  }

  /** Which interval holds the value; -1 if none does. A binary search. */
  public int indexOf(long high, long low) {
    int from = 0;
    int to = count - 1;
    while (from <= to) {
      int middle = (from + to) >>> 1;
      if (compare(lastHigh(middle), lastLow(middle), high, low) < 0) {
        from = middle + 1;
      } else if (compare(firstHigh(middle), firstLow(middle), high, low) > 0) {
        to = middle - 1;
      } else {
        return middle;
      }
    }
    return -1;
  }

  /** The order of two unsigned numbers of 128 bits. */
  public static int compare(long high, long low, long otherHigh, long otherLow) {
    return high != otherHigh
        ? Long.compareUnsigned(high, otherHigh)
        : Long.compareUnsigned(low, otherLow);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Intervals intervals
        && bits == intervals.bits
        && count == intervals.count
        && Arrays.equals(firstInts, intervals.firstInts)
        && Arrays.equals(lastInts, intervals.lastInts)
        && Arrays.equals(firstLows, intervals.firstLows)
        && Arrays.equals(lastLows, intervals.lastLows)
        && Arrays.equals(firstHighs, intervals.firstHighs)
        && Arrays.equals(lastHighs, intervals.lastHighs);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(firstInts) + Arrays.hashCode(firstLows);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("Intervals[");
    for (int i = 0; i < Math.min(count, 8); i++) {
      text.append(i == 0 ? "" : ", ")
          .append(number(firstHigh(i), firstLow(i)))
          .append("..")
          .append(number(lastHigh(i), lastLow(i)));
    }
    return text.append(count > 8 ? ", " + (count - 8) + " more]" : "]").toString();
  }

  private static String number(long high, long low) {
    return high == 0
        ? Long.toUnsignedString(low)
        : "0x" + Long.toHexString(high) + String.format("%016x", low);
  }

  /** Takes intervals in ascending order. */
  public static final class Builder {

    private final int bits;
    private int count;
    private long[] firstHighs;
    private long[] firstLows;
    private long[] lastHighs;
    private long[] lastLows;

    private Builder(int bits, int capacity) {
      this.bits = bits;
      firstHighs = new long[bits > Long.SIZE ? capacity : 0];
      lastHighs = new long[bits > Long.SIZE ? capacity : 0];
      firstLows = new long[capacity];
      lastLows = new long[capacity];
    }

    /**
     * @throws IllegalArgumentException if the interval is not behind those before
     */
    public Builder add(long firstHigh, long firstLow, long lastHigh, long lastLow) {
      boolean wide = bits > Long.SIZE;
      boolean ascending =
          count == 0
              || compare(wide ? lastHighs[count - 1] : 0, lastLows[count - 1], firstHigh, firstLow)
                  < 0;
      if (!ascending || compare(firstHigh, firstLow, lastHigh, lastLow) > 0) {
        throw new IllegalArgumentException(
            "intervals must ascend: " + number(firstHigh, firstLow) + " after " + count);
      }
      if (count == firstLows.length) {
        grow(wide);
      }
      if (wide) {
        firstHighs[count] = firstHigh;
        lastHighs[count] = lastHigh;
      }
      firstLows[count] = firstLow;
      lastLows[count] = lastLow;
      count++;
      return this;
    }

    private void grow(boolean wide) {
      int capacity = Math.max(4, 2 * count);
      firstLows = Arrays.copyOf(firstLows, capacity);
      lastLows = Arrays.copyOf(lastLows, capacity);
      if (wide) {
        firstHighs = Arrays.copyOf(firstHighs, capacity);
        lastHighs = Arrays.copyOf(lastHighs, capacity);
      }
    }

    public Intervals build() {
      return new Intervals(this);
    }
  }
}

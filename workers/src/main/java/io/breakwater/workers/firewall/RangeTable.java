package io.breakwater.workers.firewall;

/**
 * A few elements of a set or map of concatenations, looked at one after the other: for ranges that
 * would be very many prefixes, as {@link KeyTable} needs them.
 *
 * <p>Immutable: any number of threads.
 */
public final class RangeTable implements TupleTable {

  private final boolean[] wide;
  private final int words;
  private final long[] first;
  private final long[] last;

  /**
   * @param wide of each field, whether its value is two longs of a key
   * @param first of each element, a whole key: of each field the first value
   * @param last the last values
   */
  public RangeTable(boolean[] wide, long[] first, long[] last) {
    this.wide = wide;
    this.first = first;
    this.last = last;
    int sum = wide.length;
    for (boolean each : wide) {
      sum += each ? 1 : 0;
    }
    words = sum;
  }

  @Override
  public int find(long[] key) {
    for (int at = 0; at < first.length; at += words) {
      if (holds(at, key)) {
        return at / words;
      }
    }
    return -1;
  }

  private boolean holds(int element, long[] key) {
    int word = 0;
    for (boolean isWide : wide) {
      int at = element + word;
      int low = isWide ? 1 : 0;
      long high = isWide ? key[word] : 0;
      boolean within =
          compare(high, key[word + low], isWide ? first[at] : 0, first[at + low]) >= 0
              && compare(high, key[word + low], isWide ? last[at] : 0, last[at + low]) <= 0;
      if (!within) {
        return false;
      }
      word += 1 + low;
    }
    return true;
  }

  private static int compare(long high, long low, long otherHigh, long otherLow) {
    return high != otherHigh
        ? Long.compareUnsigned(high, otherHigh)
        : Long.compareUnsigned(low, otherLow);
  }

  @Override
  public int probes() {
    return first.length / words;
  }

  @Override
  public long bytes() {
    return 16L * first.length;
  }
}

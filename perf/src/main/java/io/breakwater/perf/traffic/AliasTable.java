package io.breakwater.perf.traffic;

/**
 * Draws numbers with given weights, each draw in constant time: Vose's form of Walker's alias
 * method (M. D. Vose, "A linear algorithm for generating random numbers with a given distribution",
 * 1991).
 *
 * <p>Every column holds a number with a share of the column, and another number, its alias, that
 * has the rest: a draw picks a column and then one of the two. The distribution is exact but for
 * the shares' resolution, 2^-32 of a column.
 *
 * <p>Eight bytes for each number; a draw reads one of them at random. Immutable.
 */
final class AliasTable {

  /** Share of the column's own number in units of 2^-32 above, alias below. */
  private final long[] columns;

  private AliasTable(long[] columns) {
    this.columns = columns;
  }

  /**
   * @param weights of the numbers from 0
   */
  static AliasTable of(double[] weights) {
    double sum = 0;
    for (int n = weights.length - 1; n >= 0; n--) {
      sum += weights[n];
    }
    double[] scaled = new double[weights.length]; // to a mean of 1
    for (int n = 0; n < weights.length; n++) {
      scaled[n] = weights[n] * weights.length / sum;
    }
    return ofScaled(scaled);
  }

  private static AliasTable ofScaled(double[] scaled) {
    int count = scaled.length;
    long[] columns = new long[count];
    // Two stacks in one array: numbers that don't fill a column grow from below, the others from
    // above.
    int[] stacks = new int[count];
    int small = 0;
    int large = count;
    for (int n = 0; n < count; n++) {
      if (scaled[n] < 1) {
        stacks[small++] = n;
      } else {
        stacks[--large] = n;
      }
    }
    while (small > 0 && large < count) {
      int filled = stacks[--small];
      int donor = stacks[large];
      columns[filled] = column(scaled[filled], donor);
      scaled[donor] -= 1 - scaled[filled];
      if (scaled[donor] < 1) {
        large++;
        stacks[small++] = donor;
      }
    }
    // What is left fills its column but for rounding.
    while (small > 0) {
      int number = stacks[--small];
      columns[number] = column(1, number);
    }
    while (large < count) {
      int number = stacks[large++];
      columns[number] = column(1, number);
    }
    return new AliasTable(columns);
  }

  private static long column(double share, int alias) {
    long units = Math.min(0xffff_ffffL, (long) (share * 0x1p32));
    return units << 32 | alias;
  }

  /**
   * Draws a number.
   *
   * @param random 64 random bits
   */
  int draw(long random) {
    // The high half picks the column: its product with the count, over 2^32.
    int number = (int) ((random >>> 32) * columns.length >>> 32);
    long column = columns[number];
    return (random & 0xffff_ffffL) <= column >>> 32 ? number : (int) column;
  }
}

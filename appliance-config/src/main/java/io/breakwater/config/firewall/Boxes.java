package io.breakwater.config.firewall;

import java.util.Arrays;
import java.util.List;

/**
 * Values of a concatenation: each element has one interval in every dimension. Elements of a set
 * may overlap; those of a map don't.
 *
 * <p>Held by column, each dimension in primitive arrays; the order is that of the ruleset.
 */
public final class Boxes implements Elements {

  private final List<Column> columns;

  /**
   * @param columns at least one; all of one length
   */
  public Boxes(List<Column> columns) {
    this.columns = List.copyOf(columns);
    if (columns.stream().mapToInt(Column::count).distinct().count() != 1) {
      throw new IllegalArgumentException("columns must be of one length: " + columns);
    }
  }

  @Override
  public int count() {
    return columns.getFirst().count();
  }

  /** How many fields the concatenation has. */
  public int dimensions() {
    return columns.size();
  }

  /** The intervals of one field, one for each element. */
  public Column column(int dimension) {
    return columns.get(dimension);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Boxes boxes && columns.equals(boxes.columns);
  }

  @Override
  public int hashCode() {
    return columns.hashCode();
  }

  @Override
  public String toString() {
    return "Boxes[count=" + count() + " dimensions=" + dimensions() + "]";
  }

  /**
   * One dimension: {@code first(i)..last(i)} of each element, both ends included.
   *
   * <p>The arrays are not copied: who passes them must not write to them any more. {@code
   * firstHigh} and {@code lastHigh} are null for fields that are not wider than 64 bits.
   */
  public static final class Column {

    private final long[] firstHigh;
    private final long[] firstLow;
    private final long[] lastHigh;
    private final long[] lastLow;

    public Column(long[] firstHigh, long[] firstLow, long[] lastHigh, long[] lastLow) {
      this.firstHigh = firstHigh;
      this.firstLow = firstLow;
      this.lastHigh = lastHigh;
      this.lastLow = lastLow;
    }

    public int count() {
      return firstLow.length;
    }

    public long firstHigh(int element) {
      return firstHigh == null ? 0 : firstHigh[element];
    }

    public long firstLow(int element) {
      return firstLow[element];
    }

    public long lastHigh(int element) {
      return lastHigh == null ? 0 : lastHigh[element];
    }

    public long lastLow(int element) {
      return lastLow[element];
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Column column
          && Arrays.equals(firstLow, column.firstLow)
          && Arrays.equals(lastLow, column.lastLow)
          && Arrays.equals(firstHigh, column.firstHigh)
          && Arrays.equals(lastHigh, column.lastHigh);
    }

    @Override
    public int hashCode() {
      return 31 * Arrays.hashCode(firstLow) + Arrays.hashCode(lastLow);
    }
  }
}

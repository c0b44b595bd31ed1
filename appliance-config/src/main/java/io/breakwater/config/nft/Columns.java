package io.breakwater.config.nft;

import io.breakwater.config.firewall.Boxes;
import io.breakwater.config.firewall.Intervals;
import java.util.Arrays;

/** The intervals of one field in primitive arrays, as they were read. */
final class Columns {

  private static final long[] NONE = {};

  private final boolean wide;
  private int count;
  private long[] firstLow = new long[8];
  private long[] lastLow = new long[8];
  private long[] firstHigh;
  private long[] lastHigh;

  Columns(int bits) {
    wide = bits > Long.SIZE;
    firstHigh = wide ? new long[8] : NONE;
    lastHigh = wide ? new long[8] : NONE;
  }

  void add(Span span) {
    if (count == firstLow.length) {
      firstLow = Arrays.copyOf(firstLow, 2 * count);
      lastLow = Arrays.copyOf(lastLow, 2 * count);
      firstHigh = wide ? Arrays.copyOf(firstHigh, 2 * count) : NONE;
      lastHigh = wide ? Arrays.copyOf(lastHigh, 2 * count) : NONE;
    }
    firstLow[count] = span.first().low();
    lastLow[count] = span.last().low();
    if (wide) {
      firstHigh[count] = span.first().high();
      lastHigh[count] = span.last().high();
    }
    count++;
  }

  Span span(int index) {
    return new Span(
        new Bits128(high(firstHigh, index), firstLow[index]),
        new Bits128(high(lastHigh, index), lastLow[index]));
  }

  /** By the first value, then by the last. */
  int compare(int a, int b) {
    int byFirst =
        Intervals.compare(high(firstHigh, a), firstLow[a], high(firstHigh, b), firstLow[b]);
    return byFirst != 0
        ? byFirst
        : Intervals.compare(high(lastHigh, a), lastLow[a], high(lastHigh, b), lastLow[b]);
  }

  boolean overlaps(int a, int b) {
    return Intervals.compare(high(firstHigh, a), firstLow[a], high(lastHigh, b), lastLow[b]) <= 0
        && Intervals.compare(high(firstHigh, b), firstLow[b], high(lastHigh, a), lastLow[a]) <= 0;
  }

  /** Whether the interval {@code outer} holds the first value of {@code inner}. */
  boolean holdsFirst(int outer, int inner) {
    return holds(outer, high(firstHigh, inner), firstLow[inner]);
  }

  /** Whether the interval {@code outer} holds the last value of {@code inner}. */
  boolean holdsLast(int outer, int inner) {
    return holds(outer, high(lastHigh, inner), lastLow[inner]);
  }

  private boolean holds(int outer, long high, long low) {
    return Intervals.compare(high(firstHigh, outer), firstLow[outer], high, low) <= 0
        && Intervals.compare(high, low, high(lastHigh, outer), lastLow[outer]) <= 0;
  }

  private long high(long[] highs, int index) {
    return wide ? highs[index] : 0;
  }

  /** As the model has it. */
  Boxes.Column reordered(int[] order) {
    return new Boxes.Column(
        wide ? reordered(firstHigh, order) : null,
        reordered(firstLow, order),
        wide ? reordered(lastHigh, order) : null,
        reordered(lastLow, order));
  }

  private static long[] reordered(long[] values, int[] order) {
    long[] result = new long[order.length];
    for (int i = 0; i < order.length; i++) {
      result[i] = values[order[i]];
    }
    return result;
  }
}

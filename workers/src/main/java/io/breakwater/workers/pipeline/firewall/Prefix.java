package io.breakwater.workers.pipeline.firewall;

import io.breakwater.config.firewall.Boxes;
import io.breakwater.config.firewall.Intervals;
import java.util.ArrayList;
import java.util.List;

/** A prefix of a field of up to 128 bits: its value, and a mask of the bits that count. */
record Prefix(long high, long low, long maskHigh, long maskLow) {

  /** The fewest prefixes that make up an interval. */
  static List<Prefix> of(Boxes.Column column, int element, int bits) {
    List<Prefix> prefixes = new ArrayList<>();
    long high = column.firstHigh(element);
    long low = column.firstLow(element);
    long lastHigh = column.lastHigh(element);
    long lastLow = column.lastLow(element);
    while (true) {
      // The longest run of low bits that are all 0 in the first value and stay within the last.
      int free = low != 0 ? Long.numberOfTrailingZeros(low) : 64 + Long.numberOfTrailingZeros(high);
      free = Math.min(free, bits);
      while (free > 0 && !isWithin(high, low, free, lastHigh, lastLow)) {
        free--;
      }
      long hostHigh = free <= 64 ? 0 : ones(free - 64);
      long hostLow = free >= 64 ? -1L : ones(free);
      prefixes.add(new Prefix(high, low, ~hostHigh, ~hostLow));
      long endHigh = high | hostHigh;
      long endLow = low | hostLow;
      if (endHigh == lastHigh && endLow == lastLow) {
        return prefixes;
      }
      low = endLow + 1;
      high = endHigh + (low == 0 ? 1 : 0);
    }
  }

  private static long ones(int bits) {
    return bits >= 64 ? -1L : (1L << bits) - 1;
  }

  private static boolean isWithin(long high, long low, int free, long lastHigh, long lastLow) {
    long endHigh = high | (free <= 64 ? 0 : ones(free - 64));
    long endLow = low | ones(Math.min(free, 64));
    return Intervals.compare(endHigh, endLow, lastHigh, lastLow) <= 0;
  }
}

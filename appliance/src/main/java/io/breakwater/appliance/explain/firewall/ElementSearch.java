package io.breakwater.appliance.explain.firewall;

import io.breakwater.config.firewall.Boxes;
import io.breakwater.config.firewall.Elements;
import io.breakwater.config.firewall.Intervals;
import java.util.List;

/** Looks for a key among elements, one after the other. */
final class ElementSearch {

  private ElementSearch() {}

  /** The element that holds the key, or -1. */
  static int find(Elements elements, List<Reading> key) {
    return switch (elements) {
      case Intervals intervals -> intervals.indexOf(key.getFirst().high(), key.getFirst().low());
      case Boxes boxes -> find(boxes, key);
    };
  }

  private static int find(Boxes boxes, List<Reading> key) {
    for (int element = 0; element < boxes.count(); element++) {
      boolean holds = true;
      for (int i = 0; i < boxes.dimensions() && holds; i++) {
        holds = holds(boxes.column(i), element, key.get(i));
      }
      if (holds) {
        return element;
      }
    }
    return -1;
  }

  private static boolean holds(Boxes.Column column, int element, Reading value) {
    return compare(column.firstHigh(element), column.firstLow(element), value) <= 0
        && compare(column.lastHigh(element), column.lastLow(element), value) >= 0;
  }

  private static int compare(long high, long low, Reading value) {
    int byHigh = Long.compareUnsigned(high, value.high());
    return byHigh != 0 ? byHigh : Long.compareUnsigned(low, value.low());
  }
}

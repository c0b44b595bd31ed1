package io.breakwater.workers.pipeline.firewall;

import io.breakwater.config.firewall.Boxes;
import io.breakwater.config.firewall.ElementSet;
import io.breakwater.config.firewall.Intervals;
import io.breakwater.workers.firewall.AddressSet;
import io.breakwater.workers.firewall.DynamicSet;
import io.breakwater.workers.firewall.ElementTable;
import io.breakwater.workers.firewall.KeyTable;
import io.breakwater.workers.firewall.SortedElements;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Makes tables of the elements of sets and maps. */
final class SetCompiler {

  /** The size of a set that rules change and that says none, as nft has it. */
  static final int SIZE_DEFAULT = 65_535;

  /** From here on a set of IPv4 addresses is a map of bits. */
  private static final int ADDRESS_SET_MIN = 32_768;

  private SetCompiler() {}

  /** Whether a set changes by itself or by rules. */
  static boolean isDynamic(ElementSet set) {
    return set.dynamic() || !set.intervals() && !set.expiries().isEmpty();
  }

  /** Longs of a key. */
  static int words(List<Integer> fieldBits) {
    return fieldBits.stream().mapToInt(bits -> bits > Long.SIZE ? 2 : 1).sum();
  }

  /**
   * A table of the values of one field.
   *
   * @param numbered whether it matters which element holds a value
   */
  static ElementTable table(Intervals intervals, boolean numbered) {
    int count = intervals.count();
    boolean wide = intervals.bits() > Long.SIZE;
    long[] firstHigh = new long[wide ? count : 0];
    long[] lastHigh = new long[wide ? count : 0];
    long[] firstLow = new long[count];
    long[] lastLow = new long[count];
    for (int i = 0; i < count; i++) {
      if (wide) {
        firstHigh[i] = intervals.firstHigh(i);
        lastHigh[i] = intervals.lastHigh(i);
      }
      firstLow[i] = intervals.firstLow(i);
      lastLow[i] = intervals.lastLow(i);
    }
    if (!numbered && intervals.bits() == Integer.SIZE && count >= ADDRESS_SET_MIN) {
      return new AddressSet(firstLow, lastLow);
    }
    return new SortedElements(intervals.bits(), firstHigh, firstLow, lastHigh, lastLow);
  }

  // ---------------------------------------------------------------- concatenations

  /** A prefix of one field: the bits that count are masked. */
  private record Prefix(long high, long low, long maskHigh, long maskLow) {}

  /**
   * A table of concatenations: each element becomes as many entries as it takes to cover its
   * intervals with prefixes.
   *
   * @throws TooManyEntries if that are more than {@code entriesMax}, or with more than {@code
   *     masksMax} different masks
   */
  static KeyTable keyTable(Boxes boxes, List<Integer> fieldBits, int entriesMax, int masksMax) {
    int words = words(fieldBits);
    List<long[]> keys = new ArrayList<>();
    List<Integer> elements = new ArrayList<>();
    List<Integer> maskNumbers = new ArrayList<>();
    Map<List<Long>, Integer> masks = new HashMap<>();
    List<List<Prefix>> fields = new ArrayList<>();
    for (int element = 0; element < boxes.count(); element++) {
      fields.clear();
      long entries = 1;
      for (int dimension = 0; dimension < boxes.dimensions(); dimension++) {
        List<Prefix> prefixes =
            prefixes(boxes.column(dimension), element, fieldBits.get(dimension));
        fields.add(prefixes);
        entries *= prefixes.size();
      }
      if (keys.size() + entries > entriesMax) {
        throw new TooManyEntries("more than " + entriesMax + " entries: the ranges are too odd");
      }
      for (long entry = 0; entry < entries; entry++) {
        long[] key = new long[words];
        Long[] mask = new Long[words];
        long rest = entry;
        int word = 0;
        for (int field = 0; field < fields.size(); field++) {
          List<Prefix> prefixes = fields.get(field);
          Prefix prefix = prefixes.get((int) (rest % prefixes.size()));
          rest /= prefixes.size();
          if (fieldBits.get(field) > Long.SIZE) {
            key[word] = prefix.high;
            mask[word++] = prefix.maskHigh;
          }
          key[word] = prefix.low;
          mask[word++] = prefix.maskLow;
        }
        List<Long> maskKey = Arrays.asList(mask);
        Integer number = masks.get(maskKey);
        if (number == null) {
          number = masks.size();
          masks.put(maskKey, number);
        }
        keys.add(key);
        elements.add(element);
        maskNumbers.add(number);
      }
      if (masks.size() > masksMax) {
        throw new TooManyEntries("more than " + masksMax + " different shapes of elements");
      }
    }
    long[] allMasks = new long[masks.size() * words];
    masks.forEach((mask, number) -> {
      for (int word = 0; word < words; word++) {
        allMasks[number * words + word] = mask.get(word);
      }
    });
    KeyTable table = new KeyTable(words, allMasks, keys.size());
    for (int i = 0; i < keys.size(); i++) {
      table.add(maskNumbers.get(i), keys.get(i), elements.get(i));
    }
    return table;
  }

  /** A set that cannot be looked up in a bounded number of steps. */
  static final class TooManyEntries extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooManyEntries(String message) {
      super(message);
    }
  }

  /** The fewest prefixes that make up an interval. */
  private static List<Prefix> prefixes(Boxes.Column column, int element, int bits) {
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

  // ---------------------------------------------------------------- sets that change

  static int sizeMax(ElementSet set) {
    return Math.max(1, set.sizeMax().orElse(Math.max(SIZE_DEFAULT, set.elements().count())));
  }

  /** A set with the elements that it has at first. */
  static DynamicSet dynamicSet(ElementSet set, long nowNs) {
    List<Integer> bits = set.fieldBits();
    DynamicSet table = new DynamicSet(words(bits), sizeMax(set));
    long[] expires = new long[set.elements().count()];
    Arrays.fill(expires, DynamicSet.NEVER);
    set.timeoutNs().ifPresent(timeout -> Arrays.fill(expires, nowNs + timeout));
    set.expiries().forEach(expiry -> expires[expiry.element()] = nowNs + expiry.timeoutNs());
    switch (set.elements()) {
      case Intervals intervals -> addValues(table, intervals, nowNs, expires);
      case Boxes boxes -> {
        for (int element = 0; element < expires.length; element++) {
          table.add(firstKey(boxes, element, bits), nowNs, expires[element]);
        }
      }
    }
    return table;
  }

  /** Values that follow each other are one interval, but elements of their own. */
  private static void addValues(DynamicSet table, Intervals intervals, long nowNs, long[] expires) {
    boolean wide = intervals.bits() > Long.SIZE;
    for (int i = 0; i < intervals.count(); i++) {
      long high = intervals.firstHigh(i);
      long low = intervals.firstLow(i);
      while (Intervals.compare(high, low, intervals.lastHigh(i), intervals.lastLow(i)) <= 0) {
        table.add(wide ? new long[] {high, low} : new long[] {low}, nowNs, expires[i]);
        low++;
        if (low == 0 && ++high == 0) {
          break;
        }
      }
    }
  }

  private static long[] firstKey(Boxes boxes, int element, List<Integer> fieldBits) {
    long[] key = new long[words(fieldBits)];
    int word = 0;
    for (int field = 0; field < fieldBits.size(); field++) {
      if (fieldBits.get(field) > Long.SIZE) {
        key[word++] = boxes.column(field).firstHigh(element);
      }
      key[word++] = boxes.column(field).firstLow(element);
    }
    return key;
  }
}

package io.breakwater.workers.pipeline.firewall;

import io.breakwater.config.firewall.Boxes;
import io.breakwater.config.firewall.ElementSet;
import io.breakwater.config.firewall.Elements;
import io.breakwater.config.firewall.Intervals;
import io.breakwater.workers.firewall.AddressSet;
import io.breakwater.workers.firewall.DynamicSet;
import io.breakwater.workers.firewall.ElementTable;
import io.breakwater.workers.firewall.KeyTable;
import io.breakwater.workers.firewall.RangeTable;
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

  /** Whether rules change a set. */
  static boolean isDynamic(ElementSet set) {
    return set.dynamic();
  }

  /** Whether a set that rules don't change does so by itself: its elements stay for a time. */
  static boolean isTimed(ElementSet set) {
    return !set.dynamic()
        && set.elements().count() > 0
        && (set.timeoutNs().isPresent() || !set.expiries().isEmpty());
  }

  /** When the elements go that a set has at first. */
  static long[] expiries(ElementSet set, long nowNs) {
    long[] expires = new long[set.elements().count()];
    Arrays.fill(expires, DynamicSet.NEVER);
    set.timeoutNs().ifPresent(timeout -> Arrays.fill(expires, nowNs + timeout));
    set.expiries().forEach(expiry -> expires[expiry.element()] = nowNs + expiry.timeoutNs());
    return expires;
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

  /**
   * A table of concatenations: each element becomes as many entries as it takes to cover its
   * intervals with prefixes.
   *
   * @throws TooManyEntries if that are more than {@code entriesMax}, or with more than {@code
   *     masksMax} different masks
   */
  static KeyTable keyTable(Boxes boxes, List<Integer> fieldBits, int entriesMax, int masksMax) {
    int words = words(fieldBits);
    Map<List<Long>, Integer> masks = new HashMap<>();
    int[] entries = {0};
    forEachEntry(
        boxes,
        fieldBits,
        entriesMax,
        (element, key, mask) -> {
          entries[0]++;
          masks.putIfAbsent(boxed(mask), masks.size());
          if (masks.size() > masksMax) {
            throw new TooManyEntries("more than " + masksMax + " different shapes of elements");
          }
          if (entries[0] > entriesMax) {
            throw tooManyEntries(entriesMax);
          }
        });
    long[] allMasks = new long[masks.size() * words];
    masks.forEach((mask, number) -> {
      for (int word = 0; word < words; word++) {
        allMasks[number * words + word] = mask.get(word);
      }
    });
    KeyTable table = new KeyTable(words, allMasks, entries[0]);
    forEachEntry(
        boxes,
        fieldBits,
        entriesMax,
        (element, key, mask) -> table.add(masks.get(boxed(mask)), key, element));
    return table;
  }

  /** A table of concatenations in which each element is looked at. */
  static RangeTable rangeTable(Boxes boxes, List<Integer> fieldBits) {
    int words = words(fieldBits);
    boolean[] wide = new boolean[fieldBits.size()];
    long[] first = new long[boxes.count() * words];
    long[] last = new long[boxes.count() * words];
    int at = 0;
    for (int element = 0; element < boxes.count(); element++) {
      for (int field = 0; field < wide.length; field++) {
        Boxes.Column column = boxes.column(field);
        wide[field] = fieldBits.get(field) > Long.SIZE;
        if (wide[field]) {
          first[at] = column.firstHigh(element);
          last[at++] = column.lastHigh(element);
        }
        first[at] = column.firstLow(element);
        last[at++] = column.lastLow(element);
      }
    }
    return new RangeTable(wide, first, last);
  }

  private static TooManyEntries tooManyEntries(int entriesMax) {
    return new TooManyEntries("more than " + entriesMax + " entries: the ranges are too odd");
  }

  private static List<Long> boxed(long[] mask) {
    List<Long> boxed = new ArrayList<>(mask.length);
    for (long word : mask) {
      boxed.add(word);
    }
    return boxed;
  }

  /** Takes entries of a key table; both arrays are used again for the next one. */
  private interface EntrySink {
    void add(int element, long[] key, long[] mask);
  }

  private static void forEachEntry(
      Boxes boxes, List<Integer> fieldBits, int entriesMax, EntrySink sink) {
    int words = words(fieldBits);
    long[] key = new long[words];
    long[] mask = new long[words];
    List<List<Prefix>> fields = new ArrayList<>();
    for (int element = 0; element < boxes.count(); element++) {
      fields.clear();
      long entries = 1;
      for (int dimension = 0; dimension < boxes.dimensions(); dimension++) {
        List<Prefix> prefixes =
            Prefix.of(boxes.column(dimension), element, fieldBits.get(dimension));
        fields.add(prefixes);
        entries *= prefixes.size();
        if (entries > entriesMax) {
          throw tooManyEntries(entriesMax);
        }
      }
      for (long entry = 0; entry < entries; entry++) {
        long rest = entry;
        int word = 0;
        for (int field = 0; field < fields.size(); field++) {
          List<Prefix> prefixes = fields.get(field);
          Prefix prefix = prefixes.get((int) (rest % prefixes.size()));
          rest /= prefixes.size();
          if (fieldBits.get(field) > Long.SIZE) {
            key[word] = prefix.high();
            mask[word++] = prefix.maskHigh();
          }
          key[word] = prefix.low();
          mask[word++] = prefix.maskLow();
        }
        sink.add(element, key, mask);
      }
    }
  }

  /** A set that cannot be looked up in a bounded number of steps. */
  static final class TooManyEntries extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooManyEntries(String message) {
      super(message);
    }
  }

  // ---------------------------------------------------------------- sets that change

  static int sizeMax(ElementSet set) {
    return Math.max(1, set.sizeMax().orElse(Math.max(SIZE_DEFAULT, values(set.elements()))));
  }

  /** Elements of a set of single values: those that follow each other are one interval. */
  private static int values(Elements elements) {
    if (!(elements instanceof Intervals intervals)) {
      return elements.count();
    }
    long sum = 0;
    for (int i = 0; i < intervals.count(); i++) {
      sum += intervals.lastLow(i) - intervals.firstLow(i) + 1;
    }
    return (int) Math.min(sum, Integer.MAX_VALUE / 4);
  }

  /** A set with the elements that it has at first. */
  static DynamicSet dynamicSet(ElementSet set, long nowNs) {
    List<Integer> bits = set.fieldBits();
    DynamicSet table = new DynamicSet(words(bits), sizeMax(set));
    long[] expires = expiries(set, nowNs);
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

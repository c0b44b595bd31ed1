package io.breakwater.config.nft;

import io.breakwater.config.firewall.Boxes;
import io.breakwater.config.firewall.ElementSet.Expiry;
import io.breakwater.config.firewall.Elements;
import io.breakwater.config.firewall.Intervals;
import io.breakwater.config.nft.Expression.Concatenation;
import io.breakwater.config.nft.Expression.Element;
import io.breakwater.config.nft.Expression.SetLiteral;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Turns the elements of a set or a map into the arrays of the model: reads each value, sorts them,
 * drops what is there twice, joins what touches, and refuses what the kernel refuses.
 *
 * <p>A million elements take 16 bytes each and dimension while this works, 32 for IPv6.
 */
final class ElementBuilder {

  /** How elements that overlap are treated. */
  enum Overlap {
    /** Joined: sets in rules, and those with {@code auto-merge}. */
    JOINED,
    REFUSED
  }

  /** Of more concatenated intervals not every pair is compared. */
  private static final int COMPARED_MAX = 8_192;

  private final List<DataType> types;
  private final boolean map;
  private final Overlap overlap;
  private final List<SetLiteral> literals = new ArrayList<>();
  private final Columns[] columns;
  private int count;
  private int[] data = {};
  private final List<Expiry> expiries = new ArrayList<>();
  private boolean ranges;

  ElementBuilder(List<DataType> types, boolean map, Overlap overlap) {
    this.types = types;
    this.map = map;
    this.overlap = overlap;
    this.columns = new Columns[types.size()];
    for (int i = 0; i < columns.length; i++) {
      columns[i] = new Columns(types.get(i).bits());
    }
  }

  /**
   * Reads all elements of a set.
   *
   * @param intervals whether ranges and prefixes may stand in it
   * @param dataOf the number that a map keeps for an element
   */
  void addAll(SetLiteral literal, boolean intervals, ToIntFunction<Element> dataOf) {
    literals.add(literal);
    literal.elements().forEach(element -> add(element, intervals, dataOf));
  }

  private void add(Element element, boolean intervals, ToIntFunction<Element> dataOf) {
    if (element.key() instanceof SetLiteral(Token at, ElementList elements)) {
      if (element.data().isPresent() || element.verdict().isPresent()) {
        throw new Refusal(at, "not supported: one value for a set of keys");
      }
      elements.forEach(inner -> add(inner, intervals, dataOf));
      return;
    }
    boolean mapped = element.data().isPresent() || element.verdict().isPresent();
    if (mapped != map) {
      throw new Refusal(
          element.key().at(),
          map ? "an element of a map needs : and a value" : "an element of a set has no value");
    }
    if (count == ElementList.COUNT_MAX) {
      throw new Refusal(
          element.key().at(), "too many elements: at most " + ElementList.COUNT_MAX + " in a set");
    }
    List<Expression> fields =
        element.key() instanceof Concatenation(List<Expression> parts)
            ? parts
            : List.of(element.key());
    if (fields.size() != types.size()) {
      throw new Refusal(
          element.key().at(), "element has " + fields.size() + " fields: expected " + types.size());
    }
    for (int i = 0; i < columns.length; i++) {
      Span span = ValueReader.span(fields.get(i), types.get(i));
      if (!span.isSingle()) {
        ranges = true;
        if (!intervals) {
          throw new Refusal(
              fields.get(i).at(), "the set needs flags interval to hold prefixes and ranges");
        }
      }
      columns[i].add(span);
    }
    addData(element, dataOf);
  }

  private void addData(Element element, ToIntFunction<Element> dataOf) {
    if (map) {
      if (count == data.length) {
        data = Arrays.copyOf(data, Math.max(8, 2 * count));
      }
      data[count] = dataOf.applyAsInt(element);
    }
    element.timeout().ifPresent(time -> expiries.add(new Expiry(count, TimeText.parseNs(time))));
    count++;
  }

  int count() {
    return count;
  }

  /** Whether any has a timeout of its own. */
  boolean hasExpiries() {
    return !expiries.isEmpty();
  }

  /**
   * What came of it.
   *
   * @param data of a map, one for each element
   */
  record Result(Elements elements, int[] data, List<Expiry> expiries) {}

  Result build() {
    int[] order = IndexSort.sorted(count, this::compare);
    int[] distinct = distinct(order);
    return columns.length == 1 ? intervals(distinct) : boxes(distinct);
  }

  private int compare(int a, int b) {
    for (Columns column : columns) {
      int byColumn = column.compare(a, b);
      if (byColumn != 0) {
        return byColumn;
      }
    }
    return Integer.compare(a, b);
  }

  /** Without those that are the same as the one before. */
  private int[] distinct(int[] order) {
    int kept = 0;
    int[] distinct = new int[count];
    for (int index : order) {
      if (kept > 0 && isSame(distinct[kept - 1], index)) {
        if (map && data[distinct[kept - 1]] != data[index]) {
          throw new Refusal(
              place(index), "element is in the map already, with another value: " + show(index));
        }
      } else {
        distinct[kept++] = index;
      }
    }
    return Arrays.copyOf(distinct, kept);
  }

  private boolean isSame(int a, int b) {
    for (Columns column : columns) {
      if (column.compare(a, b) != 0) {
        return false;
      }
    }
    return true;
  }

  private Result intervals(int[] order) {
    Columns column = columns[0];
    boolean join = !map && expiries.isEmpty();
    Intervals.Builder builder = Intervals.builder(types.getFirst().bits(), order.length);
    Span open = null;
    for (int i = 0; i < order.length; i++) {
      Span next = column.span(order[i]);
      if (open != null && next.first().compareTo(open.last()) <= 0) {
        if (overlap == Overlap.REFUSED || !join) {
          throw conflict(order[i - 1], order[i]);
        }
        open = new Span(open.first(), max(open.last(), next.last()));
      } else if (open != null && join && next.first().equals(open.last().plusOne())) {
        open = new Span(open.first(), next.last());
      } else {
        add(builder, open);
        open = next;
      }
    }
    add(builder, open);
    return new Result(builder.build(), data(order), expiries(order));
  }

  private static void add(Intervals.Builder builder, Span span) {
    if (span != null) {
      builder.add(span.first().high(), span.first().low(), span.last().high(), span.last().low());
    }
  }

  private static Bits128 max(Bits128 a, Bits128 b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  private Refusal conflict(int first, int second) {
    // The later one in the file is told.
    int told = Math.max(first, second);
    int other = Math.min(first, second);
    String advice = map ? "" : "; auto-merge would join them";
    return new Refusal(
        place(told), "intervals overlap: " + show(told) + " and " + show(other) + advice);
  }

  private Result boxes(int[] order) {
    if (ranges) {
      refuseOverlaps(order);
    }
    List<Boxes.Column> result = new ArrayList<>();
    for (Columns column : columns) {
      result.add(column.reordered(order));
    }
    return new Result(new Boxes(result), data(order), expiries(order));
  }

  /**
   * The kernel (nft_pipapo_insert) refuses an element of which one end, in all fields, lies in an
   * element before it. In a map no two may overlap at all, since it would depend on the order which
   * one counts.
   */
  private void refuseOverlaps(int[] order) {
    if (order.length > COMPARED_MAX) {
      if (map) {
        throw new Refusal(
            literals.getFirst().at(),
            "too many intervals in a map of concatenations: at most " + COMPARED_MAX);
      }
      return;
    }
    int[] inOrder = order.clone();
    Arrays.sort(inOrder);
    for (int i = 1; i < inOrder.length; i++) {
      for (int j = 0; j < i; j++) {
        if (map ? overlaps(inOrder[i], inOrder[j]) : hasCorner(inOrder[i], inOrder[j])) {
          throw new Refusal(
              place(inOrder[i]),
              "elements overlap: " + show(inOrder[i]) + " and " + show(inOrder[j]));
        }
      }
    }
  }

  private boolean overlaps(int a, int b) {
    for (Columns column : columns) {
      if (!column.overlaps(a, b)) {
        return false;
      }
    }
    return true;
  }

  private boolean hasCorner(int later, int earlier) {
    boolean first = true;
    boolean last = true;
    for (Columns column : columns) {
      first &= column.holdsFirst(earlier, later);
      last &= column.holdsLast(earlier, later);
    }
    return first || last;
  }

  private int[] data(int[] order) {
    if (!map) {
      return data;
    }
    int[] ordered = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      ordered[i] = data[order[i]];
    }
    return ordered;
  }

  private List<Expiry> expiries(int[] order) {
    if (expiries.isEmpty()) {
      return List.of();
    }
    int[] positions = new int[count];
    Arrays.fill(positions, -1);
    for (int i = 0; i < order.length; i++) {
      positions[order[i]] = i;
    }
    return expiries.stream()
        .filter(expiry -> positions[expiry.element()] >= 0)
        .map(expiry -> new Expiry(positions[expiry.element()], expiry.timeoutNs()))
        .toList();
  }

  /** The elements in ascending order, as they are printed; joined if there is a range. */
  List<String> shown(Elements elements, int max) {
    List<String> shown = new ArrayList<>();
    if (elements instanceof Intervals intervals && ranges) {
      for (int i = 0; i < Math.min(max, intervals.count()); i++) {
        shown.add(
            types
                .getFirst()
                .show(
                    new Span(
                        new Bits128(intervals.firstHigh(i), intervals.firstLow(i)),
                        new Bits128(intervals.lastHigh(i), intervals.lastLow(i)))));
      }
      return shown;
    }
    int[] order = distinct(IndexSort.sorted(count, this::compare));
    if (ranges && columns.length > 1) {
      // The kernel lists concatenated intervals in the order in which they were added.
      Arrays.sort(order);
    }
    for (int i = 0; i < Math.min(max, order.length); i++) {
      shown.add(show(order[i]));
    }
    return shown;
  }

  private String show(int index) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < columns.length; i++) {
      text.append(i == 0 ? "" : " . ").append(types.get(i).show(columns[i].span(index)));
    }
    return text.toString();
  }

  /** Where an element stands: looked for only when there is something to say of it. */
  private Token place(int index) {
    int[] left = {index};
    Token[] found = {literals.getFirst().at()};
    literals.forEach(literal -> locate(literal.elements(), left, found));
    return found[0];
  }

  private static void locate(ElementList elements, int[] left, Token[] found) {
    elements.forEach(element -> {
      if (element.key() instanceof SetLiteral(Token at, ElementList inner)) {
        locate(inner, left, found);
      } else if (left[0]-- == 0) {
        found[0] = element.key().at();
      }
    });
  }
}

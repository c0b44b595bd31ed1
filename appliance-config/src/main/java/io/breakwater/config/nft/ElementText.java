package io.breakwater.config.nft;

import io.breakwater.config.firewall.Boxes;
import io.breakwater.config.firewall.Elements;
import io.breakwater.config.firewall.Intervals;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The elements of a declared set or map, printed by the types of their fields. */
final class ElementText {

  private final List<DataType> types;

  /**
   * @param names of the types of the fields; what comes behind is not looked at
   */
  ElementText(List<String> names) {
    types =
        names.stream()
            .flatMap(name -> DataType.OF_SETS.stream().filter(type -> type.name().equals(name)))
            .toList();
  }

  int dimensions(Elements elements) {
    return switch (elements) {
      case Intervals _ -> 1;
      case Boxes boxes -> boxes.dimensions();
    };
  }

  /** How many values an element has, which is one interval of one field or a single value. */
  long values(Elements elements, int element) {
    return switch (elements) {
      case Intervals intervals -> intervals.lastLow(element) - intervals.firstLow(element) + 1;
      case Boxes _ -> 1;
    };
  }

  /** The n-th of them. */
  String value(Elements elements, int element, long n) {
    return switch (elements) {
      case Intervals intervals -> {
        Bits128 value = new Bits128(intervals.firstHigh(element), intervals.firstLow(element) + n);
        yield show(0, value, value);
      }
      case Boxes _ -> of(elements, element);
    };
  }

  String of(Elements elements, int element) {
    return switch (elements) {
      case Intervals intervals ->
          show(
              0,
              new Bits128(intervals.firstHigh(element), intervals.firstLow(element)),
              new Bits128(intervals.lastHigh(element), intervals.lastLow(element)));
      case Boxes boxes ->
          IntStream.range(0, boxes.dimensions())
              .mapToObj(i -> {
                Boxes.Column column = boxes.column(i);
                return show(
                    i,
                    new Bits128(column.firstHigh(element), column.firstLow(element)),
                    new Bits128(column.lastHigh(element), column.lastLow(element)));
              })
              .collect(Collectors.joining(" . "));
    };
  }

  private String show(int field, Bits128 first, Bits128 last) {
    return types.get(field).show(new Span(first, last));
  }
}

package io.breakwater.perf.rfc2544;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A number that was measured in several rounds.
 *
 * @param median null if half of the rounds or more have no number: then there is no result
 * @param values of the rounds that have one, in their order
 * @param notMeasured of the others: why not
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Repeated(
    Double median, Double min, Double max, List<Double> values, List<String> notMeasured) {

  /** Collects the rounds of one number. */
  static final class Rounds {
    private final List<Double> values = new ArrayList<>();
    private final List<String> notMeasured = new ArrayList<>();

    void add(double value) {
      values.add(value);
    }

    void addFailure(String why) {
      notMeasured.add(why);
    }

    Repeated repeated() {
      return of(values, notMeasured);
    }
  }

  static Repeated of(List<Double> values, List<String> notMeasured) {
    if (values.isEmpty()) {
      return new Repeated(null, null, null, List.of(), List.copyOf(notMeasured));
    }
    List<Double> sorted = values.stream().sorted().toList();
    int half = sorted.size() / 2;
    double middle =
        sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    return new Repeated(
        values.size() > notMeasured.size() ? middle : null,
        sorted.getFirst(),
        sorted.getLast(),
        List.copyOf(values),
        List.copyOf(notMeasured));
  }

  boolean measured() {
    return median != null;
  }

  /** Median and spread, or why there is none. */
  String text(String format, double unit) {
    if (!measured()) {
      return "not measured: " + String.join("; ", notMeasured.stream().distinct().toList());
    }
    String number = format + " (" + format + " to " + format + ")";
    return String.format(Locale.ROOT, number, median / unit, min / unit, max / unit);
  }
}

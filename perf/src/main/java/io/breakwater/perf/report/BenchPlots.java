package io.breakwater.perf.report;

import io.breakwater.perf.report.BenchReport.Comparison;
import io.breakwater.perf.report.SvgPlot.Anchor;
import io.breakwater.perf.report.SvgPlot.XY;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The plots of a {@link BenchReport}, each one SVG element. */
final class BenchPlots {

  private static final int LABELS = 170;
  private static final int BAR = 20;
  private static final int STACK = 26;
  private static final int GAP = 22;

  /** About the width of a digit of a segment's number. */
  private static final int DIGIT = 8;

  private BenchPlots() {}

  /** Java's rate beside C's, medians, with whiskers from the slowest round to the fastest. */
  static String rates(List<Comparison> comparisons) {
    double max = 0;
    for (Comparison comparison : comparisons) {
      max = Math.max(max, largest(comparison.javaRounds(), Measurement::mpps));
      max = Math.max(max, largest(comparison.referenceRounds(), Measurement::mpps));
    }
    int group = 2 * BAR + GAP;
    SvgPlot plot =
        new SvgPlot("Throughput by profile", LABELS, 10, comparisons.size() * group + GAP / 2);
    plot.xAxis("million packets per second (Mpps), more is better", max);
    double y = plot.top() + GAP / 2.0;
    for (Comparison comparison : comparisons) {
      plot.text("label", Anchor.END, LABELS - 12, y + BAR + 5, comparison.label());
      rate(plot, "java", "Java", comparison.java(), comparison.javaRounds(), y, max);
      rate(plot, "c", "C", comparison.reference(), comparison.referenceRounds(), y + BAR, max);
      y += group;
    }
    return plot.element();
  }

  private static void rate(
      SvgPlot plot,
      String style,
      String side,
      Measurement median,
      List<Measurement> rounds,
      double y,
      double max) {
    double fastest = largest(rounds, Measurement::mpps);
    double slowest = -largest(rounds, round -> -round.mpps());
    plot.bar(
        style,
        plot.left(),
        y + 1,
        plot.x(median.mpps(), max) - plot.left(),
        BAR - 2,
        String.format(
            Locale.ROOT, "%s: %.2f Mpps (%.2f to %.2f)", side, median.mpps(), slowest, fastest));
    plot.whisker(plot.x(slowest, max), plot.x(fastest, max), y + BAR / 2.0);
    plot.text(
        "value",
        Anchor.START,
        plot.x(fastest, max) + 8,
        y + BAR / 2.0 + 4,
        String.format(Locale.ROOT, "%.2f", median.mpps()));
  }

  /**
   * Java's cycles for each packet, stage after stage.
   *
   * @param stages all that there are, in the packet's order; the place of one is its colour
   */
  static String stages(List<Comparison> comparisons, List<String> stages) {
    double max = 0;
    for (Comparison comparison : comparisons) {
      max = Math.max(max, total(comparison));
    }
    SvgPlot plot =
        new SvgPlot(
            "Java's cycles by stage", LABELS, 10, comparisons.size() * (STACK + GAP) + GAP / 2);
    plot.xAxis("time stamp counter ticks (cycles) per packet, less is better", max);
    double y = plot.top() + GAP * 0.75;
    for (Comparison comparison : comparisons) {
      plot.text("label", Anchor.END, LABELS - 12, y + STACK / 2.0 + 5, comparison.label());
      stack(plot, comparison.java().stageCyclesPerPacket(), stages, y, max);
      plot.text(
          "value",
          Anchor.START,
          plot.x(total(comparison), max) + 8,
          y + STACK / 2.0 + 5,
          String.format(Locale.ROOT, "%.1f", total(comparison)));
      y += STACK + GAP;
    }
    return plot.element();
  }

  private static void stack(
      SvgPlot plot, Map<String, Double> cyclesByStage, List<String> stages, double y, double max) {
    double before = 0;
    for (int i = 0; i < stages.size(); i++) {
      double cycles = cyclesByStage.getOrDefault(stages.get(i), 0.0);
      double x = plot.x(before, max);
      double width = plot.x(before + cycles, max) - x;
      String hint = String.format(Locale.ROOT, "%s: %.1f cycles", stages.get(i), cycles);
      plot.bar(stageStyle(i), x, y, width - 1, STACK, hint);
      String number = String.format(Locale.ROOT, "%.0f", cycles);
      if (width > DIGIT * (number.length() + 1)) {
        plot.text("inside", Anchor.MIDDLE, x + width / 2, y + STACK / 2.0 + 5, number);
      }
      before += cycles;
    }
  }

  /** The style sheet's class of a stage. */
  static String stageStyle(int stage) {
    return "stage-" + stage % HtmlReport.STAGE_COLOURS;
  }

  /**
   * One scale's curves of Java and C.
   *
   * @param points of one scale, at least two
   * @param name of the y axis, with its unit
   */
  static String curve(
      List<Comparison> points, String name, String format, ToDoubleFunction<Measurement> value) {
    List<Comparison> sorted =
        points.stream().sorted(Comparator.comparingLong(one -> one.point().value())).toList();
    double max = 0;
    for (Comparison one : sorted) {
      max = Math.max(max, value.applyAsDouble(one.java()));
      max = Math.max(max, value.applyAsDouble(one.reference()));
    }
    // Room for the number above the highest point.
    max *= 1.12;
    String scale = sorted.getFirst().point().scale();
    SvgPlot plot = new SvgPlot(name + " by " + scale, 64, 36, 260);
    plot.yAxis(name, max);
    plot.logXAxis(
        scale + ", logarithmic", sorted.stream().map(one -> one.point().value()).toList());
    List<XY> java = places(plot, sorted, one -> value.applyAsDouble(one.java()), max);
    List<XY> reference = places(plot, sorted, one -> value.applyAsDouble(one.reference()), max);
    plot.polyline("java-line", java);
    plot.polyline("c-line", reference);
    for (int i = 0; i < sorted.size(); i++) {
      boolean javaAbove = java.get(i).y() < reference.get(i).y();
      point(
          plot, "java", java.get(i), javaAbove, format, value.applyAsDouble(sorted.get(i).java()));
      point(
          plot,
          "c",
          reference.get(i),
          !javaAbove,
          format,
          value.applyAsDouble(sorted.get(i).reference()));
    }
    plot.text("value", Anchor.START, java.getLast().x() + 12, java.getLast().y() + 4, "Java");
    plot.text(
        "value", Anchor.START, reference.getLast().x() + 12, reference.getLast().y() + 4, "C");
    return plot.element();
  }

  private static List<XY> places(
      SvgPlot plot, List<Comparison> points, ToDoubleFunction<Comparison> value, double max) {
    double first = points.getFirst().point().value();
    double last = points.getLast().point().value();
    List<XY> places = new ArrayList<>();
    for (Comparison one : points) {
      places.add(
          new XY(
              plot.logX(one.point().value(), first, last), plot.y(value.applyAsDouble(one), max)));
    }
    return places;
  }

  /** A dot with its number on the side where the other curve is not. */
  private static void point(
      SvgPlot plot, String style, XY at, boolean above, String format, double value) {
    plot.dot(style, at);
    plot.text(
        "value",
        Anchor.MIDDLE,
        at.x(),
        above ? at.y() - 10 : at.y() + 20,
        String.format(Locale.ROOT, format, value));
  }

  private static double total(Comparison comparison) {
    return comparison.java().stageCyclesPerPacket().values().stream()
        .mapToDouble(Double::doubleValue)
        .sum();
  }

  private static double largest(List<Measurement> rounds, ToDoubleFunction<Measurement> value) {
    return rounds.stream().mapToDouble(value).max().orElseThrow();
  }
}

package io.breakwater.perf.report;

import java.util.List;
import java.util.Locale;
import java.util.function.LongFunction;

/**
 * One SVG drawing for a page: shapes and texts in plot coordinates, and the axes of a plot. Colours
 * come from the page's style sheet by class name, so that a plot follows light and dark.
 *
 * <p>Every text is escaped. Coordinates are pixels of a drawing {@link #WIDTH} wide, which the page
 * scales. It knows nothing of benchmarks.
 */
public final class SvgPlot {

  public static final int WIDTH = 860;

  /** Room on the right of the axes for the last number. */
  public static final int RIGHT = 70;

  /** Below the axes: numbers and the axis' name. */
  public static final int BOTTOM = 46;

  /** Between a logarithmic axis' ends and its first and last value: half a number's width. */
  private static final int INSET = 40;

  public enum Anchor {
    START,
    MIDDLE,
    END
  }

  public record XY(double x, double y) {}

  private final StringBuilder svg = new StringBuilder();
  private final int left;
  private final int top;
  private final int height;

  /**
   * A plot area with room around it.
   *
   * @param title for readers who do not see it
   * @param left room for names or numbers
   * @param top room above
   * @param height of the plot area
   */
  public SvgPlot(String title, int left, int top, int height) {
    this.left = left;
    this.top = top;
    this.height = height;
    append(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\">%n",
        WIDTH, top + height + BOTTOM, escaped(title));
  }

  public int left() {
    return left;
  }

  public int right() {
    return WIDTH - RIGHT;
  }

  public int top() {
    return top;
  }

  public int bottom() {
    return top + height;
  }

  /** From 0 to {@code max} along the x axis. */
  public double x(double value, double max) {
    return left + (right() - left) * value / max;
  }

  /** Of {@code min..max}, with equal steps for equal factors. */
  public double logX(double value, double min, double max) {
    double width = right() - left - 2 * INSET;
    return left + INSET + width * Math.log(value / min) / Math.log(max / min);
  }

  /** Of {@code min..max}, upwards, with equal steps for equal factors. */
  public double logY(double value, double min, double max) {
    return bottom() - height * Math.log(value / min) / Math.log(max / min);
  }

  /** From 0 to {@code max}, upwards. */
  public double y(double value, double max) {
    return bottom() - height * value / max;
  }

  /** An x axis from 0 on with lines through the plot, and its name below. */
  public void xAxis(String name, double max) {
    double step = step(max);
    for (int i = 0; i * step <= max * 1.0001; i++) {
      double x = x(i * step, max);
      line(i == 0 ? "axis" : "grid", x, top, x, bottom());
      text("tick", Anchor.MIDDLE, x, bottom() + 18, number(i * step, step));
    }
    text("name", Anchor.MIDDLE, (left + right()) / 2.0, bottom() + 38, name);
  }

  /** A y axis from 0 on with lines through the plot, and its name above. */
  public void yAxis(String name, double max) {
    double step = step(max);
    for (int i = 0; i * step <= max * 1.0001; i++) {
      double y = y(i * step, max);
      line(i == 0 ? "axis" : "grid", left, y, right(), y);
      text("tick", Anchor.END, left - 8, y + 4, number(i * step, step));
    }
    text("name", Anchor.START, 4, top - 14, name);
  }

  /** A y axis with a line for each power of ten; {@code min} and {@code max} are such. */
  public void logYAxis(String name, double min, double max) {
    for (double decade = min; decade <= max * 1.0001; decade *= 10) {
      double y = logY(decade, min, max);
      line(decade == min ? "axis" : "grid", left, y, right(), y);
      text("tick", Anchor.END, left - 8, y + 4, number(decade, decade));
    }
    text("name", Anchor.START, 4, top - 14, name);
  }

  /** An x axis whose numbers are the values that were measured. */
  public void logXAxis(String name, List<Long> values) {
    logXAxis(name, values, value -> String.format(Locale.ROOT, "%,d", value));
  }

  /** An x axis with a text for each of some values. */
  public void logXAxis(String name, List<Long> values, LongFunction<String> label) {
    double min = values.getFirst();
    double max = values.getLast();
    for (long value : values) {
      double x = logX(value, min, max);
      line("grid", x, top, x, bottom());
      text("tick", Anchor.MIDDLE, x, bottom() + 18, label.apply(value));
    }
    text("name", Anchor.MIDDLE, (left + right()) / 2.0, bottom() + 38, name);
  }

  /**
   * The place of a percentile where each further nine takes as much room: 90, 99, 99.9.
   *
   * @param nines of the axis; what lies beyond is at its end
   */
  public double percentileX(double percentile, int nines) {
    double tail = Math.max(1 - percentile / 100, Math.pow(10, -nines));
    return logX(1 / tail, 1, Math.pow(10, nines));
  }

  /** An x axis of percentiles, as HdrHistogram's plots have it. */
  public void percentileXAxis(String name, int nines) {
    for (int nine = 0; nine <= nines; nine++) {
      double x = logX(Math.pow(10, nine), 1, Math.pow(10, nines));
      line(nine == 0 ? "axis" : "grid", x, top, x, bottom());
      // 0, 90, 99, 99.9: digits behind the point from the third nine on.
      double percentile = 100 - 100 * Math.pow(10, -nine);
      String format = "%." + Math.max(0, nine - 2) + "f%%";
      text("tick", Anchor.MIDDLE, x, bottom() + 18, String.format(Locale.ROOT, format, percentile));
    }
    text("name", Anchor.MIDDLE, (left + right()) / 2.0, bottom() + 38, name);
  }

  public void line(String style, double x1, double y1, double x2, double y2) {
    append(
        "<line class=\"%s\" x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\"/>%n",
        style, x1, y1, x2, y2);
  }

  public void polyline(String style, List<XY> points) {
    StringBuilder coordinates = new StringBuilder();
    for (XY point : points) {
      coordinates.append(String.format(Locale.ROOT, "%.1f,%.1f ", point.x(), point.y()));
    }
    append(
        "<polyline class=\"%s\" points=\"%s\"/>%n", style, coordinates.toString().stripTrailing());
  }

  public void dot(String style, XY at) {
    append("<circle class=\"%s\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"/>%n", style, at.x(), at.y());
  }

  /**
   * A filled rectangle.
   *
   * @param hint what a pointer resting on it shows
   */
  public void bar(String style, double x, double y, double width, double barHeight, String hint) {
    append(
        "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"><title>%s</title></rect>%n",
        style, x, y, Math.max(0, width), barHeight, escaped(hint));
  }

  /** A horizontal span with ends, around a bar's end. */
  public void whisker(double x1, double x2, double y) {
    line("whisker", x1, y, x2, y);
    line("whisker", x1, y - 4, x1, y + 4);
    line("whisker", x2, y - 4, x2, y + 4);
  }

  public void text(String style, Anchor anchor, double x, double y, String text) {
    append(
        "<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>%n",
        style, anchor.name().toLowerCase(Locale.ROOT), x, y, escaped(text));
  }

  /** The whole element. */
  public String element() {
    return svg + "</svg>\n";
  }

  /** Text as the content of an element or of an attribute in double quotes. */
  public static String escaped(String text) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> escaped.append("&amp;");
        case '<' -> escaped.append("&lt;");
        case '>' -> escaped.append("&gt;");
        case '"' -> escaped.append("&quot;");
        // No control character may stand in XML, except white space.
        default -> escaped.append(c < ' ' ? ' ' : c);
      }
    }
    return escaped.toString();
  }

  /** 1, 2 or 5 times a power of ten, four to eight of them up to {@code max}. */
  private static double step(double max) {
    double power = Math.pow(10, Math.floor(Math.log10(max / 4)));
    double ratio = max / 4 / power;
    return power * (ratio >= 5 ? 5 : ratio >= 2 ? 2 : 1);
  }

  private static String number(double value, double step) {
    return String.format(Locale.ROOT, step < 0.1 ? "%.2f" : step < 1 ? "%.1f" : "%,.0f", value);
  }

  private void append(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values));
  }
}

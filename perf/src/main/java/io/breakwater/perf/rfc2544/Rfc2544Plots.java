package io.breakwater.perf.rfc2544;

import io.breakwater.perf.report.SvgPlot;
import io.breakwater.perf.report.SvgPlot.Anchor;
import io.breakwater.perf.report.SvgPlot.XY;
import io.breakwater.perf.rfc2544.LatencyAt.CurvePoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The plots of {@link Rfc2544Page}, each one SVG element. */
final class Rfc2544Plots {

  private static final int LEFT = 64;
  private static final int TOP = 36;
  private static final int HEIGHT = 280;
  private static final int NINES_MAX = 7;
  private static final double SMALLEST_US = 0.1;

  private Rfc2544Plots() {}

  /**
   * Latency by percentile, one line for each load; both axes logarithmic, as the slowest packets
   * are some hundred times as slow as most.
   */
  static String latency(List<LatencyAt> loads) {
    long packets = 10;
    double least = Double.MAX_VALUE;
    double most = SMALLEST_US;
    for (LatencyAt load : loads) {
      packets = Math.max(packets, load.histogram().getTotalCount());
      least = Math.min(least, load.curve().getFirst().us());
      most = Math.max(most, load.curve().getLast().us());
    }
    int nines = Math.min(NINES_MAX, (int) Math.ceil(Math.log10(packets)));
    double min = powerOfTen(Math.floor(Math.log10(Math.max(SMALLEST_US, least))));
    double max = Math.max(10 * min, powerOfTen(Math.ceil(Math.log10(most))));
    SvgPlot plot = new SvgPlot("Latency by percentile", LEFT, TOP, HEIGHT);
    plot.logYAxis("microseconds, logarithmic, less is better", min, max);
    plot.percentileXAxis("percentile of packets", nines);
    for (int i = 0; i < loads.size(); i++) {
      List<XY> points = new ArrayList<>();
      for (CurvePoint point : loads.get(i).curve()) {
        points.add(
            new XY(
                plot.percentileX(point.percentile(), nines),
                plot.logY(Math.max(min, point.us()), min, max)));
      }
      plot.polyline("series-" + i, points);
      plot.text(
          "value",
          Anchor.START,
          points.getLast().x() + 8,
          points.getLast().y() + 4,
          loads.get(i).percentOfRate() + " %");
    }
    return plot.element();
  }

  private static double powerOfTen(double exponent) {
    return Math.pow(10, exponent);
  }

  /** Lost packets by offered rate. */
  static String frameLoss(List<FrameLossCurve.Point> points) {
    double most =
        points.stream()
            .filter(point -> point.lossPercent().measured())
            .mapToDouble(point -> point.lossPercent().max())
            .max()
            .orElse(0);
    double fastest = points.getFirst().packetsPerSecond() / 1e6;
    // A curve without any loss still needs an axis.
    double top = most == 0 ? 1 : most * 1.12;
    SvgPlot plot = new SvgPlot("Frame loss by rate", LEFT, TOP, HEIGHT);
    plot.yAxis("lost, percent of the packets sent", top);
    plot.xAxis("million packets per second (Mpps) sent", fastest);
    List<XY> places = new ArrayList<>();
    for (FrameLossCurve.Point point : points) {
      Repeated loss = point.lossPercent();
      if (!loss.measured()) {
        continue;
      }
      double x = plot.x(point.packetsPerSecond() / 1e6, fastest);
      XY place = new XY(x, plot.y(loss.median(), top));
      places.add(place);
      plot.line("whisker", x, plot.y(loss.min(), top), x, plot.y(loss.max(), top));
      plot.text(
          "value",
          Anchor.MIDDLE,
          x,
          plot.y(loss.max(), top) - 10,
          String.format(Locale.ROOT, loss.median() < 1 ? "%.2g" : "%.1f", loss.median()));
    }
    plot.polyline("series-0", places);
    places.forEach(place -> plot.dot("stage-0", place));
    return plot.element();
  }
}

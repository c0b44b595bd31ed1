package io.breakwater.perf.onset;

import io.breakwater.perf.onset.OnsetMeasurement.CurvePoint;
import io.breakwater.perf.report.SvgPlot;
import io.breakwater.perf.report.SvgPlot.Anchor;
import io.breakwater.perf.report.SvgPlot.XY;
import java.util.List;
import java.util.Locale;

/** Throughput around an attack's beginning, with the line that it must not fall below. */
final class OnsetPlot {

  private static final int LEFT = 60;
  private static final int TOP = 40;
  private static final int HEIGHT = 180;
  private static final double HEADROOM = 1.1;

  private OnsetPlot() {}

  /** An SVG element of the round that is shown. */
  static String of(OnsetResult result) {
    OnsetMeasurement round = result.shown();
    List<CurvePoint> curve = round.curve();
    double from = curve.isEmpty() ? 0 : Math.min(0, curve.getFirst().ms());
    double span = (curve.isEmpty() ? 1 : Math.max(1, curve.getLast().ms())) - from;
    double max =
        HEADROOM
            * curve.stream()
                .mapToDouble(CurvePoint::mpps)
                .reduce(Math.max(round.steadyMpps(), round.cleanMpps()), Math::max);
    SvgPlot plot = new SvgPlot("throughput at the onset of " + result.attack(), LEFT, TOP, HEIGHT);
    plot.yAxis("Million packets per second (Mpps), 10 ms each", max);
    double onset = plot.x(-from, span);
    plot.line("axis", onset, plot.top(), onset, plot.bottom());
    plot.text("tick", Anchor.MIDDLE, onset, plot.bottom() + 18, "attack");
    for (double ms = 200; ms <= span + from; ms += 200) {
      double x = plot.x(ms - from, span);
      plot.line("grid", x, plot.top(), x, plot.bottom());
      plot.text(
          "tick", Anchor.MIDDLE, x, plot.bottom() + 18, String.format(Locale.ROOT, "%.0f ms", ms));
    }
    double least = plot.y(OnsetResult.RATIO_MIN * round.steadyMpps(), max);
    plot.line("whisker", onset, least, plot.right(), least);
    plot.text("tick", Anchor.START, plot.right() + 4, least + 4, "90%");
    plot.polyline(
        "java-line",
        curve.stream()
            .map(point -> new XY(plot.x(point.ms() - from, span), plot.y(point.mpps(), max)))
            .toList());
    return plot.element();
  }
}

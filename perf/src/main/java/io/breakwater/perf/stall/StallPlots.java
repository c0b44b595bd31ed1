package io.breakwater.perf.stall;

import io.breakwater.perf.report.SvgPlot;
import io.breakwater.perf.report.SvgPlot.Anchor;
import io.breakwater.perf.report.SvgPlot.XY;
import io.breakwater.workers.worker.GapHistogram;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The plots of a {@link StallReport}: gaps by percentile, and the longest along the time. */
final class StallPlots {

  private static final int LEFT = 64;
  private static final int TOP = 36;
  private static final int HEIGHT = 280;

  /** The x axis ends at 99.999999%: beyond, the numbers would overlap. */
  private static final double NINES_MAX = 1e8;

  private StallPlots() {}

  /** A side's class in the style sheet, by its label. */
  static String style(String side) {
    return Arrays.stream(StallSide.values())
        .filter(one -> one.label().equals(side))
        .findFirst()
        .orElseThrow()
        .style();
  }

  /** One curve for each side, all rounds together; both axes are logarithmic. */
  static String percentiles(List<StallSeries> sides) {
    double longestUs = 0;
    double shortestUs = Double.MAX_VALUE;
    long turnsMax = 0;
    for (StallSeries side : sides) {
      GapRound unit = side.rounds().getFirst();
      GapHistogram gaps = side.together();
      longestUs = Math.max(longestUs, unit.us(gaps.longest()));
      shortestUs = Math.min(shortestUs, unit.us(gaps.percentile(50)));
      turnsMax = Math.max(turnsMax, gaps.total());
    }
    double min = decadeBelow(shortestUs);
    double max = decadeAbove(longestUs);
    long nines = (long) Math.min(NINES_MAX, decadeAbove(turnsMax));
    SvgPlot plot = new SvgPlot("Poll gaps by percentile", LEFT, TOP, HEIGHT);
    plot.logYAxis("microseconds between two turns, logarithmic", min, max);
    List<Long> decades = new ArrayList<>();
    for (long decade = 1; decade <= nines; decade *= 10) {
      decades.add(decade);
    }
    plot.logXAxis("percent of all turns that were no longer", decades, StallPlots::percent);
    for (StallSeries side : sides) {
      curve(plot, side, nines, min, max);
    }
    return plot.element();
  }

  private static void curve(SvgPlot plot, StallSeries side, long nines, double min, double max) {
    GapRound unit = side.rounds().getFirst();
    GapHistogram gaps = side.together();
    long total = gaps.total();
    long above = total;
    List<XY> points = new ArrayList<>();
    for (int bucket = 0; bucket < GapHistogram.BUCKETS; bucket++) {
      if (gaps.count(bucket) == 0) {
        continue;
      }
      double y = plot.logY(Math.max(min, unit.us(GapHistogram.highest(bucket))), min, max);
      points.add(new XY(plot.logX(Math.min(nines, (double) total / above), 1, nines), y));
      above -= gaps.count(bucket);
      double next = (double) total / Math.max(1, above);
      points.add(new XY(plot.logX(Math.min(nines, next), 1, nines), y));
    }
    plot.polyline(style(side.side()) + "-line", points);
  }

  /** 0% for 1, 90% for 10, 99% for 100. */
  static String percent(long turns) {
    BigDecimal beyond = BigDecimal.valueOf(100).divide(BigDecimal.valueOf(turns));
    return BigDecimal.valueOf(100).subtract(beyond).stripTrailingZeros().toPlainString() + "%";
  }

  /**
   * The longest gaps as dots, and what the JVM did as lines from the bottom, as long as it took.
   */
  static String timeline(String side, GapRound round) {
    double min = decadeBelow(round.longGaps().getLast().us());
    double max = decadeAbove(round.longGaps().getFirst().us());
    for (GapRound.TimelineEvent event : round.jvmEvents()) {
      max = isBeside(event) ? max : Math.max(max, decadeAbove(event.us()));
    }
    SvgPlot plot = new SvgPlot("Longest poll gaps, " + side, LEFT, TOP, HEIGHT);
    plot.logYAxis("microseconds, logarithmic", min, max);
    plot.xAxis("seconds", round.seconds());
    for (GapRound.TimelineEvent event : round.jvmEvents()) {
      double x = plot.x(Math.clamp(event.atSeconds(), 0, round.seconds()), round.seconds());
      double y = Math.min(plot.bottom() - 6, plot.logY(Math.clamp(event.us(), min, max), min, max));
      plot.line(isBeside(event) ? "event-beside" : "event-stop", x, plot.bottom(), x, y);
    }
    for (LongGap gap : round.longGaps()) {
      plot.dot(
          gap.cause().isEmpty() ? "c" : "java",
          new XY(plot.x(gap.atSeconds(), round.seconds()), plot.logY(gap.us(), min, max)));
    }
    LongGap longest = round.longGaps().getFirst();
    plot.text(
        "value",
        Anchor.START,
        plot.x(longest.atSeconds(), round.seconds()) + 8,
        plot.logY(longest.us(), min, max) + 4,
        Math.round(longest.us()) + " us");
    return plot.element();
  }

  private static boolean isBeside(GapRound.TimelineEvent event) {
    return event.kind().equals(JvmEvent.Kind.COLLECTION.label());
  }

  private static double decadeBelow(double value) {
    return Math.pow(10, Math.floor(Math.log10(value)));
  }

  private static double decadeAbove(double value) {
    return value <= 1 ? 1 : Math.pow(10, Math.ceil(Math.log10(value)));
  }
}

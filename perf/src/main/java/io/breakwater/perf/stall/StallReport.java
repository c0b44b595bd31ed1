package io.breakwater.perf.stall;

import io.breakwater.perf.report.PageSection;
import io.breakwater.perf.report.ReportPart;
import io.breakwater.perf.stall.StallSeries.Spread;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/**
 * What the {@link StallStudy} found. Times are microseconds between two turns of the loop.
 *
 * @param seconds of each load in each round
 * @param series each load's sides, C first
 * @param verdicts of each load's Java sides
 */
public record StallReport(double seconds, List<StallSeries> series, List<StallVerdict> verdicts)
    implements ReportPart {

  private static final int LONGEST_SHOWN = 8;

  static final String NOTHING = "nothing of the JVM: the machine";

  /** One column: a value of a round, how it is printed, whether with its spread. */
  record Column(String name, String format, boolean spread, ToDoubleFunction<GapRound> value) {

    String cell(StallSeries series) {
      Spread found = series.spread(value);
      String median = String.format(Locale.ROOT, format, found.median());
      return !spread || series.rounds().size() == 1
          ? median
          : String.format(
              Locale.ROOT, "%s (" + format + "-" + format + ")", median, found.min(), found.max());
    }
  }

  static final List<Column> COLUMNS =
      List.of(
          new Column("Mturns/s", "%.2f", false, round -> round.turns() * 1e-6 / round.seconds()),
          new Column("core %", "%.1f", false, round -> 100 * round.coreShare()),
          new Column("p50", "%.2f", false, round -> round.percentileUs(50)),
          new Column("p99", "%.2f", false, round -> round.percentileUs(99)),
          new Column("p99.9", "%.2f", false, round -> round.percentileUs(99.9)),
          new Column("p99.99", "%.1f", false, round -> round.percentileUs(99.99)),
          new Column("p99.999", "%.1f", false, round -> round.percentileUs(99.999)),
          new Column("p99.9999", "%.1f", true, round -> round.percentileUs(99.9999)),
          new Column("once a second", "%.0f", true, GapRound::onceASecondUs),
          new Column("longest", "%.0f", true, GapRound::longestUs),
          new Column("over 100 us", "%.0f", true, GapRound::gapsOver100Us));

  @Override
  public void print(PrintWriter out) {
    out.printf("%nstalls: microseconds between two turns of the loop, %s%n%n", rule());
    out.printf("%-8s %-16s", "load", "side");
    COLUMNS.forEach(column -> out.printf(" %" + width(column) + "s", column.name()));
    out.println();
    for (StallSeries one : series) {
      out.printf("%-8s %-16s", one.load(), one.side());
      COLUMNS.forEach(column -> out.printf(" %" + width(column) + "s", column.cell(one)));
      out.println();
    }
    out.println();
    verdicts.forEach(verdict -> out.println(verdict.text()));
    for (StallSeries one : series) {
      printLongest(out, one);
    }
    String reloads = reloadText();
    if (!reloads.isEmpty()) {
      out.printf("%n%s%n", reloads);
    }
  }

  private static int width(Column column) {
    return column.spread() ? 22 : 9;
  }

  String rule() {
    return String.format(
        Locale.ROOT,
        "%d rounds of %.1f s for each load; medians, and in brackets the rounds' range",
        series.getFirst().rounds().size(),
        seconds);
  }

  private static void printLongest(PrintWriter out, StallSeries series) {
    List<LongGap> gaps = series.rounds().getLast().longGaps();
    if (gaps.isEmpty()) {
      return;
    }
    out.printf("%n%s, %s: the longest gaps of the last round%n", series.side(), series.load());
    out.printf("%9s %9s  %-50s %s%n", "at s", "us", "what stopped the worker", "what ran beside");
    gaps.stream()
        .limit(LONGEST_SHOWN)
        .forEach(gap ->
            out.printf(
                Locale.ROOT,
                "%9.4f %9.1f  %-50s %s%n",
                gap.atSeconds(),
                gap.us(),
                gap.cause().isEmpty() ? NOTHING : gap.cause(),
                gap.beside()));
  }

  /** How often and how fast all tenants were reloaded; empty if they were not. */
  String reloadText() {
    List<Double> sorted =
        series.stream()
            .flatMap(one -> one.rounds().stream())
            .flatMap(round -> round.reloadsMs().stream())
            .sorted()
            .toList();
    return sorted.isEmpty()
        ? ""
        : String.format(
            Locale.ROOT,
            "%d reloads of all tenants: median %.0f ms, longest %.0f ms.",
            sorted.size(),
            sorted.get(sorted.size() / 2),
            sorted.getLast());
  }

  /** Sides of one load. */
  List<StallSeries> of(StallLoad load) {
    return series.stream()
        .filter(one -> one.load().equals(load.label()))
        .collect(Collectors.toList());
  }

  @Override
  public List<PageSection> sections() {
    return StallPage.sections(this);
  }
}

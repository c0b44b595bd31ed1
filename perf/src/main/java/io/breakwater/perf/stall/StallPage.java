package io.breakwater.perf.stall;

import static io.breakwater.perf.report.SvgPlot.escaped;

import io.breakwater.perf.report.PageSection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A {@link StallReport} as sections of the page: table and verdicts, percentiles, time lines. */
final class StallPage {

  private static final int LONGEST_SHOWN = 12;

  private StallPage() {}

  static List<PageSection> sections(StallReport report) {
    List<PageSection> sections = new ArrayList<>();
    sections.add(new PageSection("Stalls: poll gaps of Java and C", table(report)));
    for (StallLoad load : StallLoad.values()) {
      List<StallSeries> sides = report.of(load);
      if (!sides.isEmpty()) {
        sections.add(
            new PageSection("Poll gaps by percentile: " + load.label(), percentiles(sides)));
      }
    }
    for (StallSeries series : report.series()) {
      if (!series.rounds().getLast().longGaps().isEmpty()) {
        sections.add(
            new PageSection(
                "Longest gaps and the JVM: %s, %s".formatted(series.side(), series.load()),
                overlay(series)));
      }
    }
    return sections;
  }

  private static String table(StallReport report) {
    StringBuilder html = new StringBuilder("<div class=\"card\"><table>\n<thead><tr>");
    html.append("<th>Load</th><th>Side</th>");
    for (StallReport.Column column : StallReport.COLUMNS) {
      html.append("<th>").append(escaped(column.name())).append("</th>");
    }
    html.append("</tr></thead>\n<tbody>\n");
    String load = "";
    for (StallSeries one : report.series()) {
      boolean first = !one.load().equals(load);
      load = one.load();
      append(
          html,
          "<tr class=\"%s\"><td>%s</td><td>%s</td>",
          first ? "first" : "second",
          first ? escaped(load) : "",
          escaped(one.side()));
      for (StallReport.Column column : StallReport.COLUMNS) {
        append(html, "<td>%s</td>", escaped(column.cell(one)));
      }
      html.append("</tr>\n");
    }
    html.append("</tbody></table></div>\n");
    append(
        html,
        "<p class=\"soft\">Microseconds between two turns of the loop, %s. %s</p>%n",
        escaped(report.rule()),
        escaped(report.reloadText()));
    for (StallVerdict verdict : report.verdicts()) {
      append(html, "<p>%s.</p>%n", escaped(verdict.text()));
    }
    return html.toString();
  }

  private static String percentiles(List<StallSeries> sides) {
    StringBuilder html = new StringBuilder("<div class=\"card\">\n<ul class=\"legend\">");
    for (StallSeries side : sides) {
      append(
          html,
          "<li><span class=\"%s\"></span>%s</li>",
          StallPlots.style(side.side()),
          escaped(side.side()));
    }
    html.append("</ul>\n").append(StallPlots.percentiles(sides));
    return html.append("</div>\n<p class=\"soft\">All rounds together.</p>\n").toString();
  }

  private static String overlay(StallSeries series) {
    GapRound round = series.rounds().getLast();
    StringBuilder html =
        new StringBuilder(
            """
            <div class="card">
            <ul class="legend"><li><span class="c"></span>gap, nothing of the JVM</li>\
            <li><span class="java"></span>gap with a cause in the JVM</li>\
            <li><span class="event-stop"></span>safepoint, pause, VM operation, deoptimisation</li>\
            <li><span class="event-beside"></span>collection, beside the worker</li></ul>
            """);
    html.append(StallPlots.timeline(series.side(), round));
    html.append(
        """
        </div>
        <div class="card"><table>
        <thead><tr><th>What stopped the worker</th><th>What ran beside</th><th>At (s)</th>\
        <th>Gap (us)</th></tr></thead>
        <tbody>
        """);
    for (LongGap gap :
        round.longGaps().subList(0, Math.min(LONGEST_SHOWN, round.longGaps().size()))) {
      append(
          html,
          "<tr class=\"second\"><td>%s</td><td>%s</td><td>%.4f</td><td>%.1f</td></tr>%n",
          escaped(gap.cause().isEmpty() ? StallReport.NOTHING : gap.cause()),
          escaped(gap.beside()),
          gap.atSeconds(),
          gap.us());
    }
    return html.append("</tbody></table></div>\n<p class=\"soft\">The last round.</p>\n")
        .toString();
  }

  private static void append(StringBuilder html, String format, Object... values) {
    html.append(String.format(Locale.ROOT, format, values));
  }
}

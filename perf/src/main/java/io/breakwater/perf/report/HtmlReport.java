package io.breakwater.perf.report;

import static io.breakwater.perf.report.SvgPlot.escaped;

import io.breakwater.perf.report.BenchReport.Comparison;
import io.breakwater.workers.pipeline.StageMeters.Stage;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A {@link BenchReport} as one page that needs nothing else: no script, no font, no network. It is
 * well-formed XML, too, so that tools can read it.
 */
public final class HtmlReport {

  static final int STAGE_COLOURS = 12;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm xxx", Locale.ROOT);

  private static final String STYLE =
      """
      :root { color-scheme: light dark;
        --page: #fbfbfa; --card: #ffffff; --text: #1b1f24; --soft: #5b6470; --line: #dfe3e8;
        --java: #2a6fdb; --c: #8b95a3; --on-colour: #ffffff;
        --s0: #4c78a8; --s1: #2f8f83; --s2: #6b9e3f; --s3: #b98500;
        --s4: #d0603a; --s5: #b5497a; --s6: #7d5bb0; --s7: #66707c;
        --s8: #7f861a; --s9: #9c6b4a; --s10: #4d6b3c; --s11: #a83e4b; }
      @media (prefers-color-scheme: dark) { :root {
        --page: #14171b; --card: #1c2026; --text: #e7eaee; --soft: #a0a9b5; --line: #343b45;
        --java: #5b9bff; --c: #7b8694; --on-colour: #ffffff;
        --s0: #5585b8; --s1: #2f8f83; --s2: #638f3d; --s3: #a87a08;
        --s4: #c95f3c; --s5: #bb5584; --s6: #8867bb; --s7: #6d7885;
        --s8: #838a2c; --s9: #a3765a; --s10: #5d7d4a; --s11: #b54d5a; } }
      * { box-sizing: border-box; }
      body { margin: 0; background: var(--page); color: var(--text);
        font: 16px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
      main { max-width: 64rem; margin: 0 auto; padding: 2rem 1.25rem 4rem; }
      h1 { font-size: 1.7rem; margin: 0 0 .75rem; }
      h2 { font-size: 1.2rem; margin: 2.5rem 0 .25rem; }
      h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
      p { margin: .25rem 0; }
      .soft { color: var(--soft); font-size: .9rem; }
      dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: 0; }
      dt { color: var(--soft); }
      dd { margin: 0; overflow-wrap: anywhere; }
      code { font: .9em ui-monospace, "DejaVu Sans Mono", monospace; }
      .card { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
        padding: 1rem; margin: .75rem 0; overflow-x: auto; }
      table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
      th, td { padding: .35rem .55rem; text-align: right; white-space: nowrap; }
      th:nth-child(1), td:nth-child(1), th:nth-child(2), td:nth-child(2) { text-align: left; }
      td.words { text-align: left; white-space: normal; }
      thead th { color: var(--soft); font-weight: 600; font-size: .85rem; vertical-align: bottom; }
      tbody tr.first td { border-top: 1px solid var(--line); }
      tr.first td:first-child { font-weight: 600; }
      .legend { display: flex; flex-wrap: wrap; gap: .3rem 1.2rem; list-style: none; padding: 0;
        margin: .25rem 0 .5rem; font-size: .9rem; }
      .legend span { display: inline-block; width: .8rem; height: .8rem; border-radius: 3px;
        margin-right: .4rem; vertical-align: -1px; }
      svg { display: block; width: 100%; min-width: 36rem; height: auto; }
      svg text { fill: var(--text); font-size: 13px; font-family: inherit;
        font-variant-numeric: tabular-nums; }
      svg .tick, svg .name { fill: var(--soft); font-size: 12px; }
      svg .label { font-weight: 600; }
      svg .inside { fill: var(--on-colour); }
      svg .grid { stroke: var(--line); }
      svg .axis { stroke: var(--soft); }
      svg .whisker { stroke: var(--text); stroke-width: 1.5; }
      svg polyline { fill: none; stroke-width: 2.5; stroke-linejoin: round; }
      svg .java-line { stroke: var(--java); }
      svg .c-line { stroke: var(--c); }
      .java { fill: var(--java); background: var(--java); }
      .c { fill: var(--c); background: var(--c); }
      .reloading { fill: var(--s4); background: var(--s4); }
      .event-stop { background: var(--s5); stroke: var(--s5); stroke-width: 1.5; }
      .event-beside { background: var(--s2); stroke: var(--s2); stroke-width: 1.5; }
      svg .reloading-line { stroke: var(--s4); fill: none; stroke-width: 2.5;
        stroke-linejoin: round; }
      """;

  private final BenchReport report;
  private final StringBuilder page = new StringBuilder();

  private HtmlReport(BenchReport report) {
    this.report = report;
  }

  /**
   * The whole page.
   *
   * @param command that measured it
   * @param date when
   */
  public static String page(BenchReport report, String command, ZonedDateTime date) {
    HtmlReport html = new HtmlReport(report);
    html.head();
    html.heading(command, date);
    if (!report.profiles().isEmpty()) {
      html.table();
      html.rates();
      html.stages();
      html.scales();
    }
    report.studies().values().forEach(part -> part.sections().forEach(html::section));
    html.page.append("</main>\n</body>\n</html>\n");
    return html.page.toString();
  }

  private void head() {
    page.append(
        """
        <!DOCTYPE html>
        <html lang="en" xmlns="http://www.w3.org/1999/xhtml">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>Breakwater bench</title>
        <style>
        """);
    page.append(STYLE);
    for (int i = 0; i < STAGE_COLOURS; i++) {
      append(".stage-%d { fill: var(--s%d); background: var(--s%d); }%n", i, i, i);
      append("svg .series-%d { stroke: var(--s%d); }%n", i, i);
    }
    page.append("</style>\n</head>\n<body>\n<main>\n");
  }

  private void heading(String command, ZonedDateTime date) {
    page.append("<h1>Breakwater: packets through a core, Java beside C</h1>\n<dl>\n");
    append("<dt>Machine</dt><dd>%s</dd>%n", escaped(report.machine()));
    append("<dt>Workload</dt><dd>%s</dd>%n", escaped(report.workload()));
    append("<dt>Command</dt><dd><code>%s</code></dd>%n", escaped(command));
    append("<dt>Date</dt><dd>%s</dd>%n</dl>%n", escaped(DATE.format(date)));
  }

  private void table() {
    page.append(
        """
        <h2>Results</h2>
        <div class="card"><table>
        <thead><tr><th>Profile</th><th>Side</th><th>Mpps</th><th>Ceiling<br/>Mpps</th>\
        <th>Cycles<br/>per packet</th><th>I/O<br/>cycles</th><th>Net<br/>cycles</th>\
        <th>Instruc-<br/>tions</th><th>Java by C<br/>(Mpps)</th>\
        <th>Allocated<br/>bytes</th></tr></thead>
        <tbody>
        """);
    for (Comparison one : report.profiles()) {
      if (one.measured()) {
        row("first", one.label(), "Java", one.java(), number("%.2f", one.ratio()));
        row("second", "", "C", one.reference(), "");
      } else {
        append(
            "<tr class=\"first\"><td>%s</td><td class=\"words soft\" colspan=\"9\">not measured: %s</td></tr>%n",
            escaped(one.label()), escaped(one.notMeasured()));
      }
    }
    page.append(
        """
        </tbody></table></div>
        <p class="soft">Each side's round with the median rate. Cycles, instructions and allocated
        bytes are for each packet, cycles as ticks of the time stamp counter; net is without packet I/O and traffic source; the ceiling is the rate of these two
        with no work in between.</p>
        """);
    for (String note : ReportNotes.of(report)) {
      append("<p class=\"soft\">%s</p>%n", escaped(note));
    }
  }

  private void row(String style, String label, String side, Measurement measured, String ratio) {
    append("<tr class=\"%s\"><td>%s</td><td>%s</td>", style, escaped(label), side);
    for (String cell :
        List.of(
            number("%.2f", measured.mpps()),
            number("%.2f", measured.ceilingMpps()),
            number("%.1f", measured.cyclesPerPacket()),
            number("%.1f", measured.ioCyclesPerPacket()),
            number("%.1f", measured.netCyclesPerPacket()),
            BenchReport.instructions(measured),
            ratio,
            number("%.3f", measured.allocatedBytesPerPacket()))) {
      append("<td>%s</td>", cell);
    }
    page.append("</tr>\n");
  }

  private List<Comparison> measured() {
    return report.profiles().stream().filter(Comparison::measured).toList();
  }

  private void rates() {
    List<Comparison> plain = measured().stream().filter(one -> one.point() == null).toList();
    if (plain.isEmpty()) {
      return;
    }
    page.append("<h2>Throughput</h2>\n<div class=\"card\">\n");
    sides();
    page.append(BenchPlots.rates(plain));
    page.append("</div>\n<p class=\"soft\">Bars are medians, whiskers the slowest and the fastest");
    page.append(" round.</p>\n");
  }

  private void sides() {
    page.append(
        """
        <ul class="legend"><li><span class="java"></span>Java</li>\
        <li><span class="c"></span>C</li></ul>
        """);
  }

  private void stages() {
    List<Comparison> staged =
        measured().stream().filter(one -> !one.java().stageCyclesPerPacket().isEmpty()).toList();
    if (staged.isEmpty()) {
      return;
    }
    List<String> names = stageNames(staged);
    page.append("<h2>Java's cycles by stage</h2>\n<div class=\"card\">\n<ul class=\"legend\">\n");
    for (int i = 0; i < names.size(); i++) {
      append(
          "<li><span class=\"%s\"></span>%s</li>%n",
          BenchPlots.stageStyle(i), escaped(names.get(i)));
    }
    page.append("</ul>\n").append(BenchPlots.stages(staged, names)).append("</div>\n");
  }

  /** In the packet's order, also when no profile has them all; a stage unknown here comes last. */
  private static List<String> stageNames(List<Comparison> comparisons) {
    Set<String> found = new LinkedHashSet<>();
    comparisons.forEach(one -> found.addAll(one.java().stageCyclesPerPacket().keySet()));
    List<String> ordered =
        new ArrayList<>(
            Arrays.stream(Stage.values())
                .map(stage -> stage.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .filter(found::contains)
                .toList());
    found.removeAll(ordered);
    ordered.addAll(found);
    return ordered;
  }

  private void scales() {
    Map<String, List<Comparison>> scales = new LinkedHashMap<>();
    for (Comparison one : measured()) {
      if (one.point() != null) {
        scales.computeIfAbsent(scaleTitle(one), key -> new ArrayList<>()).add(one);
      }
    }
    // A logarithmic axis has no place for "without".
    scales
        .values()
        .removeIf(points ->
            points.size() < 2 || points.stream().anyMatch(one -> one.point().value() == 0));
    scales.forEach((title, points) -> {
      append("<h2>Scaling: %s</h2>%n<div class=\"card\">%n", escaped(title));
      sides();
      page.append(
          BenchPlots.curve(points, "Million packets per second (Mpps)", "%.2f", Measurement::mpps));
      page.append("</div>\n<div class=\"card\">\n");
      sides();
      page.append(
          BenchPlots.curve(points, "Cycles per packet", "%.0f", Measurement::cyclesPerPacket));
      page.append("</div>\n");
    });
  }

  private static String scaleTitle(Comparison one) {
    String scale = one.point().scale();
    return one.profile().equals(scale) ? scale : one.profile() + " by " + scale;
  }

  private void section(PageSection section) {
    append("<h2>%s</h2>%n", escaped(section.title()));
    page.append(section.body());
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }

  private void append(String format, Object... values) {
    page.append(String.format(Locale.ROOT, format, values));
  }
}

package io.breakwater.perf.onset;

import static io.breakwater.perf.report.SvgPlot.escaped;

import io.breakwater.perf.report.PageSection;
import io.breakwater.perf.report.ReportPart;
import io.breakwater.perf.study.Throughput;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/**
 * What {@link OnsetStudy} found.
 *
 * @param windowMs what "worst" is the worst of
 * @param ratioMin below it an onset dips
 */
record OnsetReport(double windowMs, double ratioMin, List<OnsetResult> attacks)
    implements ReportPart {

  OnsetReport {
    attacks = List.copyOf(attacks);
  }

  static OnsetReport of(List<OnsetResult> attacks) {
    return new OnsetReport(Throughput.WINDOW_NS * 1e-6, OnsetResult.RATIO_MIN, attacks);
  }

  @Override
  public void print(PrintWriter out) {
    out.printf(
        "Onset of attacks: Mpps of one core, 9 of 10 packets are the attack's%n"
            + "%-21s %6s %6s %6s %6s %6s %6s %6s %6s %6s  %s%n",
        "attack", "clean", "steady", "common", "at ms", "contr.", "worst", "below", "contr.",
        "deopts", "verdict");
    for (OnsetResult attack : attacks) {
      OnsetMeasurement round = attack.shown();
      out.printf(
          Locale.ROOT,
          "%-21s %6.2f %6.2f %6.2f %6.0f %6.2f %6.2f %5.1f%% %5.1f%% %6d  %s%n",
          attack.attack(),
          round.cleanMpps(),
          round.steadyMpps(),
          attack.common().ratio(),
          attack.common().atMs(),
          attack.commonControl().ratio(),
          round.ratio(),
          100 * attack.belowShare(),
          100 * attack.controlBelowShare(),
          attack.deoptimizations(),
          attack.verdict().text());
    }
    out.printf(
        Locale.ROOT,
        "%nclean: before the attack; steady: what it settles at; common: the slowest %.0f ms that"
            + " the rounds have in common, by the%nsteady rate, so long after the attack began: at"
            + " least %.2f; contr.: the same after a switch from clean to clean, which is%nno onset;"
            + " worst: the slowest %.0f ms of the median round; below: of all %.0f ms those slower"
            + " than %.0f%%, and for the control;%ndeopts: compiled code that the worker had to"
            + " leave, all rounds together.%n%n",
        windowMs,
        ratioMin,
        windowMs,
        windowMs,
        100 * ratioMin);
    printDeoptimizations(out);
  }

  private void printDeoptimizations(PrintWriter out) {
    for (OnsetResult attack : attacks) {
      attack.rounds().stream()
          .flatMap(round -> round.deoptimizations().stream())
          .distinct()
          .forEach(line -> out.printf("%s: %s%n", attack.attack(), line));
    }
  }

  @Override
  public List<PageSection> sections() {
    return List.of(
        new PageSection("Onset of attacks", table()),
        new PageSection("Onset of attacks: throughput over time", plots()));
  }

  private String table() {
    StringBuilder body = new StringBuilder();
    body.append(
        """
        <div class="card"><table>
        <thead><tr><th>Attack</th><th>Verdict</th><th>Clean<br/>Mpps</th><th>Steady<br/>Mpps</th>\
        <th>Common<br/>dip</th><th>At ms</th><th>Of the<br/>control</th><th>Worst of<br/>a round</th>\
        <th>Below<br/>90%</th><th>Of the<br/>control</th><th>Deopti-<br/>mizations</th></tr></thead>
        <tbody>
        """);
    for (OnsetResult attack : attacks) {
      OnsetMeasurement round = attack.shown();
      body.append(
          String.format(
              Locale.ROOT,
              "<tr class=\"first\"><td>%s</td><td>%s</td><td>%.2f</td><td>%.2f</td><td>%.2f</td>"
                  + "<td>%.0f</td><td>%.2f</td><td>%.2f</td><td>%.1f%%</td><td>%.1f%%</td>"
                  + "<td>%d</td></tr>%n",
              escaped(attack.attack()),
              attack.verdict().text(),
              round.cleanMpps(),
              round.steadyMpps(),
              attack.common().ratio(),
              attack.common().atMs(),
              attack.commonControl().ratio(),
              round.ratio(),
              100 * attack.belowShare(),
              100 * attack.controlBelowShare(),
              attack.deoptimizations()));
    }
    body.append("</tbody></table></div>\n");
    body.append(
        String.format(
            Locale.ROOT,
            "<p class=\"soft\">One core; nine packets of ten are the attack's. An onset holds when"
                + " the slowest %.0f ms that its rounds have in common reach %.0f%% of the rate that"
                + " the attacked traffic settles at. Control is the same for a switch from clean to"
                + " clean frames.</p>%n",
            windowMs,
            100 * ratioMin));
    return body.toString();
  }

  private String plots() {
    StringBuilder body = new StringBuilder();
    for (OnsetResult attack : attacks) {
      body.append(
          "<h3>%s: %s</h3>%n<div class=\"card\">%n"
              .formatted(escaped(attack.attack()), escaped(attack.description())));
      body.append(OnsetPlot.of(attack)).append("</div>\n");
    }
    return body.toString();
  }
}

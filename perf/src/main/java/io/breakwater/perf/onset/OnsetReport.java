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
            + "%-21s %7s %7s %7s %6s %7s %6s %6s  %s%n",
        "attack", "clean", "worst", "steady", "ratio", "at ms", "contr.", "deopts", "verdict");
    for (OnsetResult attack : attacks) {
      OnsetMeasurement round = attack.shown();
      out.printf(
          Locale.ROOT,
          "%-21s %7.2f %7.2f %7.2f %6.2f %7.0f %6.2f %6d  %s%n",
          attack.attack(),
          round.cleanMpps(),
          round.worstMpps(),
          round.steadyMpps(),
          round.ratio(),
          round.worstAtMs(),
          round.controlRatio(),
          attack.deoptimizations(),
          attack.verdict().text());
    }
    out.printf(
        "%nclean: before the attack; worst: the slowest %.0f ms after it began, at so many ms;"
            + " steady: what it settles at; ratio:%nworst by steady, at least %.2f; contr.: the"
            + " same for a switch from clean to clean, which shows the machine's noise;%ndeopts:"
            + " compiled code that the worker had to leave, all rounds together.%n%n",
        windowMs, ratioMin);
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
        <thead><tr><th>Attack</th><th>Verdict</th><th>Clean<br/>Mpps</th><th>Worst<br/>10 ms</th>\
        <th>Steady<br/>Mpps</th><th>Worst by<br/>steady</th><th>At ms</th><th>Control</th>\
        <th>Deopti-<br/>mizations</th></tr></thead>
        <tbody>
        """);
    for (OnsetResult attack : attacks) {
      OnsetMeasurement round = attack.shown();
      body.append(
          String.format(
              Locale.ROOT,
              "<tr class=\"first\"><td>%s</td><td>%s</td><td>%.2f</td><td>%.2f</td><td>%.2f</td>"
                  + "<td>%.2f</td><td>%.0f</td><td>%.2f</td><td>%d</td></tr>%n",
              escaped(attack.attack()),
              attack.verdict().text(),
              round.cleanMpps(),
              round.worstMpps(),
              round.steadyMpps(),
              round.ratio(),
              round.worstAtMs(),
              round.controlRatio(),
              attack.deoptimizations()));
    }
    body.append("</tbody></table></div>\n");
    body.append(
        String.format(
            Locale.ROOT,
            "<p class=\"soft\">One core; nine packets of ten are the attack's. An onset holds when"
                + " its slowest %.0f ms reach %.0f%% of the rate that the attacked traffic settles"
                + " at. Control is the same for a switch from clean to clean frames.</p>%n",
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

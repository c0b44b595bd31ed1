package io.breakwater.perf.compare;

import io.breakwater.perf.report.SvgPlot;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;

/** {@link StageDifferences} for the terminal and for the page. */
final class StageTable {

  private static final String ROW = "%-21s %-19s %8s %8s %9s  %-24s %8s  %s%n";

  static final String DECISION =
      "A stage is judged beside the others of its round, at the speed of the machine that the stage"
          + " in the middle tells; its p is corrected for the number of stages (Holm), its interval is"
          + " not. Stages make a verdict if one of them changed so, and all that changed for certain"
          + " do together.";

  private StageTable() {}

  static void print(PrintWriter out, String title, Map<String, StageDifferences> byProfile) {
    out.printf("%s%n%n", title);
    out.printf(
        ROW,
        "profile",
        "stage",
        "before",
        "after",
        "of itself",
        "of the whole (95% sure)",
        "p",
        "verdict");
    byProfile.forEach((profile, differences) -> {
      if (differences.notJudged() != null) {
        out.printf("%-21s not judged: %s%n", profile, differences.notJudged());
      }
      String label = profile;
      for (StageDifference stage : differences.stages()) {
        out.printf(
            ROW,
            label,
            stage.stage(),
            number("%.1f", stage.before()),
            number("%.1f", stage.after()),
            stage.ofItselfText(),
            stage.ofWholeText(),
            number("%.4f", stage.p()),
            verdict(stage));
        label = "";
      }
    });
  }

  static void append(StringBuilder body, Map<String, StageDifferences> byProfile) {
    body.append(
        "<div class=\"card\"><table>\n<thead><tr><th>Profile</th><th>Stage</th><th>Verdict</th>"
            + "<th>Cycles<br/>before</th><th>Cycles<br/>after</th><th>Of itself</th>"
            + "<th>Of the whole<br/>(95% sure)</th><th>p</th></tr></thead>\n<tbody>\n");
    byProfile.forEach((profile, differences) -> {
      if (differences.notJudged() != null) {
        row(body, profile, "", differences.notJudged(), "", "", "", "", "");
      }
      for (StageDifference stage : differences.stages()) {
        row(
            body,
            profile,
            stage.stage(),
            verdict(stage),
            number("%.1f", stage.before()),
            number("%.1f", stage.after()),
            stage.ofItselfText(),
            stage.ofWholeText(),
            number("%.4f", stage.p()));
      }
    });
    body.append("</tbody></table></div>\n");
  }

  private static void row(StringBuilder body, String... cells) {
    body.append("<tr>");
    for (String cell : cells) {
      body.append("<td>").append(SvgPlot.escaped(cell)).append("</td>");
    }
    body.append("</tr>\n");
  }

  private static String verdict(StageDifference stage) {
    return stage.isChanged() ? stage.verdict().text() : "-";
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}

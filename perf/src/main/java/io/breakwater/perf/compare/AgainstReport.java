package io.breakwater.perf.compare;

import io.breakwater.perf.report.PageSection;
import io.breakwater.perf.report.ReportPart;
import io.breakwater.perf.report.SvgPlot;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What became of each profile since another build, from rounds of both in turn.
 *
 * @param build the other one's folder
 */
public record AgainstReport(String build, List<PairedDifference> profiles) implements ReportPart {

  private static final String ROW = "%-21s %9s %9s  %-24s %8s %8s  %s%n";

  /** Whether this build is slower in a profile. */
  public boolean slower() {
    return profiles.stream().anyMatch(PairedDifference::slower);
  }

  @Override
  public void print(PrintWriter out) {
    out.printf("%nThis build against %s, cycles per packet of Java:%n%n", build);
    out.printf(ROW, "profile", "before", "after", "change (95% sure)", "p", "pairs", "verdict");
    for (PairedDifference one : profiles) {
      out.printf(
          ROW,
          one.profile(),
          number("%.1f", one.before()),
          number("%.1f", one.after()),
          one.changeText(),
          one.pText(),
          one.pairsText(),
          one.explanation());
    }
    out.println();
    StageTable.print(out, "Stages, cycles per packet at the machine's usual speed:", stages());
    out.printf("%n%s%n", decision());
  }

  /** By the profiles' names. */
  private Map<String, StageDifferences> stages() {
    Map<String, StageDifferences> stages = new LinkedHashMap<>();
    profiles.forEach(one -> stages.put(one.profile(), one.stages()));
    return stages;
  }

  private static String decision() {
    return String.format(
        Locale.ROOT,
        "Decided by exact two-sided Wilcoxon signed-rank tests of pairs of processes that took"
            + " turns: p < %.2f and a change of at least %.0f%% of the whole. A turn counts when both"
            + " sides had at least %.0f%% of their core. %s",
        BenchDifference.ALPHA,
        100 * BenchDifference.CHANGE_MIN,
        100 * PairedRound.CORE_SHARE_MIN,
        StageTable.DECISION);
  }

  @Override
  public List<PageSection> sections() {
    StringBuilder body = new StringBuilder();
    body.append(
        "<div class=\"card\"><table>\n<thead><tr><th>Profile</th><th>Verdict</th><th>Cycles<br/>before</th>"
            + "<th>Cycles<br/>after</th><th>Change<br/>(95% sure)</th><th>p</th><th>Pairs</th></tr></thead>\n<tbody>\n");
    for (PairedDifference one : profiles) {
      body.append("<tr class=\"first\">");
      body.append(cell("", one.profile()))
          .append(cell(" class=\"words\"", one.explanation()))
          .append(cell("", number("%.1f", one.before())))
          .append(cell("", number("%.1f", one.after())))
          .append(cell("", one.changeText()))
          .append(cell("", one.pText()))
          .append(cell("", one.pairsText()));
      body.append("</tr>\n");
    }
    body.append("</tbody></table></div>\n");
    StageTable.append(body, stages());
    body.append("<p class=\"soft\">").append(SvgPlot.escaped(decision())).append("</p>\n");
    return List.of(new PageSection("Against " + build, body.toString()));
  }

  private static String cell(String attributes, String text) {
    return "<td%s>%s</td>".formatted(attributes, SvgPlot.escaped(text));
  }

  private static String number(String format, double value) {
    return String.format(Locale.ROOT, format, value);
  }
}

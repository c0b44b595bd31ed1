package io.breakwater.perf.acl;

import static io.breakwater.perf.report.SvgPlot.escaped;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.breakwater.perf.report.NoiseRule;
import io.breakwater.perf.report.PageSection;
import io.breakwater.perf.report.ReportPart;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;

/** What {@code dpdk-test-acl} took for the rules of the firewall profiles. */
public record AclReport(List<Row> profiles) implements ReportPart {

  /** Its key in the JSON report. */
  public static final String LABEL = "dpdk-test-acl";

  /**
   * One profile's.
   *
   * @param rules of the one tenant whose rules and flows it had
   * @param batch flows in a call
   * @param cycles of a lookup, by round
   * @param notMeasured why there are none, or null
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Row(
      String profile, int rules, int flows, int batch, List<Double> cycles, String notMeasured) {

    public Row {
      cycles = List.copyOf(cycles);
    }

    private String text() {
      if (notMeasured != null) {
        return "%s: dpdk-test-acl: not measured: %s".formatted(profile, notMeasured);
      }
      double[] sorted = cycles.stream().mapToDouble(Double::doubleValue).sorted().toArray();
      return String.format(
          Locale.ROOT,
          "%s: dpdk-test-acl takes %.1f cycles (%.1f to %.1f) for a lookup in one tenant's %,d rules,"
              + " batch %d, %,d flows.",
          profile,
          NoiseRule.median(sorted),
          sorted[0],
          sorted[sorted.length - 1],
          rules,
          batch,
          flows);
    }
  }

  public AclReport {
    profiles = List.copyOf(profiles);
  }

  private static final String ABOUT =
      "A bare lookup by rte_acl: keys are prepared, all packets are of one tenant, nothing is"
          + " received or sent.";

  @Override
  public void print(PrintWriter out) {
    out.println();
    profiles.forEach(row -> out.println(row.text()));
    out.println(ABOUT);
  }

  @Override
  public List<PageSection> sections() {
    StringBuilder body = new StringBuilder();
    for (Row row : profiles) {
      body.append("<p>").append(escaped(row.text())).append("</p>\n");
    }
    body.append("<p class=\"soft\">").append(escaped(ABOUT)).append("</p>\n");
    return List.of(new PageSection("Beside dpdk-test-acl", body.toString()));
  }
}

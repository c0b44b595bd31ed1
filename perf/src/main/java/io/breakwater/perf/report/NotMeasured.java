package io.breakwater.perf.report;

import java.io.PrintWriter;
import java.util.List;

/** In the place of a study's result: why there is none. */
public record NotMeasured(String study, String notMeasured) implements ReportPart {

  @Override
  public void print(PrintWriter out) {
    out.printf("%n%s: not measured: %s%n", study, notMeasured);
  }

  @Override
  public List<PageSection> sections() {
    return List.of(
        new PageSection(
            study, "<p>Not measured: %s</p>%n".formatted(SvgPlot.escaped(notMeasured))));
  }
}

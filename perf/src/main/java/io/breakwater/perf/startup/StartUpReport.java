package io.breakwater.perf.startup;

import static io.breakwater.perf.report.SvgPlot.escaped;

import io.breakwater.perf.report.PageSection;
import io.breakwater.perf.report.ReportPart;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** What {@link StartUpStudy} found: all starts of each way to start. */
record StartUpReport(List<Way> ways) implements ReportPart {

  /**
   * One way to start.
   *
   * @param name what is different about it
   */
  record Way(String name, List<StartUpMeasurement> starts) {

    Way {
      starts = List.copyOf(starts);
    }

    /** Least, median and most. */
    double[] spread(ToDoubleFunction<StartUpMeasurement> value) {
      double[] sorted = starts.stream().mapToDouble(value).sorted().toArray();
      return new double[] {sorted[0], sorted[sorted.length / 2], sorted[sorted.length - 1]};
    }

    private String seconds(ToDoubleFunction<StartUpMeasurement> ms) {
      double[] spread = spread(ms);
      return String.format(
          Locale.ROOT, "%.2f (%.2f-%.2f)", spread[1] / 1_000, spread[0] / 1_000, spread[2] / 1_000);
    }

    private List<String> cells() {
      return List.of(
          seconds(StartUpMeasurement::readyMs),
          seconds(StartUpMeasurement::firstPacketMs),
          seconds(StartUpMeasurement::fullRateMs),
          seconds(StartUpMeasurement::cpuMs),
          String.format(Locale.ROOT, "%.2f", spread(StartUpMeasurement::steadyMpps)[1]));
    }
  }

  StartUpReport {
    ways = List.copyOf(ways);
  }

  @Override
  public void print(PrintWriter out) {
    out.printf(
        "Start-up: seconds from exec, median (least-most)%n%-15s %18s %18s %18s %18s %6s%n",
        "", "ready", "first packet", "full rate", "CPU time", "Mpps");
    for (Way way : ways) {
      List<String> cells = way.cells();
      out.printf(
          "%-15s %18s %18s %18s %18s %6s%n",
          way.name(), cells.get(0), cells.get(1), cells.get(2), cells.get(3), cells.get(4));
    }
    out.println();
  }

  @Override
  public List<PageSection> sections() {
    StringBuilder body =
        new StringBuilder(
            """
            <div class="card"><table>
            <thead><tr><th>Start</th><th>Ready</th><th>First packet</th><th>Full rate</th>\
            <th>CPU time</th><th>Steady<br/>Mpps</th></tr></thead>
            <tbody>
            """);
    for (Way way : ways) {
      body.append("<tr class=\"first\"><td>").append(escaped(way.name())).append("</td>");
      way.cells().forEach(cell -> body.append("<td>").append(cell).append("</td>"));
      body.append("</tr>\n");
    }
    body.append(
        """
        </tbody></table></div>
        <p class="soft">Seconds from the exec of the appliance's process, median (least-most).
        Packets come back over a memif, which limits the rate.</p>
        """);
    return List.of(new PageSection("Start-up", body.toString()));
  }
}

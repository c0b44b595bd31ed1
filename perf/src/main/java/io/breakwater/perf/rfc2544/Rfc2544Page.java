package io.breakwater.perf.rfc2544;

import static io.breakwater.perf.report.SvgPlot.escaped;

import io.breakwater.perf.report.PageSection;
import io.breakwater.perf.rfc2544.LatencyAt.PercentileUs;
import io.breakwater.perf.rfc2544.Rfc2544Part.Rate;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The sections of a page for {@link Rfc2544Part}: tables, plots and a sentence on each. */
final class Rfc2544Page {

  private final Rfc2544Part part;

  Rfc2544Page(Rfc2544Part part) {
    this.part = part;
  }

  List<PageSection> sections() {
    List<PageSection> sections = new ArrayList<>();
    sections.add(new PageSection("RFC 2544: throughput", throughput()));
    sections.add(new PageSection("RFC 2544: latency", latency()));
    if (!part.frameLoss().isEmpty()) {
      sections.add(new PageSection("RFC 2544: frame loss", frameLoss()));
    }
    sections.add(new PageSection("RFC 2544: back-to-back frames", backToBack()));
    return sections;
  }

  private String throughput() {
    StringBuilder commands = new StringBuilder();
    for (String command : part.setup().commands()) {
      commands.append("<p class=\"soft\"><code>%s</code></p>\n".formatted(escaped(command)));
    }
    return """
    <div class="card"><table>
    <thead><tr><th>Rate</th><th>Limit</th><th>Mpps</th><th>least</th><th>most</th></tr></thead>
    <tbody>
    %s%s%s%s</tbody></table></div>
    <p class="soft">%s; generator: %s. Medians, least and most of %d rounds; trials of %s s,
    %d in all, and %d more that were not sent as ordered. The method is RFC 9971's, to half a
    percent.</p>
    <details><summary class="soft">Commands</summary>
    %s</details>
    """
        .formatted(
            row("No-drop rate (NDR)", part.ndr()),
            row("Partial-drop rate (PDR), 0.5 %", part.pdr()),
            cells("The generator's most", "", part.generatorMax()),
            cells("Ceiling without an appliance", "", part.setup().ceiling()),
            escaped(part.setup().traffic()),
            escaped(part.setup().generator()),
            part.setup().rounds(),
            part.setup().seconds(),
            part.trials() - part.repeatedTrials(),
            part.repeatedTrials(),
            commands);
  }

  private static String row(String name, Rate rate) {
    String limit =
        switch (rate.limit()) {
          case DEVICE -> "device";
          case GENERATOR -> "generator: the device may be faster";
        };
    return cells(name, rate.packetsPerSecond().measured() ? limit : "", rate.packetsPerSecond());
  }

  private static String cells(String name, String limit, Repeated rate) {
    String start = "<tr class=\"first\"><td>%s</td><td>%s</td>".formatted(name, limit);
    return rate.measured()
        ? start
            + "<td>%s</td><td>%s</td><td>%s</td></tr>\n"
                .formatted(mpps(rate.median()), mpps(rate.min()), mpps(rate.max()))
        : start + "<td colspan=\"3\">%s</td></tr>\n".formatted(escaped(rate.text("%.3f", 1e6)));
  }

  private String latency() {
    if (part.latency().isEmpty()) {
      return "<p>Not measured: there is no rate, or the generator has no time stamps.</p>\n";
    }
    StringBuilder body = new StringBuilder("<div class=\"card\"><table>\n<thead><tr>");
    body.append("<th>Load</th><th>Mpps</th>");
    LatencyTest.PERCENTILES.forEach(one -> body.append("<th>%s</th>".formatted(percent(one))));
    body.append("<th>max</th></tr></thead>\n<tbody>\n");
    part.latency().forEach(at -> body.append(row(at)));
    body.append("</tbody></table></div>\n");
    List<LatencyAt> measured = part.latency().stream().filter(LatencyAt::measured).toList();
    if (!measured.isEmpty()) {
      body.append("<div class=\"card\">\n<ul class=\"legend\">\n");
      for (int i = 0; i < measured.size(); i++) {
        body.append(
            "<li><span class=\"stage-%d\"></span>%d %% of %s</li>\n"
                .formatted(i, measured.get(i).percentOfRate(), part.latencyBase()));
      }
      body.append("</ul>\n").append(Rfc2544Plots.latency(measured)).append("</div>\n");
    }
    return body.append(
            "<p class=\"soft\">Microseconds from when a packet was due until it was back; medians of"
                + " the rounds in the table, all rounds together in the plot.</p>\n")
        .toString();
  }

  private String row(LatencyAt at) {
    StringBuilder row =
        new StringBuilder(
            "<tr class=\"first\"><td>%d %% of %s</td><td>%s</td>"
                .formatted(at.percentOfRate(), part.latencyBase(), mpps(at.packetsPerSecond())));
    if (at.measured()) {
      for (PercentileUs one : at.percentiles()) {
        row.append("<td>%s</td>".formatted(us(one.us())));
      }
      row.append("<td>%s</td>".formatted(us(at.maxUs())));
    } else {
      row.append(
          "<td colspan=\"%d\">not measured: %s</td>"
              .formatted(
                  LatencyTest.PERCENTILES.size() + 1,
                  escaped(String.join("; ", at.notMeasured()))));
    }
    return row.append("</tr>\n").toString();
  }

  private String frameLoss() {
    return "<div class=\"card\">\n"
        + Rfc2544Plots.frameLoss(part.frameLoss())
        + "</div>\n<p class=\"soft\">Of the packets sent, at parts of the generator's highest rate,"
        + " until two in succession lose nothing. Dots are medians, whiskers the rounds.</p>\n";
  }

  private String backToBack() {
    return "<p>%s</p>\n".formatted(escaped("Packets: " + bursts(part.backToBack()) + "."));
  }

  /** What the bursts say, in one sentence. */
  static String bursts(BackToBack.Result result) {
    if (result.unbounded() > result.searches()) {
      return "no burst was lost, however long: the device takes all that the generator can send";
    }
    if (result.searches() == 0) {
      return "not measured: "
          + String.join("; ", result.notMeasured().stream().distinct().toList());
    }
    String found =
        String.format(
            Locale.ROOT,
            "%,.0f on average (%,d to %,d) in %d searches",
            result.averagePackets(),
            result.minPackets(),
            result.maxPackets(),
            result.searches());
    if (result.burstPacketsPerSecond() == null) {
      return found;
    }
    found +=
        String.format(
            Locale.ROOT,
            " at %.3f Mpps, %.0f us",
            result.burstPacketsPerSecond() / 1e6,
            result.bufferSeconds() * 1e6);
    return result.correctedBufferPackets() == null
        ? found
        : found
            + String.format(
                Locale.ROOT,
                "; %,.0f of them had to wait (RFC 9004's correction)",
                result.correctedBufferPackets());
  }

  /** As many digits as it has. */
  static String percent(double percentile) {
    return BigDecimal.valueOf(percentile).stripTrailingZeros().toPlainString() + "%";
  }

  /** A median in microseconds, as short as it is exact. */
  static String us(Repeated value) {
    return value.measured()
        ? String.format(Locale.ROOT, value.median() < 100 ? "%.1f" : "%,.0f", value.median())
        : "-";
  }

  private static String mpps(double packetsPerSecond) {
    return String.format(Locale.ROOT, "%.3f", packetsPerSecond / 1e6);
  }
}

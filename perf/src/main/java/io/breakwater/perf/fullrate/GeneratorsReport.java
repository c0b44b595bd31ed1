package io.breakwater.perf.fullrate;

import static io.breakwater.perf.report.SvgPlot.escaped;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.breakwater.appliance.report.Snapshot;
import io.breakwater.perf.generator.Trial;
import io.breakwater.perf.report.PageSection;
import io.breakwater.perf.report.ReportPart;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What {@link GeneratorsStudy} found.
 *
 * @param ceilingMpps what the generator sent into a port that takes everything
 * @param rounds those that were done
 * @param problem why there are no more; else empty
 */
record GeneratorsReport(Setup setup, double ceilingMpps, List<Round> rounds, String problem)
    implements ReportPart {

  /**
   * What was measured.
   *
   * @param receives whether the generator takes what comes back; if not, the appliance cannot get
   *     rid of it
   */
  record Setup(
      String generator,
      String link,
      String workload,
      String applianceCommand,
      String generatorCommand,
      boolean receives) {}

  /**
   * One trial.
   *
   * @param sent packets, as the generator counts them
   * @param received what came back, as the generator counts it
   * @param seconds that it sent for
   * @param applianceReceived packets
   * @param applianceDelivered packets
   * @param applianceMissed packets that its port lost, for want of room
   * @param applianceDrops packets by reason
   */
  record Round(
      long sent,
      long received,
      double seconds,
      long applianceReceived,
      long applianceDelivered,
      long applianceMissed,
      Map<String, Long> applianceDrops) {

    static Round of(Trial trial, Snapshot before, Snapshot after) {
      Map<String, Long> drops = new TreeMap<>();
      after.drops().forEach(row -> drops.merge(row.reason(), row.packets(), Long::sum));
      before.drops().forEach(row -> drops.merge(row.reason(), -row.packets(), Long::sum));
      drops.values().removeIf(packets -> packets == 0);
      return new Round(
          trial.sent(),
          trial.received(),
          trial.seconds(),
          after.stats().received() - before.stats().received(),
          after.stats().delivered() - before.stats().delivered(),
          after.stats().missed() - before.stats().missed(),
          drops);
    }

    String line() {
      return String.format(
          Locale.ROOT,
          "sent %.2f Mpps, appliance received %.2f, delivered %.2f, back %.2f",
          mpps(sent),
          mpps(applianceReceived),
          mpps(applianceDelivered),
          mpps(received));
    }

    double mpps(long packets) {
      return packets / seconds / 1e6;
    }

    /** Sent, and neither received nor known to be missed. */
    @JsonIgnore
    long unseen() {
      return sent - applianceReceived - applianceMissed;
    }
  }

  private static final List<String> COLUMNS =
      List.of("round", "sent", "appliance in", "delivered", "back", "unseen", "dropped by reason");

  @Override
  public void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%ngenerators: %s over %s: %s%nappliance: %s%ngenerator: %s%n",
        setup.generator(),
        setup.link(),
        setup.workload(),
        setup.applianceCommand(),
        setup.generatorCommand());
    out.printf(
        Locale.ROOT, "%nInto a port that takes everything it sends %.2f Mpps.%n%n", ceilingMpps);
    if (!rounds.isEmpty()) {
      out.printf("%-7s %8s %13s %10s %8s %8s  %s%n", COLUMNS.toArray());
      rows().forEach(row -> out.printf("%-7s %8s %13s %10s %8s %8s  %s%n", row.toArray()));
      out.printf("%n%s%n", notes());
    }
    if (!problem.isEmpty()) {
      out.printf("%nNot finished: %s%n", problem);
    }
  }

  @Override
  public List<PageSection> sections() {
    StringBuilder body = new StringBuilder();
    body.append("<p>%s</p>%n".formatted(escaped(setup.workload())));
    body.append("<p>Appliance: <code>%s</code></p>%n".formatted(escaped(setup.applianceCommand())));
    body.append("<p>Generator: <code>%s</code></p>%n".formatted(escaped(setup.generatorCommand())));
    body.append(
        String.format(
            Locale.ROOT,
            "<p>Into a port that takes everything it sends %.2f Mpps.</p>%n",
            ceilingMpps));
    if (!rounds.isEmpty()) {
      body.append("<div class=\"card\"><table><thead>").append(row("th", COLUMNS));
      body.append("</thead><tbody>%n".formatted());
      rows().forEach(row -> body.append(row("td", row)));
      body.append("</tbody></table></div>%n<p class=\"soft\">%s</p>%n".formatted(escaped(notes())));
    }
    if (!problem.isEmpty()) {
      body.append("<p>Not finished: %s</p>%n".formatted(escaped(problem)));
    }
    String title = "Generator %s over %s".formatted(setup.generator(), setup.link());
    return List.of(new PageSection(title, body.toString()));
  }

  private static String row(String cell, List<String> texts) {
    StringBuilder row = new StringBuilder("<tr>");
    texts.forEach(text -> row.append("<%1$s>%2$s</%1$s>".formatted(cell, escaped(text))));
    return row.append("</tr>%n".formatted()).toString();
  }

  /** The cells of the table; the median of the rates comes last. */
  private List<List<String>> rows() {
    List<List<String>> rows = new ArrayList<>();
    for (int i = 0; i < rounds.size(); i++) {
      rows.add(cells(Integer.toString(i + 1), rounds.get(i)));
    }
    List<Round> sorted =
        rounds.stream()
            .sorted(Comparator.comparingDouble(round -> round.mpps(round.applianceReceived())))
            .toList();
    rows.add(cells("median", sorted.get(sorted.size() / 2)));
    return rows;
  }

  private static List<String> cells(String name, Round round) {
    return List.of(
        name,
        rate(round, round.sent()),
        rate(round, round.applianceReceived()),
        rate(round, round.applianceDelivered()),
        rate(round, round.received()),
        "%,d".formatted(round.unseen()),
        round.applianceDrops().isEmpty() ? "none" : round.applianceDrops().toString());
  }

  private static String rate(Round round, long packets) {
    return String.format(Locale.ROOT, "%.2f", round.mpps(packets));
  }

  private String notes() {
    String units =
        "Rates are Mpps; unseen are packets that were sent, and that the appliance neither received"
            + " nor counts as missed.";
    return setup.receives()
        ? units
        : units
            + " This generator takes nothing back: the appliance's ring is full, and it drops what"
            + " it cannot send.";
  }
}

package io.breakwater.appliance.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.breakwater.config.Appliance;
import io.breakwater.config.source.ConfigurationFiles;
import io.breakwater.workers.pipeline.firewall.FirewallCost;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;

/**
 * The result of {@code check --json}. The amounts are 0 where the configuration is wrong.
 *
 * @param problems in the order of the files and their lines
 * @param warnings of what has no effect, tenant by tenant
 * @param firewalls what they will cost, by tenant; also of those that cost too much
 */
@JsonPropertyOrder({
  "file",
  "ok",
  "ports",
  "tenants",
  "prefixes",
  "tunnels",
  "problems",
  "warnings",
  "firewalls"
})
public record CheckReport(
    String file,
    boolean ok,
    int ports,
    int tenants,
    int prefixes,
    int tunnels,
    List<ProblemReport> problems,
    List<ProblemReport> warnings,
    List<FirewallRow> firewalls) {

  /** Firewalls that are told in words. */
  private static final int DEAREST_MAX = 20;

  /** A mistake and its place; line and column count from 1. */
  @JsonPropertyOrder({"file", "line", "column", "message"})
  public record ProblemReport(String file, int line, int column, String message) {}

  /**
   * What a tenant's firewall will cost: {@code memory} in bytes, {@code cycles} of the worst
   * packet.
   */
  @JsonPropertyOrder({"tenant", "rules", "elements", "memory", "cycles"})
  public record FirewallRow(String tenant, int rules, long elements, long memory, long cycles) {

    @Override
    public String toString() {
      return "firewall of %s: %s, %s, %d bytes, at most %d cycles a packet"
          .formatted(
              tenant,
              amount(rules, "rule", "rules"),
              amount(elements, "element", "elements"),
              memory,
              cycles);
    }
  }

  public static CheckReport of(
      Path file, ConfigurationFiles.Result result, SortedMap<String, FirewallCost> costs) {
    List<ProblemReport> problems =
        result.problems().stream()
            .map(p -> new ProblemReport(p.file().toString(), p.line(), p.column(), p.message()))
            .toList();
    return result
        .configuration()
        .map(appliance ->
            new CheckReport(
                file.toString(),
                true,
                appliance.ports().size(),
                appliance.tenants().size(),
                prefixes(appliance),
                tunnels(appliance),
                problems,
                warnings(appliance),
                firewalls(costs)))
        .orElseGet(() ->
            new CheckReport(
                file.toString(), false, 0, 0, 0, 0, problems, List.of(), firewalls(costs)));
  }

  private static List<FirewallRow> firewalls(SortedMap<String, FirewallCost> costs) {
    List<FirewallRow> rows = new ArrayList<>();
    costs.forEach((tenant, cost) ->
        rows.add(
            new FirewallRow(tenant, cost.rules(), cost.elements(), cost.bytes(), cost.cycles())));
    return rows;
  }

  /** The dearest firewalls in words, and how many others there are. */
  public static List<String> dearest(SortedMap<String, FirewallCost> costs) {
    List<String> lines = new ArrayList<>();
    firewalls(costs).stream()
        .sorted(Comparator.comparingLong(FirewallRow::cycles).reversed())
        .limit(DEAREST_MAX)
        .forEach(row -> lines.add(row.toString()));
    if (costs.size() > DEAREST_MAX) {
      lines.add((costs.size() - DEAREST_MAX) + " firewalls cost less: see --json");
    }
    return lines;
  }

  private static List<ProblemReport> warnings(Appliance appliance) {
    return ConfigurationFiles.warnings(appliance).stream()
        .map(w ->
            new ProblemReport(
                w.place().source(), w.place().line(), w.place().column(), w.message()))
        .toList();
  }

  /** The amounts in words: {@code 2 ports, 14 tenants, 37 prefixes, 20 tunnels}. */
  public static String summary(Appliance appliance) {
    return String.join(
        ", ",
        amount(appliance.ports().size(), "port", "ports"),
        amount(appliance.tenants().size(), "tenant", "tenants"),
        amount(prefixes(appliance), "prefix", "prefixes"),
        amount(tunnels(appliance), "tunnel", "tunnels"));
  }

  private static int prefixes(Appliance appliance) {
    return appliance.tenants().values().stream().mapToInt(t -> t.prefixes().size()).sum();
  }

  private static int tunnels(Appliance appliance) {
    return appliance.tenants().values().stream().mapToInt(t -> t.tunnels().size()).sum();
  }

  private static String amount(long count, String one, String many) {
    return count + " " + (count == 1 ? one : many);
  }
}

package io.breakwater.appliance.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.breakwater.config.Appliance;
import io.breakwater.config.source.ConfigurationFiles;
import java.nio.file.Path;
import java.util.List;

/**
 * The result of {@code check --json}. The amounts are 0 where the configuration is wrong.
 *
 * @param problems in the order of the files and their lines
 * @param warnings of what has no effect, tenant by tenant
 */
@JsonPropertyOrder({
  "file",
  "ok",
  "ports",
  "tenants",
  "prefixes",
  "tunnels",
  "problems",
  "warnings"
})
public record CheckReport(
    String file,
    boolean ok,
    int ports,
    int tenants,
    int prefixes,
    int tunnels,
    List<ProblemReport> problems,
    List<ProblemReport> warnings) {

  /** A mistake and its place; line and column count from 1. */
  @JsonPropertyOrder({"file", "line", "column", "message"})
  public record ProblemReport(String file, int line, int column, String message) {}

  public static CheckReport of(Path file, ConfigurationFiles.Result result) {
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
                warnings(appliance)))
        .orElseGet(() -> new CheckReport(file.toString(), false, 0, 0, 0, 0, problems, List.of()));
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

  private static String amount(int count, String one, String many) {
    return count + " " + (count == 1 ? one : many);
  }
}

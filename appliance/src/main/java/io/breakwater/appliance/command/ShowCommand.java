package io.breakwater.appliance.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.control.ControlClient;
import io.breakwater.appliance.control.ControlSocketPath;
import io.breakwater.appliance.report.JsonOutput;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code show}: prints a part of a running appliance's state. */
@Command(
    name = "show",
    description =
        "Show the running appliance, through its control socket; counts are since its start.")
public final class ShowCommand implements Runnable {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  @Spec private CommandSpec spec;

  /** A part of the snapshot, by its JSON key in lower case. */
  enum Topic {
    STATS,
    TENANTS,
    TUNNELS,
    DROPS,
    STAGES,
    WORKERS,
    PORTS,
    NEIGHBOURS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(
      paramLabel = "TOPIC",
      arity = "0..1",
      defaultValue = "stats",
      description = "One of ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}.")
  private Topic topic;

  @Option(names = "--json", description = "Print it as JSON.")
  private boolean json;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "The appliance's name; needed where several run.")
  private String name;

  @Option(names = "--socket", paramLabel = "PATH", description = "The control socket itself.")
  private Path socket;

  @Override
  public void run() {
    JsonNode part = read().path(topic.toString());
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? JsonOutput.text(part) : TextTable.of(part));
    out.flush();
  }

  private JsonNode read() {
    Path path = socket;
    if (path == null) {
      path = name == null ? ControlSocketPath.ofTheOnly() : ControlSocketPath.of(name);
    }
    try {
      return MAPPER.readTree(ControlClient.snapshot(path));
    } catch (JsonProcessingException e) {
      throw CommandException.failure("not an answer of an appliance: socket=" + path, e);
    }
  }
}

package io.breakwater.appliance.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.control.ControlServer;
import io.breakwater.appliance.report.FlowText;
import io.breakwater.appliance.report.JsonOutput;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
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
    NEIGHBOURS,
    RSS,
    HOST;

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

  @Mixin private ApplianceOption appliance;

  @Option(
      names = "--flow",
      paramLabel = "FLOW",
      description = {
        "With rss: which queue, worker and tunnel a flow takes, such as",
        "'tcp 198.51.100.7:1234 203.0.113.9:443', 'udp [2001:db8::7]:53 [2001:db8::9]:53',",
        "'icmp 198.51.100.7 203.0.113.9'; of a packet in a tunnel, with the tunnel's ends in",
        "front: 'gre REMOTE LOCAL [key N] tcp ...'."
      })
  private String flow;

  @Override
  public void run() {
    JsonNode part = flow == null ? read(ControlServer.SNAPSHOT).path(topic.toString()) : readFlow();
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? JsonOutput.text(part) : TextTable.of(part));
    out.flush();
  }

  private JsonNode readFlow() {
    if (topic != Topic.RSS) {
      throw CommandException.wrongInput("--flow goes with rss: topic=" + topic);
    }
    try {
      return read(FlowText.REQUEST + FlowText.parse(flow));
    } catch (IllegalArgumentException e) {
      throw CommandException.wrongInput("--flow: " + e.getMessage());
    }
  }

  private JsonNode read(String request) {
    return appliance.ask(request);
  }
}

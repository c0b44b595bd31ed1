package io.breakwater.appliance.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.control.ControlServer;
import io.breakwater.appliance.report.FirewallReport;
import io.breakwater.appliance.report.FlowText;
import io.breakwater.appliance.report.JsonOutput;
import io.breakwater.appliance.report.MitigationReport;
import io.breakwater.appliance.report.ProtectionReport;
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
    HOST,
    FIREWALL,
    ATTACKS,
    MITIGATIONS,
    PROTECTION;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(
      paramLabel = "TOPIC",
      index = "0",
      arity = "0..1",
      defaultValue = "stats",
      description = "One of ${COMPLETION-CANDIDATES}; by default ${DEFAULT-VALUE}.")
  private Topic topic;

  @Parameters(
      paramLabel = "TENANT",
      index = "1",
      arity = "0..1",
      description = {
        "With firewall: whose. It is printed as nft lists a ruleset, with the packets and layer-3",
        "bytes that each rule has counted; for a rule without a counter behind a #."
      })
  private String tenant;

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
    if (tenant != null && topic != Topic.FIREWALL) {
      throw CommandException.wrongInput("a tenant goes with firewall: topic=" + topic);
    }
    JsonNode part = part();
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? JsonOutput.text(part) : text(part));
    out.flush();
  }

  private JsonNode part() {
    if (flow != null) {
      return readFlow();
    }
    return switch (topic) {
      case FIREWALL -> readFirewall();
      case PROTECTION -> appliance.ask(ProtectionReport.REQUEST).path(topic.toString());
      case ATTACKS, MITIGATIONS -> appliance.ask(MitigationReport.LIST).path(topic.toString());
      default -> appliance.ask(ControlServer.SNAPSHOT).path(topic.toString());
    };
  }

  private String text(JsonNode part) {
    return topic == Topic.FIREWALL ? part.get("ruleset").asText() : TextTable.of(part);
  }

  private JsonNode readFirewall() {
    if (tenant == null) {
      throw CommandException.wrongInput("firewall needs a tenant: show firewall TENANT");
    }
    return appliance.ask(FirewallReport.REQUEST + tenant);
  }

  private JsonNode readFlow() {
    if (topic != Topic.RSS) {
      throw CommandException.wrongInput("--flow goes with rss: topic=" + topic);
    }
    try {
      return appliance.ask(FlowText.REQUEST + FlowText.parse(flow));
    } catch (IllegalArgumentException e) {
      throw CommandException.wrongInput("--flow: " + e.getMessage());
    }
  }
}

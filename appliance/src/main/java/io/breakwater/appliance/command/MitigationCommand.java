package io.breakwater.appliance.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.breakwater.appliance.report.JsonOutput;
import io.breakwater.appliance.report.MitigationReport;
import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mitigation}: an operator's word on a rule against an attack, which always wins. */
@Command(
    name = "mitigation",
    description =
        "Pin or release a rule against an attack: pinned it drops until it is released, whatever"
            + " the tenant's protection.automatic says; what a released one fits is not mitigated"
            + " for an hour. `show mitigations` lists them.")
public final class MitigationCommand implements Runnable {

  @Spec private CommandSpec spec;

  /** What is done with it. */
  enum Action {
    PIN,
    RELEASE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(paramLabel = "ACTION", index = "0", description = "One of ${COMPLETION-CANDIDATES}.")
  private Action action;

  @Parameters(
      paramLabel = "ID",
      index = "1",
      description = "Such as acme-20261124-163012-1, of `show mitigations` or of the journal.")
  private String id;

  @Option(names = "--json", description = "Print the rule as JSON.")
  private boolean json;

  @Mixin private ApplianceOption appliance;

  @Override
  public void run() {
    JsonNode row = appliance.ask(MitigationReport.REQUEST + action + " " + id);
    PrintWriter out = spec.commandLine().getOut();
    out.print(json ? JsonOutput.text(row) : TextTable.of(row));
    out.flush();
  }
}

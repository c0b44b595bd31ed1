package io.breakwater.appliance.command;

import io.breakwater.appliance.ExitStatus;
import io.breakwater.appliance.daemon.FirewallBudget;
import io.breakwater.appliance.report.CheckReport;
import io.breakwater.appliance.report.JsonOutput;
import io.breakwater.config.source.ConfigurationFiles;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code check}: validates a configuration without running it. Needs no DPDK. */
@Command(
    name = "check",
    description = {
      "Validate a configuration and everything it names.",
      "Every problem is printed to standard error as FILE:LINE:COLUMN: MESSAGE. Firewall rules"
          + " that have no effect are only warned of: FILE:LINE:COLUMN: warning: MESSAGE.",
      "Of tenants' firewalls it tells what they will cost, those of the dearest twenty."
    })
public final class CheckCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationOption configuration;

  @Option(
      names = "--json",
      description = "Print the result, with the problems, as JSON to standard output.")
  private boolean json;

  @Override
  public Integer call() {
    var out = spec.commandLine().getOut();
    var budget = new FirewallBudget();
    if (json) {
      ConfigurationFiles.Result result = ConfigurationFiles.load(configuration.file(), budget);
      out.print(JsonOutput.text(CheckReport.of(configuration.file(), result, budget.costs())));
      out.flush();
      return result.problems().isEmpty() ? ExitStatus.DONE : ExitStatus.WRONG_INPUT;
    }
    var err = spec.commandLine().getErr();
    return ConfigurationOption.load(configuration.file(), err, budget)
        .map(appliance -> {
          ConfigurationFiles.warnings(appliance).forEach(err::println);
          err.flush();
          out.println(configuration.file() + ": ok: " + CheckReport.summary(appliance));
          CheckReport.dearest(budget.costs()).forEach(out::println);
          out.flush();
          return ExitStatus.DONE;
        })
        .orElse(ExitStatus.WRONG_INPUT);
  }
}

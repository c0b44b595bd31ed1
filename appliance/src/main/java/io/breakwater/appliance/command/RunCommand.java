package io.breakwater.appliance.command;

import io.breakwater.appliance.ExitStatus;
import io.breakwater.appliance.daemon.Daemon;
import io.breakwater.appliance.daemon.FirewallBudget;
import io.breakwater.appliance.daemon.LoadedConfiguration;
import io.breakwater.appliance.daemon.Signals;
import io.breakwater.config.source.TenantFiles;
import io.breakwater.workers.pipeline.firewall.PreparedFirewalls;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code run}: the appliance. */
@Command(
    name = "run",
    description = {
      "Run the appliance until SIGTERM or SIGINT.",
      "SIGHUP reads the configuration again: what is right goes live at once, what is wrong is"
          + " refused, and log and journal say which. Workers, devices, MTUs, limits and the"
          + " journal are fixed until the next start."
    })
public final class RunCommand implements Callable<Integer> {

  @Mixin private ConfigurationOption configuration;

  @Override
  public Integer call() {
    Signals signals = new Signals();
    signals.handle();
    PreparedFirewalls firewalls = new PreparedFirewalls();
    try (TenantFiles tenants = TenantFiles.watching()) {
      return configuration
          .load(tenants, new FirewallBudget(firewalls))
          .map(appliance ->
              new LoadedConfiguration(configuration.file(), appliance, tenants, firewalls))
          .map(loaded -> new Daemon(loaded, signals).run())
          .orElse(ExitStatus.WRONG_INPUT);
    }
  }
}

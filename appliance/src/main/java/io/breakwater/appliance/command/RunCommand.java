package io.breakwater.appliance.command;

import io.breakwater.appliance.ExitStatus;
import io.breakwater.appliance.daemon.Daemon;
import io.breakwater.appliance.daemon.Signals;
import io.breakwater.config.Appliance;
import io.breakwater.config.source.TenantFiles;
import java.util.Optional;
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
    TenantFiles tenants = new TenantFiles();
    Optional<Appliance> appliance = configuration.load(tenants);
    return appliance.isEmpty()
        ? ExitStatus.WRONG_INPUT
        : new Daemon(configuration.file(), appliance.get(), tenants, signals).run();
  }
}

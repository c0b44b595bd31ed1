package io.breakwater.appliance.command;

import io.breakwater.appliance.ExitStatus;
import io.breakwater.appliance.daemon.FirewallBudget;
import io.breakwater.config.Appliance;
import io.breakwater.config.source.ConfigurationFiles;
import io.breakwater.config.source.TenantFiles;
import io.breakwater.config.text.Problem;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * {@code -c FILE}: the configuration's main file, for every command that needs one.
 *
 * <p>Problems are messages, so they go to standard error, one a line and without a prefix, as a
 * compiler's do: an editor can jump to them.
 */
public final class ConfigurationOption {

  @Spec(Target.MIXEE)
  private CommandSpec mixee;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      required = true,
      description = "The configuration's main file.")
  private Path file;

  public Path file() {
    return file;
  }

  /**
   * Reads the configuration and prints its problems.
   *
   * @return empty where there is any problem: the command ends with {@link ExitStatus#WRONG_INPUT}
   */
  public Optional<Appliance> load() {
    return load(new TenantFiles(), new FirewallBudget());
  }

  /**
   * The same.
   *
   * @param tenants gets what was read of the tenants, for a reload
   */
  Optional<Appliance> load(TenantFiles tenants, FirewallBudget budget) {
    return load(file, tenants, mixee.commandLine().getErr(), budget);
  }

  /** The same for a file that was named in another way. */
  static Optional<Appliance> load(Path file, PrintWriter err) {
    return load(file, err, new FirewallBudget());
  }

  /** The same with a budget that is to remember what firewalls cost. */
  static Optional<Appliance> load(Path file, PrintWriter err, FirewallBudget budget) {
    return load(file, new TenantFiles(), err, budget);
  }

  private static Optional<Appliance> load(
      Path file, TenantFiles tenants, PrintWriter err, FirewallBudget budget) {
    ConfigurationFiles.Result result = ConfigurationFiles.load(file, tenants, budget);
    for (Problem problem : result.problems()) {
      err.println(problem);
    }
    err.flush();
    return result.configuration();
  }
}

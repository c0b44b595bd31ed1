package io.breakwater.appliance.command;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.config.Configurator;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** {@code --log-level}, for every command. */
public final class LogLevelOption {

  @Spec(Target.MIXEE)
  private CommandSpec mixee;

  @Option(
      names = "--log-level",
      paramLabel = "LEVEL",
      scope = picocli.CommandLine.ScopeType.INHERIT,
      description = "Log this and what is graver: error, warn, info (the default), debug, trace.")
  void level(String name) {
    Level level = Level.getLevel(name.toUpperCase(java.util.Locale.ROOT));
    if (level == null) {
      throw new ParameterException(
          mixee.commandLine(),
          "--log-level must be one of error, warn, info, debug, trace: level=" + name);
    }
    Configurator.setRootLevel(level);
  }
}

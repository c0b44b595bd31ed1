package io.breakwater.appliance;

import io.breakwater.appliance.command.CheckCommand;
import io.breakwater.appliance.command.CompletionCommand;
import io.breakwater.appliance.command.EventsCommand;
import io.breakwater.appliance.command.ExplainCommand;
import io.breakwater.appliance.command.LogLevelOption;
import io.breakwater.appliance.command.MitigationCommand;
import io.breakwater.appliance.command.ReplayCommand;
import io.breakwater.appliance.command.RunCommand;
import io.breakwater.appliance.command.ShowCommand;
import io.breakwater.appliance.command.VersionText;
import java.io.PrintWriter;
import java.util.ServiceLoader;
import org.apache.logging.log4j.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/**
 * The command line: {@code breakwater COMMAND ...}.
 *
 * <p>Data goes to standard output, messages and logs to standard error. The exit status is one of
 * {@link ExitStatus}. A foreseen error is one sentence; an unforeseen one is one line with a hint,
 * and its stack trace goes to the log at {@code --log-level debug}.
 */
@Command(
    name = "breakwater",
    description = "An edge of a network that protects other people's networks.",
    synopsisSubcommandLabel = "COMMAND",
    mixinStandardHelpOptions = true,
    subcommandsRepeatable = false,
    scope = CommandLine.ScopeType.INHERIT,
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:done",
      "1:it failed",
      "2:the input, the configuration or the command line is wrong"
    },
    subcommands = {
      RunCommand.class,
      CheckCommand.class,
      ReplayCommand.class,
      ExplainCommand.class,
      EventsCommand.class,
      ShowCommand.class,
      MitigationCommand.class,
      CompletionCommand.class
    })
public final class Breakwater implements Runnable {

  private static final String HINT =
      "; this is a defect: please report it with the output of --log-level debug";

  @Spec private CommandLine.Model.CommandSpec spec;

  @Mixin private LogLevelOption logLevel;

  /** Without a command there is nothing to do: that is a wrong command line. */
  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  public static void main(String[] arguments) {
    System.exit(execute(arguments));
  }

  /** Errors of the JVM, which picocli lets through, end like unforeseen exceptions. */
  private static int execute(String[] arguments) {
    try {
      return commandLine().execute(arguments);
    } catch (Error e) {
      System.err.println("breakwater: unexpected: " + e + HINT);
      LogManager.getLogger(Breakwater.class).debug("failed", e);
      return ExitStatus.FAILED;
    }
  }

  /** The whole command line, with the commands of all {@link CommandProvider}s. */
  public static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Breakwater());
    for (CommandProvider provider : ServiceLoader.load(CommandProvider.class)) {
      commandLine.addSubcommand(provider.command());
    }
    return commandLine
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionStrategy(Breakwater::executeOrTellVersion)
        .setExecutionExceptionHandler(Breakwater::afterException);
  }

  /** Not picocli's version provider, which is asked at every start: DPDK's version takes long. */
  private static int executeOrTellVersion(ParseResult parseResult) {
    for (CommandLine command : parseResult.asCommandLineList()) {
      if (command.getParseResult().isVersionHelpRequested()) {
        VersionText.lines().forEach(command.getOut()::println);
        command.getOut().flush();
        return ExitStatus.DONE;
      }
    }
    return new CommandLine.RunLast().execute(parseResult);
  }

  private static int afterException(
      Exception exception, CommandLine commandLine, ParseResult parseResult) {
    PrintWriter err = commandLine.getErr();
    String name = commandLine.getCommandSpec().qualifiedName();
    if (exception instanceof CommandException foreseen) {
      err.println(name + ": " + foreseen.getMessage());
      LogManager.getLogger(Breakwater.class).debug("{} failed", name, exception);
      return foreseen.exitStatus();
    }
    err.println(name + ": unexpected: " + exception + HINT);
    LogManager.getLogger(Breakwater.class).debug("{} failed", name, exception);
    return ExitStatus.FAILED;
  }
}

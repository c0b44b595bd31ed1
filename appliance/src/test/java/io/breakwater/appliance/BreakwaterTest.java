package io.breakwater.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.journal.JournalEvent.PortDown;
import io.breakwater.appliance.journal.JournalWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;

class BreakwaterTest {

  @TempDir private Path directory;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Command(name = "break-down")
  record BreakDown(RuntimeException cause) implements Runnable {
    @Override
    public void run() {
      throw cause;
    }
  }

  @Test
  void shouldPrintHelpOfEveryCommand() {
    for (String name : Breakwater.commandLine().getSubcommands().keySet()) {
      StringWriter help = new StringWriter();
      int status = Breakwater.commandLine().setOut(new PrintWriter(help)).execute(name, "--help");

      assertEquals(ExitStatus.DONE, status, name);
      assertTrue(help.toString().startsWith("Usage: breakwater " + name), help.toString());
    }
  }

  @Test
  void shouldPrintVersionOfProgramAndJdk() {
    assertEquals(ExitStatus.DONE, execute("--version"));
    assertTrue(out.toString().startsWith("breakwater "), out.toString());
    assertTrue(out.toString().contains("\nJDK 25"), out.toString());
    assertTrue(out.toString().contains("\nDPDK"), out.toString());
  }

  @Test
  void shouldRefuseWrongCommandLine() {
    for (String[] arguments :
        new String[][] {
          {}, {"no-such-command"}, {"events", "--no-such-option"}, {"events", "--log-level", "loud"}
        }) {
      assertEquals(ExitStatus.WRONG_INPUT, execute(arguments));
    }
  }

  @Test
  void shouldPrintCompletionScript() {
    assertEquals(ExitStatus.DONE, execute("completion"));
    assertTrue(out.toString().contains("complete -F _complete_breakwater"), "no completion");
  }

  @Test
  void shouldEndWithOneLineWhenCommandFails() {
    assertEquals(
        ExitStatus.FAILED, breakDown(CommandException.failure("the port is gone: port=a")));
    assertEquals("breakwater break-down: the port is gone: port=a\n", err.toString());
  }

  @Test
  void shouldEndWithHintOnUnexpectedException() {
    assertEquals(ExitStatus.FAILED, breakDown(new IllegalStateException("odd")));
    assertEquals(
        "breakwater break-down: unexpected: java.lang.IllegalStateException: odd; this is a"
            + " defect: please report it with the output of --log-level debug\n",
        err.toString());
  }

  @Test
  void shouldPrintEventsOfJournal() throws IOException {
    Instant now = Instant.parse("2026-11-23T01:02:03Z");
    try (JournalWriter writer = JournalWriter.open(directory, 4 << 20, () -> now)) {
      writer.append(new PortDown("uplink", "net_null0"));

      assertEquals(ExitStatus.DONE, execute("events", "--journal", directory.toString()));
      assertEquals(
          "2026-11-23T01:02:03.000000000Z port-down: uplink (net_null0)\n", out.toString());
    }
  }

  @Test
  void shouldRefuseEventsOfMissingJournal() {
    String absent = directory.resolve("absent").toString();

    assertEquals(ExitStatus.WRONG_INPUT, execute("events", "--journal", absent));
    assertEquals(
        "breakwater events: " + absent + ": no journal here: no such directory\n", err.toString());
  }

  private int breakDown(RuntimeException cause) {
    return withOutput(Breakwater.commandLine().addSubcommand(new BreakDown(cause)))
        .execute("break-down");
  }

  private int execute(String... arguments) {
    return withOutput(Breakwater.commandLine()).execute(arguments);
  }

  private CommandLine withOutput(CommandLine commandLine) {
    return commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err, true));
  }
}

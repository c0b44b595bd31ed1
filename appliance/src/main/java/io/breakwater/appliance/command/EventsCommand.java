package io.breakwater.appliance.command;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.ExitStatus;
import io.breakwater.appliance.journal.JournalDirectory;
import io.breakwater.appliance.journal.JournalEntry;
import io.breakwater.appliance.journal.JournalException;
import io.breakwater.appliance.journal.JournalReader;
import io.breakwater.appliance.journal.JournalText;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code events}: prints the journal, oldest event first. */
@Command(
    name = "events",
    description = {
      "Print the journal: start and stop, ports up and down, configuration applied or refused,"
          + " neighbours found and lost.",
      "Works while the appliance runs; needs only the right to read the journal's directory."
    })
public final class EventsCommand implements Callable<Integer> {

  private static final long POLL_NS = 200_000_000L;

  @Spec private CommandSpec spec;

  @Option(
      names = {"-f", "--follow"},
      description = "At the end wait for more events, until interrupted.")
  private boolean follow;

  @Option(names = "--json", description = "One JSON object on each line.")
  private boolean json;

  @Option(
      names = "--journal",
      paramLabel = "DIR",
      description =
          "The journal's directory (journal.directory of the configuration). By default"
              + " /var/lib/breakwater/journal for root, else"
              + " $XDG_STATE_HOME/breakwater/journal.")
  private Path directory;

  @Override
  public Integer call() {
    Path journal = directory == null ? JournalDirectory.ofThisUser() : directory;
    PrintWriter out = spec.commandLine().getOut();
    try (JournalReader reader = JournalReader.open(journal)) {
      print(reader, out);
      // A reader of our output that has gone away ends the following.
      while (follow && !out.checkError() && !Thread.currentThread().isInterrupted()) {
        LockSupport.parkNanos(POLL_NS);
        print(reader, out);
      }
      return ExitStatus.DONE;
    } catch (JournalException e) {
      throw CommandException.wrongInput(e.getMessage(), e);
    }
  }

  private void print(JournalReader reader, PrintWriter out) throws JournalException {
    Optional<JournalEntry> entry = reader.next();
    while (entry.isPresent()) {
      out.println(json ? JournalText.json(entry.get()) : JournalText.human(entry.get()));
      entry = reader.next();
    }
    out.flush();
  }
}

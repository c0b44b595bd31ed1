package io.breakwater.appliance.daemon;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.ExitStatus;
import io.breakwater.appliance.command.VersionText;
import io.breakwater.appliance.control.ControlServer;
import io.breakwater.appliance.control.ControlSocketPath;
import io.breakwater.appliance.journal.JournalDirectory;
import io.breakwater.appliance.journal.JournalEvent.ConfigurationApplied;
import io.breakwater.appliance.journal.JournalEvent.Started;
import io.breakwater.appliance.journal.JournalEvent.Stopped;
import io.breakwater.appliance.journal.JournalException;
import io.breakwater.appliance.journal.JournalWriter;
import io.breakwater.appliance.report.CheckReport;
import io.breakwater.config.Appliance;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.dpdk.DpdkException;
import io.breakwater.dpdk.Eal;
import io.breakwater.dpdk.EalOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * A running appliance from its first line of log to its last: {@link #run} is the table of
 * contents.
 *
 * <pre>
 * journal (locked) -> secret -> DPDK -> packet path -> control loop until a signal
 *                                            <- everything closed the other way round
 * </pre>
 *
 * <p>All of it on one thread, the control thread, which is the caller's. What DPDK refuses is a
 * sentence for the operator and exit status 1.
 */
public final class Daemon {

  private static final Logger LOG = LogManager.getLogger("breakwater");
  private static final Pattern PCI_ADDRESS =
      Pattern.compile("([0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]");
  private static final int PREFIX_CHARACTERS_MAX = 20;

  private final LoadedConfiguration loaded;
  private final Appliance configuration;
  private final Signals signals;

  /**
   * @param signals handled already, so that a SIGHUP that comes early is obeyed later
   */
  public Daemon(LoadedConfiguration loaded, Signals signals) {
    this.loaded = loaded;
    this.configuration = loaded.appliance();
    this.signals = signals;
  }

  /**
   * Runs the appliance until SIGTERM or SIGINT.
   *
   * @return the exit status
   */
  public int run() {
    try (EventLog events = openJournal()) {
      readSecret();
      events.record(
          new Started(
              configuration.name(),
              VersionText.ofProgram(),
              ProcessHandle.current().pid(),
              loaded.file().toAbsolutePath().toString()));
      return runOnDpdk(events);
    }
  }

  /** A start that fails is told in the journal too. */
  private int runOnDpdk(EventLog events) {
    try {
      return startDpdk(events);
    } catch (RuntimeException e) {
      if (!events.stopRecorded()) {
        events.record(new Stopped(String.valueOf(e.getMessage()), 0, 0, 0));
      }
      throw e;
    }
  }

  private EventLog openJournal() {
    Path directory = configuration.journal().directory().orElseGet(JournalDirectory::ofThisUser);
    try {
      return new EventLog(
          JournalWriter.open(directory, configuration.journal().sizeMaxBytes(), Instant::now));
    } catch (JournalException e) {
      throw CommandException.failure(e.getMessage(), e);
    }
  }

  private void readSecret() {
    if (configuration.synCookieSecret().isEmpty()) {
      return;
    }
    Path secret = configuration.synCookieSecret().get();
    try {
      if (SecretFile.readOrCreate(secret).created()) {
        LOG.info("syn-cookies.secret made: copy it to all servers of the fleet: {}", secret);
      }
    } catch (IOException e) {
      throw CommandException.failure(e.getMessage(), e);
    }
  }

  private int startDpdk(EventLog events) {
    List<Integer> isolated = WorkerCores.isolated();
    PoolPlan estimate =
        PoolPlan.of(configuration, WorkerCores.countMax(configuration.workers(), isolated));
    try (Eal eal = Eal.start(ealOptions(estimate))) {
      List<Integer> cores =
          WorkerCores.choose(configuration.workers(), CpuAffinity.current(), isolated);
      LOG.info(
          "{}, memory {} MiB in {}, workers on cores {}",
          eal.version(),
          estimate.memoryMiB(),
          eal.hugepages() ? "hugepages" : "ordinary pages (slower: reserve hugepages)",
          cores);
      BooleanSupplier stopping = () -> !signals.stopSignal().isEmpty();
      try (PacketPath path = PacketPath.open(loaded, cores, events, stopping)) {
        events.record(
            new ConfigurationApplied(List.of("start: " + CheckReport.summary(configuration))));
        ControlLoop loop = new ControlLoop(path, events, signals);
        String reason = runWithSocket(loop);
        path.stop(reason);
        return path.failure() == null ? ExitStatus.DONE : ExitStatus.FAILED;
      }
    } catch (DpdkException e) {
      throw CommandException.failure(e.getMessage(), e);
    }
  }

  /** Without its control socket the appliance forwards all the same. */
  private String runWithSocket(ControlLoop loop) {
    ControlServer server = null;
    try {
      server = ControlServer.start(ControlSocketPath.of(configuration.name()), loop::answer);
    } catch (IOException | RuntimeException e) {
      LOG.warn("no control socket, `show` does not work: {}", e.getMessage());
    }
    try {
      return loop.run();
    } finally {
      if (server != null) {
        server.close();
      }
    }
  }

  private EalOptions ealOptions(PoolPlan plan) {
    String name = configuration.name().replaceAll("[^A-Za-z0-9._-]", "-");
    String prefix =
        name.substring(0, Math.min(PREFIX_CHARACTERS_MAX, name.length()))
            + "-"
            + ProcessHandle.current().pid();
    List<String> pciDevices =
        configuration.ports().stream()
            .map(io.breakwater.config.Port::device)
            .filter(device -> PCI_ADDRESS.matcher(device).matches())
            .toList();
    return EalOptions.of(prefix, plan.memoryMiB()).withPciDevices(pciDevices);
  }
}

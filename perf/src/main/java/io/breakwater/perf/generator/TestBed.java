package io.breakwater.perf.generator;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.report.Snapshot;
import io.breakwater.config.Appliance;
import io.breakwater.config.Journal;
import io.breakwater.config.MacAddress;
import io.breakwater.perf.traffic.ConfigurationFolder;
import io.breakwater.perf.traffic.Workload;
import io.breakwater.perf.traffic.WorkloadConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A whole appliance to measure: {@code breakwater run} with a configuration made of a {@link
 * Workload}, in its own process, on one port, which is one end of a {@link Link}. The other end is
 * a {@link Generator}'s.
 *
 * <p>Configuration, sockets, journal and log are in a folder of the temporary directory that {@link
 * #close} removes; the log of an appliance that failed is kept, and the message says where.
 *
 * <p>Used by one thread.
 */
public final class TestBed implements AutoCloseable {

  private static final AtomicInteger COUNT = new AtomicInteger();

  /** The least there may be. */
  private static final long JOURNAL_BYTES = 16L << 20;

  private final Appliance configuration;
  private final Path folder;
  private final Path main;
  private final ApplianceProcess process;
  private final Link link;

  private TestBed(
      Appliance configuration, Path folder, Path main, ApplianceProcess process, Link link) {
    this.configuration = configuration;
    this.folder = folder;
    this.main = main;
    this.process = process;
    this.link = link;
  }

  /** With an MTU of 1,500 and no options of Java but this process's. */
  public static TestBed start(Workload workload, String link, int core)
      throws InterruptedException {
    return start(workload, link, List.of(core), WorkloadConfiguration.MTU_BYTES, List.of());
  }

  /**
   * Starts an appliance, and waits until it forwards.
   *
   * @param link as on the command line: see {@link Links}
   * @param cores of its workers
   * @param javaOptions added to this process's own
   * @throws CommandException if the link cannot be (wrong input), or the appliance does not start
   */
  public static TestBed start(
      Workload workload, String link, List<Integer> cores, int mtuBytes, List<String> javaOptions)
      throws InterruptedException {
    return start(workload, link, Workload.OWN_MAC, cores, mtuBytes, javaOptions);
  }

  /**
   * The same, for a generator that sends to an Ethernet address of its choice.
   *
   * @param applianceMac of the appliance's port: see {@link Links#of}
   */
  public static TestBed start(
      Workload workload,
      String link,
      long applianceMac,
      List<Integer> cores,
      int mtuBytes,
      List<String> javaOptions)
      throws InterruptedException {
    try {
      Path folder = Files.createTempDirectory("breakwater-bed");
      try {
        return start(
            workload, Links.of(link, folder, applianceMac), folder, cores, mtuBytes, javaOptions);
      } catch (IOException | RuntimeException | InterruptedException e) {
        Folders.delete(folder);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TestBed start(
      Workload workload,
      Link link,
      Path folder,
      List<Integer> cores,
      int mtuBytes,
      List<String> javaOptions)
      throws IOException, InterruptedException {
    if (mtuBytes > link.mtuBytesMax()) {
      throw CommandException.wrongInput(
          "the link does not do this MTU: mtu=%d most=%d device=%s"
              .formatted(mtuBytes, link.mtuBytesMax(), link.applianceDevice()));
    }
    String name = "bed-%d-%d".formatted(ProcessHandle.current().pid(), COUNT.incrementAndGet());
    Appliance configuration =
        WorkloadConfiguration.of(
            workload,
            name,
            cores,
            link.applianceDevice(),
            mtuBytes,
            link.generatorMac(),
            new Journal(Optional.of(folder.resolve("journal")), JOURNAL_BYTES));
    Path main = ConfigurationFolder.write(configuration, folder);
    ApplianceProcess process = ApplianceProcess.start(name, main, javaOptions);
    try {
      Snapshot.PortRow port = process.awaitReady(link.applianceDevice()).ports().getFirst();
      Link wired = link.withApplianceMac(MacAddress.parse(port.mac()).bits());
      return new TestBed(configuration, folder, main, process, wired);
    } catch (RuntimeException | InterruptedException e) {
      process.kill();
      throw e;
    }
  }

  /** The generator's end is free; the appliance's Ethernet address is filled in. */
  public Link link() {
    return link;
  }

  /** What it runs with; a study may write it anew into {@link #folder}, and {@link #reload}. */
  public Appliance configuration() {
    return configuration;
  }

  /** Where the configuration's files are. */
  public Path folder() {
    return folder;
  }

  /** Its state and counters, as {@code show} gives them. */
  public Snapshot snapshot() {
    return process.snapshot();
  }

  /** Sends a SIGHUP; that it was obeyed is seen in {@link Snapshot.Stats#generation}. */
  public void reload() {
    process.reload();
  }

  public long pid() {
    return process.pid();
  }

  /** What it has logged so far. */
  public List<String> log() {
    return process.log();
  }

  /** How one would start it by hand. */
  public String commandLine() {
    return "./breakwater run -c " + main;
  }

  /**
   * Stops it with a SIGTERM, and removes its folder.
   *
   * @throws CommandException if it had ended before, or ended otherwise than with 0
   */
  @Override
  public void close() {
    try {
      process.stop();
    } finally {
      try {
        Folders.delete(folder);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}

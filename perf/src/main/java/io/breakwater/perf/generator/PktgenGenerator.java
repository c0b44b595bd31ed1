package io.breakwater.perf.generator;

import io.breakwater.appliance.CommandException;
import io.breakwater.perf.traffic.TrafficProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Pktgen-DPDK, sending a capture of the profile's frames again and again.
 *
 * <p>It is steered in Lua ({@link PktgenScript}), paced in ticks of the time stamp counter ({@link
 * PktgenPace}), and counts what its port has sent and received. It does not send packets that its
 * port does not take: it tries again, so nothing gets lost before the link. Its counters are up to
 * a second old: a trial reads them after the two seconds that RFC 2544 section 23 waits for late
 * packets.
 *
 * <p>It needs two threads beside the one that sends: its main one, which sleeps in a read here, and
 * a timer's, which polls the clock. Where that one shares a CPU with the sender, it gets a
 * thirtieth of it.
 */
public final class PktgenGenerator implements Generator {

  private static final String LABEL = "pktgen";
  private static final long ANSWER_TIMEOUT_NS = 60_000_000_000L;

  /** Mapping gigabytes of ordinary pages takes time. */
  private static final long START_TIMEOUT_NS = 120_000_000_000L;

  private static final long LINK_TIMEOUT_NS = 10_000_000_000L;
  private static final long LOOK_MS = 20;
  private static final long LATE_PACKETS_MS = 2_000;
  private static final long BURST_LOOK_MS = 1;

  /** Pktgen takes it as an unsigned number of 32 bits. */
  private static final long PACKETS_MAX = 0xFFFF_FFFFL;

  /** Bursts a second between trials, to catch up by. */
  private static final int IDLE_BURSTS_PER_SECOND = 1_000;

  private final List<String> command;
  private final Path folder;
  private final GeneratorProcess process;
  private double ticksPerSecond;

  private PktgenGenerator(List<String> command, Path folder, GeneratorProcess process) {
    this.command = command;
    this.folder = folder;
    this.process = process;
  }

  /**
   * Starts it, and waits until its link is up.
   *
   * @param core CPU of the thread that sends
   * @param mainCore CPU of all its other threads; may be the same
   * @throws CommandException if it does not start
   */
  static PktgenGenerator start(
      Path program, Link link, TrafficProfile profile, int core, int mainCore)
      throws InterruptedException {
    try {
      Path folder = Files.createTempDirectory("breakwater-pktgen");
      try {
        PktgenCommand command = PktgenCommand.of(program, link, profile, folder, core, mainCore);
        Files.writeString(command.script(), PktgenScript.TEXT);
        PktgenCapture.of(profile).write(profile, link, command.capture());
        return start(command, folder);
      } catch (IOException | RuntimeException | InterruptedException e) {
        Folders.delete(folder);
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PktgenGenerator start(PktgenCommand command, Path folder)
      throws InterruptedException {
    List<String> list = command.list();
    GeneratorProcess process =
        GeneratorProcess.start(LABEL, list, GeneratorProcess.Answers.ON_STANDARD_ERROR);
    try {
      PktgenGenerator generator = new PktgenGenerator(list, folder, process);
      process.until(line -> line.startsWith(PktgenScript.OK), START_TIMEOUT_NS);
      if (command.eal().core() == command.eal().mainCore()) {
        ThreadPriorities.lowerUnnamed(process.pid());
      }
      generator.awaitLink();
      generator.ticksPerSecond = PktgenPace.ticksPerSecond(generator.ask("calibration()"));
      return generator;
    } catch (GeneratorLostException e) {
      process.close();
      throw CommandException.failure("pktgen did not start: " + e.getMessage(), e);
    } catch (RuntimeException | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  private void awaitLink() throws InterruptedException {
    long deadlineNs = System.nanoTime() + LINK_TIMEOUT_NS;
    while (!ask("link()").contains("UP")) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw CommandException.failure(
            "pktgen's link did not come up: seconds=" + LINK_TIMEOUT_NS / 1_000_000_000L);
      }
      Thread.sleep(LOOK_MS);
    }
  }

  @Override
  public String label() {
    return LABEL;
  }

  @Override
  public Set<Ability> abilities() {
    return Set.of(Ability.RECEIVE, Ability.BURST);
  }

  @Override
  public Trial run(TrialOrder order) throws InterruptedException {
    requirePossible(order);
    long[] before = counters();
    PktgenPace pace = PktgenPace.of(order.packetsPerSecond(), ticksPerSecond);
    long startNs = System.nanoTime();
    ask("start(%d, %d, %d)".formatted(pace.burst(), pace.ticks(), order.packets()));
    if (order.packets() > 0) {
      awaitSent();
    } else {
      Thread.sleep((long) (order.seconds() * 1e3));
    }
    ask("stop(%d)".formatted((long) (ticksPerSecond / IDLE_BURSTS_PER_SECOND)));
    double seconds = (System.nanoTime() - startNs) / 1e9;
    Thread.sleep(LATE_PACKETS_MS);
    long[] after = counters();
    return new Trial(after[0] - before[0], after[1] - before[1], seconds, Optional.empty());
  }

  private static void requirePossible(TrialOrder order) {
    if (order.latency()) {
      throw CommandException.wrongInput(
          "pktgen does not measure latency here: use --generator builtin");
    }
    if (order.packets() > PACKETS_MAX) {
      throw CommandException.wrongInput(
          "pktgen sends bursts of %d packets at most: packets=%d"
              .formatted(PACKETS_MAX, order.packets()));
    }
  }

  /** As long as it sends; one that cannot is found by its counters, which stand still. */
  private void awaitSent() throws InterruptedException {
    long deadlineNs = System.nanoTime() + ANSWER_TIMEOUT_NS;
    long sent = counters()[0];
    while (ask("sending()").equals("y")) {
      if (System.nanoTime() - deadlineNs > 0) {
        long now = counters()[0];
        if (now == sent) {
          throw new GeneratorLostException("pktgen sends no more: sent=" + sent);
        }
        sent = now;
        deadlineNs = System.nanoTime() + ANSWER_TIMEOUT_NS;
      }
      Thread.sleep(BURST_LOOK_MS);
    }
  }

  /** Sent, and received. */
  private long[] counters() throws InterruptedException {
    String[] numbers = ask("counters()").split(" ");
    return new long[] {Long.parseLong(numbers[0]), Long.parseLong(numbers[1])};
  }

  private String ask(String call) throws InterruptedException {
    process.say("return " + call);
    String answer =
        process.until(line -> line.startsWith(PktgenScript.ANSWER), ANSWER_TIMEOUT_NS).getLast();
    if (!answer.startsWith(PktgenScript.OK)) {
      throw new GeneratorLostException("pktgen did not do %s: %s".formatted(call, answer));
    }
    return answer.substring(PktgenScript.OK.length());
  }

  @Override
  public String commandLine() {
    return String.join(" ", command);
  }

  @Override
  public void close() {
    process.close();
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.breakwater.perf.generator;

import io.breakwater.appliance.CommandException;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * DPDK's own testpmd, which sends as fast as it can ({@link TestpmdMode}); it cannot do it slower,
 * nor an exact number of packets. What its port does not take it drops, and does not count as sent.
 *
 * <p>Steered on its standard input. It echoes what it reads in the order in which it obeys, so a
 * comment's echo says that the command before it is done.
 */
public final class TestpmdGenerator implements Generator {

  private static final String COMMENT = "# breakwater ";
  private static final long ANSWER_TIMEOUT_NS = 60_000_000_000L;
  private static final long START_TIMEOUT_NS = 120_000_000_000L;
  private static final long LINK_TIMEOUT_NS = 10_000_000_000L;
  private static final long LOOK_MS = 20;
  private static final long LATE_PACKETS_MS = 200;

  private final TestpmdCommand command;
  private final List<String> list;
  private final GeneratorProcess process;
  private int commands;

  private TestpmdGenerator(TestpmdCommand command, List<String> list, GeneratorProcess process) {
    this.command = command;
    this.list = list;
    this.process = process;
  }

  /** Starts it, and waits until its link is up. */
  static TestpmdGenerator start(TestpmdCommand command) throws InterruptedException {
    List<String> list = command.list();
    GeneratorProcess process =
        GeneratorProcess.start("testpmd", list, GeneratorProcess.Answers.ON_STANDARD_OUTPUT);
    try {
      TestpmdGenerator generator = new TestpmdGenerator(command, list, process);
      generator.say("", START_TIMEOUT_NS);
      generator.awaitLink();
      return generator;
    } catch (GeneratorLostException e) {
      process.close();
      throw CommandException.failure("testpmd did not start: " + e.getMessage(), e);
    } catch (RuntimeException | InterruptedException e) {
      process.close();
      throw e;
    }
  }

  private void awaitLink() throws InterruptedException {
    long deadlineNs = System.nanoTime() + LINK_TIMEOUT_NS;
    while (say("show port info 0").stream().noneMatch(line -> line.equals("Link status: up"))) {
      if (System.nanoTime() - deadlineNs > 0) {
        throw CommandException.failure(
            "testpmd's link did not come up: seconds=" + LINK_TIMEOUT_NS / 1_000_000_000L);
      }
      Thread.sleep(LOOK_MS);
    }
  }

  @Override
  public String label() {
    return "testpmd " + command.mode().label();
  }

  @Override
  public Set<Ability> abilities() {
    return command.mode().abilities();
  }

  @Override
  public Trial run(TrialOrder order) throws InterruptedException {
    if (order.packetsPerSecond() != Double.POSITIVE_INFINITY
        || order.packets() > 0
        || order.latency()) {
      throw CommandException.wrongInput(
          "testpmd only sends as fast as it can, without time stamps: use --generator builtin or"
              + " pktgen");
    }
    say("clear port stats all");
    long startNs = System.nanoTime();
    say("start");
    Thread.sleep((long) (order.seconds() * 1e3));
    say("stop");
    double seconds = (System.nanoTime() - startNs) / 1e9;
    if (abilities().contains(Ability.RECEIVE)) {
      receiveLatePackets();
    }
    TestpmdStatistics statistics = TestpmdStatistics.parse(say("show port stats all"));
    return new Trial(statistics.sent(), statistics.received(), seconds, Optional.empty());
  }

  /** What is still in the link when it stops, it would count in the next trial. */
  private void receiveLatePackets() throws InterruptedException {
    say("set fwd rxonly");
    say("start");
    Thread.sleep(LATE_PACKETS_MS);
    say("stop");
    say("set fwd " + command.mode().label());
  }

  private List<String> say(String line) throws InterruptedException {
    return say(line, ANSWER_TIMEOUT_NS);
  }

  private List<String> say(String line, long timeoutNs) throws InterruptedException {
    String comment = COMMENT + ++commands;
    process.say(line);
    process.say(comment);
    return process.until(answer -> answer.endsWith(comment), timeoutNs);
  }

  @Override
  public String commandLine() {
    return String.join(" ", list);
  }

  /** It does not end when its standard input does. */
  @Override
  public void close() {
    try {
      process.say("quit");
    } catch (GeneratorLostException e) {
      // It has ended already: that is what we want.
    }
    process.close();
  }
}

package io.breakwater.perf.generator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A generator's program, which is told what to do in lines on its standard input, and answers in
 * lines.
 *
 * <p>One thread speaks to it. Another reads what it says, as a pipe that nobody empties would stop
 * it.
 */
final class GeneratorProcess implements AutoCloseable {

  /** Where a program's answers are. */
  enum Answers {
    /** And errors among them. */
    ON_STANDARD_OUTPUT,
    /** What else it prints is thrown away: a screen that is drawn again and again. */
    ON_STANDARD_ERROR
  }

  private static final int UNREAD_LINES_MAX = 4_096;
  private static final int QUOTED_LINES_MAX = 8;
  private static final int END_TIMEOUT_SECONDS = 5;

  /** Stands behind the last line. */
  private static final String END = new String("end");

  private final String label;
  private final Process process;
  private final Writer input;
  private final BlockingQueue<String> lines = new ArrayBlockingQueue<>(UNREAD_LINES_MAX);
  private final Deque<String> lastLines = new ArrayDeque<>();

  private GeneratorProcess(String label, Process process, InputStream answers) {
    this.label = label;
    this.process = process;
    input = process.outputWriter(StandardCharsets.UTF_8);
    Thread.ofVirtual().name(label + "-reader").start(() -> read(answers));
  }

  /**
   * @param label what it is called in messages
   */
  static GeneratorProcess start(String label, List<String> command, Answers answers) {
    ProcessBuilder builder = new ProcessBuilder(command);
    try {
      if (answers == Answers.ON_STANDARD_OUTPUT) {
        Process process = builder.redirectErrorStream(true).start();
        return new GeneratorProcess(label, process, process.getInputStream());
      }
      Process process = builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      return new GeneratorProcess(label, process, process.getErrorStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void read(InputStream answers) {
    try (BufferedReader reader =
        new BufferedReader(new InputStreamReader(answers, StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        lines.put(line);
      }
      lines.put(END);
    } catch (IOException | InterruptedException e) {
      // Its pipe was closed under us, by close(): nobody waits for more.
      lines.offer(END);
    }
  }

  long pid() {
    return process.pid();
  }

  /**
   * @throws GeneratorLostException if it has ended
   */
  void say(String line) {
    try {
      input.write(line + "\n");
      input.flush();
    } catch (IOException e) {
      throw lost("ended");
    }
  }

  /**
   * Waits for a line.
   *
   * @return the lines until then; the one that was waited for is the last
   * @throws GeneratorLostException if it ends, or says no such line in time
   */
  List<String> until(Predicate<String> wanted, long timeoutNs) throws InterruptedException {
    long deadlineNs = System.nanoTime() + timeoutNs;
    List<String> said = new ArrayList<>();
    while (true) {
      String line = lines.poll(deadlineNs - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (line == null) {
        throw lost("does not answer");
      }
      if (line == END) {
        lines.offer(END);
        throw lost("ended");
      }
      said.add(line);
      lastLines.addLast(line);
      if (lastLines.size() > QUOTED_LINES_MAX) {
        lastLines.removeFirst();
      }
      if (wanted.test(line)) {
        return said;
      }
    }
  }

  private GeneratorLostException lost(String what) {
    return new GeneratorLostException(
        "the generator %s: generator=%s its last words: %s"
            .formatted(what, label, String.join(" | ", lastLines)));
  }

  /** Closes its standard input, which ends it; kills it if that does not. */
  @Override
  public void close() {
    close(END_TIMEOUT_SECONDS);
  }

  void close(int timeoutSeconds) {
    try {
      input.close();
    } catch (IOException e) {
      // It has ended already: that is what we want.
    }
    try {
      process.waitFor(timeoutSeconds, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly().onExit().join();
  }
}

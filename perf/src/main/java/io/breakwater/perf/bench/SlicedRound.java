package io.breakwater.perf.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.breakwater.appliance.CommandException;
import io.breakwater.perf.process.AnswerWatch;
import io.breakwater.perf.process.ChildProcess;
import io.breakwater.perf.report.Measurement;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A round of Java that is measured in slices: a {@link JavaRound} that lives, warm, and stands
 * still between them (SIGSTOP). So two builds take turns on one core in tenths of a second, and a
 * machine whose speed changes from second to second is the same machine for both.
 */
final class SlicedRound implements AutoCloseable {

  private static final long START_TIMEOUT_S = 120;
  private static final long ANSWER_TIMEOUT_S = 60;
  private static final long STOP_TIMEOUT_S = 60;

  private final Process process;
  private final Path errors;
  private final Writer orders;
  private final BufferedReader results;

  /** Who is killed while the child stands still would leave it so for ever. */
  private final Thread hook;

  private SlicedRound(Process process, Path errors) {
    this.process = process;
    this.errors = errors;
    orders = process.outputWriter(StandardCharsets.UTF_8);
    results = process.inputReader(StandardCharsets.UTF_8);
    hook = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /**
   * Starts it, waits until it is warm, and lets it stand still.
   *
   * @param command of a {@link JavaRound} with {@link JavaRound#SLICES}
   * @throws CommandException if it fails, or is of a build that knows no slices
   */
  static SlicedRound start(List<String> command) throws InterruptedException {
    SlicedRound round;
    try {
      Path errors = Files.createTempFile("breakwater-bench", ".err");
      round =
          new SlicedRound(
              ChildProcess.builder(command).redirectError(errors.toFile()).start(), errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    try {
      String said = round.answer(START_TIMEOUT_S);
      if (!said.equals(JavaRound.READY)) {
        throw CommandException.failure(
            "a build does not know how to be measured in slices, it is too old: command="
                + String.join(" ", command));
      }
      round.signal("STOP");
      return round;
    } catch (RuntimeException | InterruptedException e) {
      round.end();
      throw e;
    }
  }

  /** Goes on for one slice. */
  Measurement slice() throws InterruptedException {
    signal("CONT");
    try {
      orders.write('\n');
      orders.flush();
    } catch (IOException e) {
      throw failed();
    }
    String line = answer(ANSWER_TIMEOUT_S);
    signal("STOP");
    try {
      return BenchRounds.JSON.readValue(line, Measurement.class);
    } catch (JsonProcessingException e) {
      throw CommandException.failure("a slice gave no result: said=" + line, e);
    }
  }

  private String answer(long timeoutSeconds) throws InterruptedException {
    AnswerWatch watch = AnswerWatch.over(process, timeoutSeconds);
    try {
      String line = results.readLine();
      if (line == null) {
        throw failed();
      }
      return line;
    } catch (IOException e) {
      throw failed();
    } finally {
      watch.answered();
    }
  }

  private void signal(String name) throws InterruptedException {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Lets it end, and see whether it did its work. */
  void finish() throws InterruptedException {
    signal("CONT");
    try {
      orders.close();
    } catch (IOException e) {
      throw failed();
    }
    if (!process.waitFor(STOP_TIMEOUT_S, TimeUnit.SECONDS) || process.exitValue() != 0) {
      throw failed();
    }
  }

  private CommandException failed() throws InterruptedException {
    boolean ended = process.waitFor(1, TimeUnit.SECONDS);
    try {
      return CommandException.failure(
          "a round failed: side=java exit=%s said: %s"
              .formatted(
                  ended ? Integer.toString(process.exitValue()) : "none",
                  Files.readString(errors).strip()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void end() {
    process.destroyForcibly().onExit().join();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The hook runs: it does the same.
    }
    try {
      Files.deleteIfExists(errors);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    end();
  }
}

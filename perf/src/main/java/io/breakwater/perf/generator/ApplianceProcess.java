package io.breakwater.perf.generator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.Breakwater;
import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.control.ControlClient;
import io.breakwater.appliance.control.ControlSocketPath;
import io.breakwater.appliance.report.Snapshot;
import io.breakwater.perf.process.ChildProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * {@code breakwater run} as a child process: started with this process's options of Java, asked
 * through its control socket, reloaded and stopped by signals.
 *
 * <p>Its log is in a file beside the configuration. If it fails, the log is copied to where it
 * stays, and the message names that file and quotes the log's end.
 */
final class ApplianceProcess {

  private static final Logger LOG = LogManager.getLogger("breakwater");
  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** Its warm-up alone may take 20 s, more where other processes have the cores. */
  private static final long START_TIMEOUT_NS = 120_000_000_000L;

  private static final long STOP_TIMEOUT_S = 60;
  private static final long LOOK_MS = 20;
  private static final int QUOTED_LINES_MAX = 5;

  /** How its last sentence begins. */
  private static final String SENTENCE = "breakwater run: ";

  private final Process process;
  private final Path log;
  private final Path socket;

  /** A worker that polls must not outlive who started it. */
  private final Thread atExit;

  private ApplianceProcess(Process process, Path log, Path socket) {
    this.process = process;
    this.log = log;
    this.socket = socket;
    atExit = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /**
   * @param name its name in the configuration
   * @param main the configuration's main file
   */
  static ApplianceProcess start(String name, Path main, List<String> javaOptions)
      throws IOException {
    Path log = main.resolveSibling("appliance.log");
    List<String> command =
        ChildProcess.java(Breakwater.class, javaOptions, List.of("run", "-c", main.toString()));
    Process process =
        ChildProcess.builder(command)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    return new ApplianceProcess(process, log, ControlSocketPath.of(name));
  }

  /**
   * Waits until it forwards. Its control socket is the last that it opens: who gets an answer meets
   * a running appliance.
   *
   * @param device of its port: if that is what it complains of, the link is wrong input
   */
  Snapshot awaitReady(String device) throws InterruptedException {
    long deadlineNs = System.nanoTime() + START_TIMEOUT_NS;
    while (true) {
      if (!process.isAlive()) {
        throw refusal(device)
            .orElseGet(() -> failure("the appliance did not start: exit=" + process.exitValue()));
      }
      try {
        if (Files.exists(socket)) {
          return snapshot();
        }
      } catch (CommandException notYet) {
        // The socket's file is there a moment before somebody listens.
        LOG.debug("appliance", notYet);
      }
      if (System.nanoTime() - deadlineNs > 0) {
        throw failure("the appliance did not start in time: seconds=" + START_TIMEOUT_NS / 1e9);
      }
      Thread.sleep(LOOK_MS);
    }
  }

  Snapshot snapshot() {
    if (!process.isAlive()) {
      throw failure("the appliance ended: exit=" + process.exitValue());
    }
    try {
      return MAPPER.readValue(ControlClient.snapshot(socket), Snapshot.class);
    } catch (JsonProcessingException e) {
      throw CommandException.failure("not an answer of an appliance: socket=" + socket, e);
    }
  }

  void reload() {
    try {
      new ProcessBuilder("kill", "-HUP", Long.toString(process.pid()))
          .inheritIO()
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  long pid() {
    return process.pid();
  }

  List<String> log() {
    try {
      return Files.readAllLines(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops it with a SIGTERM; whoever ended before, or in another way, has failed. */
  void stop() {
    boolean ended = !process.isAlive();
    process.destroy();
    try {
      if (!process.waitFor(STOP_TIMEOUT_S, TimeUnit.SECONDS)) {
        throw failure("the appliance did not stop in time: seconds=" + STOP_TIMEOUT_S);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      kill();
    }
    int exit = process.exitValue();
    if (ended || exit != 0) {
      throw failure("the appliance failed: exit=" + exit);
    }
  }

  /** Ends it at once; what it left behind is removed. */
  void kill() {
    process.destroyForcibly().onExit().join();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      LOG.debug("this process is ending itself", e);
    }
    try {
      Files.deleteIfExists(socket);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What it said of its device, if that is why it ended. */
  private Optional<CommandException> refusal(String device) {
    String name = device.contains(",") ? device.substring(0, device.indexOf(',')) : device;
    return log().reversed().stream()
        .filter(line -> line.startsWith(SENTENCE) && line.contains("device=" + name))
        .findFirst()
        .map(line ->
            CommandException.wrongInput(
                "the link cannot be used: " + line.substring(SENTENCE.length())));
  }

  private CommandException failure(String what) {
    try {
      Path kept = Files.createTempFile("breakwater-appliance", ".log");
      Files.copy(log, kept, StandardCopyOption.REPLACE_EXISTING);
      List<String> lines = Files.readAllLines(kept);
      List<String> end = lines.subList(Math.max(0, lines.size() - QUOTED_LINES_MAX), lines.size());
      return CommandException.failure(
          "%s log=%s it said: %s".formatted(what, kept, String.join(" | ", end)));
    } catch (IOException e) {
      return CommandException.failure(what + "; its log is lost", e);
    }
  }
}

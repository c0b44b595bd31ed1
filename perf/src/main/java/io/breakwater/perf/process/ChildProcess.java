package io.breakwater.perf.process;

import io.breakwater.appliance.CommandException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * What is measured runs in processes of its own: DPDK starts once in a process, and every round
 * begins with the same memory and an untouched JIT.
 */
public final class ChildProcess {

  private ChildProcess() {}

  /** A JVM like this one, with its options, class path and shim, and another main class. */
  public static List<String> java(Class<?> main, List<String> options, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(options);
    command.addAll(List.of("--class-path", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(arguments);
    return command;
  }

  /** The C programs that stand beside the Java side: {@code perf/reference}. */
  public static Path reference() {
    String path = System.getProperty("breakwater.reference", "");
    if (path.isEmpty() || !Files.isExecutable(Path.of(path))) {
      throw CommandException.failure(
          "the C reference is not there: breakwater.reference="
              + path
              + "; build it with perf/reference/build");
    }
    return Path.of(path);
  }

  /** A builder whose process finds the shim, which the C reference is linked with. */
  public static ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    Path shim = Path.of(System.getProperty("breakwater.shim", "")).toAbsolutePath();
    builder.environment().put("LD_LIBRARY_PATH", shim.getParent().toString());
    return builder;
  }

  /**
   * Runs it to its end.
   *
   * @param side what it is, for messages
   * @return its standard output
   * @throws CommandException if it does not end in time, or not with 0, with what it said
   */
  public static String run(String side, List<String> command, long timeoutSeconds)
      throws InterruptedException {
    try {
      Path errors = Files.createTempFile("breakwater-bench", ".err");
      try {
        Process process = builder(command).redirectError(errors.toFile()).start();
        return output(side, process, errors, timeoutSeconds);
      } finally {
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String output(String side, Process process, Path errors, long timeoutSeconds)
      throws IOException, InterruptedException {
    AtomicBoolean late = new AtomicBoolean();
    Thread watch =
        Thread.ofVirtual()
            .start(() -> {
              try {
                if (!process.waitFor(timeoutSeconds, TimeUnit.SECONDS)) {
                  late.set(true);
                  process.destroyForcibly();
                }
              } catch (InterruptedException e) {
                process.destroyForcibly();
              }
            });
    try (InputStream stream = process.getInputStream()) {
      String output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
      int exit = process.waitFor();
      if (late.get()) {
        throw CommandException.failure(
            "a round did not end: side=%s timeoutSeconds=%d".formatted(side, timeoutSeconds));
      }
      if (exit != 0) {
        throw CommandException.failure(
            "a round failed: side=%s exit=%d said: %s"
                .formatted(side, exit, Files.readString(errors)));
      }
      return output;
    } finally {
      watch.interrupt();
      process.destroyForcibly();
    }
  }
}

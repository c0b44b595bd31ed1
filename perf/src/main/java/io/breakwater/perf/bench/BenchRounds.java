package io.breakwater.perf.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.CommandException;
import io.breakwater.perf.report.Measurement;
import io.breakwater.perf.traffic.Workload;
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

/**
 * Runs single rounds, each in a process of its own: DPDK starts once in a process, and every round
 * begins with the same memory and an untouched JIT.
 *
 * @param core CPU of the packet path
 * @param seconds measured time of a round
 */
record BenchRounds(int core, double seconds) {

  private static final int MEMORY_MIB = 256;
  private static final long TIMEOUT_SECONDS = 60;

  /** A round of the Java side: this JVM's own options, another main class. */
  Measurement java(BenchCase measured) throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("--class-path", System.getProperty("java.class.path")));
    command.add(JavaRound.class.getName());
    command.addAll(List.of(measured.word(), Double.toString(seconds), Integer.toString(core)));
    return run("java", command);
  }

  /**
   * A round of the C reference.
   *
   * @param folder where {@link Workload#write} has put the case's input
   * @param hugepages whether the Java side had them
   */
  Measurement reference(BenchCase measured, Path folder, boolean hugepages)
      throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(referenceProgram().toString());
    command.addAll(List.of("-l", Integer.toString(core), "-m", Integer.toString(MEMORY_MIB)));
    command.addAll(hugepages ? List.of("--in-memory") : List.of("--no-huge", "--no-shconf"));
    command.addAll(List.of("--no-pci", "--no-telemetry", "--log-level=*:error"));
    command.add("--file-prefix=bench-c-" + ProcessHandle.current().pid());
    command.addAll(
        List.of("--", measured.job().label(), folder.toString(), Double.toString(seconds)));
    return run("C", command);
  }

  private static Path referenceProgram() {
    String path = System.getProperty("breakwater.reference", "");
    if (path.isEmpty() || !Files.isExecutable(Path.of(path))) {
      throw CommandException.failure(
          "the C reference is not there: breakwater.reference="
              + path
              + "; build it with perf/reference/build");
    }
    return Path.of(path);
  }

  private Measurement run(String side, List<String> command) throws InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    Path shim = Path.of(System.getProperty("breakwater.shim", "")).toAbsolutePath();
    builder.environment().put("LD_LIBRARY_PATH", shim.getParent().toString());
    try {
      Path errors = Files.createTempFile("breakwater-bench", ".err");
      try {
        Process process = builder.redirectError(errors.toFile()).start();
        return result(side, process, errors);
      } finally {
        Files.delete(errors);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Measurement result(String side, Process process, Path errors)
      throws IOException, InterruptedException {
    String output;
    try (InputStream stream = process.getInputStream()) {
      output = new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
    long timeout = TIMEOUT_SECONDS + (long) (2 * seconds);
    boolean ended = process.waitFor(timeout, TimeUnit.SECONDS);
    if (!ended || process.exitValue() != 0) {
      process.destroyForcibly();
      throw CommandException.failure(
          "a round failed: side=%s exit=%s said: %s"
              .formatted(side, ended ? process.exitValue() : "none", Files.readString(errors)));
    }
    try {
      return JsonMapper.builder().build().readValue(output, Measurement.class);
    } catch (JsonProcessingException e) {
      throw CommandException.failure("a round printed no result: side=" + side, e);
    }
  }
}

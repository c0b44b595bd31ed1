package io.breakwater.perf.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.CommandException;
import io.breakwater.perf.process.ChildProcess;
import io.breakwater.perf.report.Measurement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs single rounds, each in a process of its own ({@link ChildProcess}).
 *
 * @param core CPU of the packet path
 * @param seconds measured time of a round
 */
record BenchRounds(int core, double seconds) {

  private static final int MEMORY_MIB = 256;
  private static final long TIMEOUT_SECONDS = 60;

  /** A round of the Java side: this JVM's own options, another main class. */
  Measurement java(BenchCase measured) throws InterruptedException {
    return run(
        "java",
        ChildProcess.java(
            JavaRound.class,
            List.of(),
            List.of(measured.word(), Double.toString(seconds), Integer.toString(core))));
  }

  /**
   * A round of the C reference.
   *
   * @param folder where {@link io.breakwater.perf.traffic.Workload#write} has put the case's input
   * @param hugepages whether the Java side had them
   */
  Measurement reference(BenchCase measured, Path folder, boolean hugepages)
      throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(ChildProcess.reference().toString());
    command.addAll(List.of("-l", Integer.toString(core), "-m", Integer.toString(MEMORY_MIB)));
    command.addAll(hugepages ? List.of("--in-memory") : List.of("--no-huge", "--no-shconf"));
    command.addAll(List.of("--no-pci", "--no-telemetry", "--log-level=*:error"));
    command.add("--file-prefix=bench-c-" + ProcessHandle.current().pid());
    command.addAll(
        List.of("--", measured.job().label(), folder.toString(), Double.toString(seconds)));
    return run("C", command);
  }

  private Measurement run(String side, List<String> command) throws InterruptedException {
    String output = ChildProcess.run(side, command, TIMEOUT_SECONDS + (long) (2 * seconds));
    try {
      return JsonMapper.builder().build().readValue(output, Measurement.class);
    } catch (JsonProcessingException e) {
      throw CommandException.failure("a round printed no result: side=" + side, e);
    }
  }
}

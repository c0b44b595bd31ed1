package io.breakwater.perf.acl;

import io.breakwater.appliance.CommandException;
import io.breakwater.perf.process.ChildProcess;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code dpdk-test-acl}, which comes with DPDK's tools: looks the flows of a trace up in one
 * ruleset, over and over, and tells the cycles of a lookup. It is {@code rte_acl} alone: keys are
 * prepared, and nothing is received or sent.
 *
 * @param path of the executable
 */
record AclProgram(Path path) {

  private static final String NAME = "dpdk-test-acl";
  private static final int MEMORY_MIB = 512;
  private static final long TIMEOUT_SECONDS = 60;

  /** The last number is cycles per packet: {@code ..., 58.84 cycles/pkt, 44188230.94 pkt/sec}. */
  private static final Pattern CYCLES = Pattern.compile("([0-9.]+) cycles/pkt");

  /** On the PATH. */
  static Optional<AclProgram> find(String path) {
    return Arrays.stream(path.split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, NAME))
        .filter(Files::isExecutable)
        .findFirst()
        .map(AclProgram::new);
  }

  /**
   * Cycles of a lookup.
   *
   * @param batch flows in a call
   * @param iterations how often the trace is looked up
   */
  double measure(Path rules, Path trace, int batch, int iterations, int core, boolean hugepages)
      throws InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(path.toString());
    command.addAll(List.of("-l", Integer.toString(core), "-m", Integer.toString(MEMORY_MIB)));
    command.addAll(hugepages ? List.of("--in-memory") : List.of("--no-huge", "--no-shconf"));
    command.addAll(List.of("--no-pci", "--no-telemetry", "--log-level=*:error", "--"));
    command.addAll(List.of("--rulesf=" + rules, "--tracef=" + trace, "--bldcat=1"));
    command.addAll(List.of("--tracestep=" + batch, "--iter=" + iterations, "--verbose=0"));
    return cycles(ChildProcess.run(NAME, command, TIMEOUT_SECONDS));
  }

  static double cycles(String output) {
    Matcher matcher = CYCLES.matcher(output);
    if (!matcher.find()) {
      throw CommandException.failure(NAME + " printed no cycles: " + output.strip());
    }
    return Double.parseDouble(matcher.group(1));
  }
}

package io.breakwater.perf.stall;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.CommandException;
import io.breakwater.perf.process.ChildProcess;
import io.breakwater.perf.traffic.FrameSizes;
import io.breakwater.perf.traffic.Workload;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs single rounds, each side in a process of its own ({@link ChildProcess}), on the workload of
 * {@code gre-encap}.
 *
 * @param core that polls
 * @param otherCore of the reloads
 * @param seconds of each load
 * @param folder with the workload's files for both sides
 */
record StallRounds(int core, int otherCore, double seconds, Path folder) {

  static final int STRIDE_BYTES = 64;

  private static final int MEMORY_MIB = 256;
  private static final long TIMEOUT_SECONDS = 180;

  static Workload workload() {
    return Workload.usual();
  }

  static ByteBuffer frames(Workload workload) {
    return workload.framesToTenants(Workload.USUAL_FLOWS, FrameSizes.of(STRIDE_BYTES));
  }

  /** Writes what both sides read. */
  void prepare() throws IOException {
    Workload workload = workload();
    workload.write(folder, frames(workload), STRIDE_BYTES);
    WorkloadFiles.write(workload, core, folder);
  }

  /** One round of a side: what it recorded under each load. */
  List<GapRound> run(StallSide side) throws InterruptedException {
    return parse(side, side == StallSide.REFERENCE ? reference() : java(side));
  }

  private List<String> java(StallSide side) {
    return ChildProcess.java(
        StallRound.class,
        List.of(),
        List.of(
            side.name(),
            folder.toString(),
            Double.toString(seconds),
            Integer.toString(core),
            Integer.toString(otherCore)));
  }

  private List<String> reference() {
    List<String> command = new ArrayList<>();
    command.add(ChildProcess.reference().toString());
    command.addAll(List.of("-l", Integer.toString(core), "-m", Integer.toString(MEMORY_MIB)));
    command.addAll(List.of("--no-huge", "--no-shconf", "--no-pci", "--no-telemetry"));
    command.addAll(List.of("--log-level=*:error"));
    command.add("--file-prefix=stalls-c-" + ProcessHandle.current().pid());
    command.addAll(
        List.of("--", "poll-gaps", "gre-encap", folder.toString(), Double.toString(seconds)));
    return command;
  }

  private List<GapRound> parse(StallSide side, List<String> command) throws InterruptedException {
    String output = ChildProcess.run(side.label(), command, TIMEOUT_SECONDS + (long) (3 * seconds));
    try {
      return JsonMapper.builder().build().readValue(output, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw CommandException.failure("a round printed no result: side=" + side.label(), e);
    }
  }
}

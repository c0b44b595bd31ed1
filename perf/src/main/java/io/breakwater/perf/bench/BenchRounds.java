package io.breakwater.perf.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.CommandException;
import io.breakwater.perf.compare.PairedRound;
import io.breakwater.perf.process.ChildProcess;
import io.breakwater.perf.report.Measurement;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Runs single rounds, each in a process of its own ({@link ChildProcess}). A round that drops
 * frames has failed, unless a firewall is to drop them: a path that drops good frames, or lets bad
 * ones pass, is wrong, and its speed means nothing.
 *
 * @param cores CPUs for the packet path; a case with one worker runs on the first
 * @param seconds measured time of a round
 */
record BenchRounds(List<Integer> cores, double seconds) {

  private static final int MEMORY_MIB = 256;

  /** The rules of all tenants in rte_acl. */
  private static final int RULES_MEMORY_MIB = 256;

  private static final long TIMEOUT_SECONDS = 180;

  /**
   * Of two builds in turn: long enough for thousands of bursts, short beside the machine's moods.
   */
  private static final double SLICE_SECONDS = 0.1;

  /** Another build may tell more than this one knows. */
  static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** A round of the Java side. */
  Measurement java(BenchCase measured, Build build) throws InterruptedException {
    return run(
        "java",
        measured,
        build.round(List.of(measured.word(), Double.toString(seconds), coreList(measured))));
  }

  /**
   * A round of two builds, both alive and in turn on the same cores: slice by slice, and the one
   * that went second goes first in the next turn.
   *
   * @param beforeFirst which build is started first
   */
  PairedRound pair(BenchCase measured, Build before, Build after, boolean beforeFirst)
      throws InterruptedException {
    int slices = Math.max(1, (int) Math.round(seconds / SLICE_SECONDS));
    List<String> arguments =
        List.of(
            measured.word(),
            Double.toString(seconds / slices),
            coreList(measured),
            JavaRound.SLICES);
    StolenTime start = StolenTime.read(coresOf(measured));
    List<Measurement> firsts = new ArrayList<>();
    List<Measurement> seconds = new ArrayList<>();
    try (SlicedRound first = SlicedRound.start((beforeFirst ? before : after).round(arguments));
        SlicedRound second = SlicedRound.start((beforeFirst ? after : before).round(arguments))) {
      for (int i = 0; i < slices; i++) {
        if (i % 2 == 0) {
          firsts.add(first.slice());
          seconds.add(second.slice());
        } else {
          seconds.add(second.slice());
          firsts.add(first.slice());
        }
      }
      first.finish();
      second.finish();
    }
    double stolen = start.shareUntil(StolenTime.read(coresOf(measured)));
    firsts.replaceAll(slice -> slice.withStolenShare(stolen));
    seconds.replaceAll(slice -> slice.withStolenShare(stolen));
    return beforeFirst ? new PairedRound(firsts, seconds) : new PairedRound(seconds, firsts);
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
    int memoryMib = MEMORY_MIB + (measured.entries() > 0 ? RULES_MEMORY_MIB : 0);
    command.addAll(List.of("-l", coreList(measured), "-m", Integer.toString(memoryMib)));
    command.addAll(hugepages ? List.of("--in-memory") : List.of("--no-huge", "--no-shconf"));
    command.addAll(List.of("--no-pci", "--no-telemetry", "--log-level=*:error"));
    command.add("--file-prefix=bench-c-" + ProcessHandle.current().pid());
    command.addAll(
        List.of("--", measured.job().label(), folder.toString(), Double.toString(seconds)));
    return run("C", measured, command);
  }

  private String coreList(BenchCase measured) {
    return coresOf(measured).stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private List<Integer> coresOf(BenchCase measured) {
    return cores.subList(0, measured.workers());
  }

  private Measurement run(String side, BenchCase measured, List<String> command)
      throws InterruptedException {
    StolenTime before = StolenTime.read(coresOf(measured));
    String output = ChildProcess.run(side, command, TIMEOUT_SECONDS + (long) (2 * seconds));
    double stolenShare = before.shareUntil(StolenTime.read(coresOf(measured)));
    Measurement measurement;
    try {
      measurement = JSON.readValue(output, Measurement.class).withStolenShare(stolenShare);
    } catch (JsonProcessingException e) {
      throw CommandException.failure("a round printed no result: side=" + side, e);
    }
    if (measurement.dropped() != 0) {
      throw CommandException.failure(
          "frames met a wrong fate: side=%s wrong=%d of %d"
              .formatted(side, measurement.dropped(), measurement.packets()));
    }
    return measurement;
  }
}

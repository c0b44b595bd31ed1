package io.breakwater.perf.bench;

import com.sun.management.ThreadMXBean;
import io.breakwater.perf.bench.Subject.Lane;
import io.breakwater.workers.pipeline.StageMeters.Stage;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongBinaryOperator;

/**
 * What one worker has done since its start: read at both ends of the measured time, the difference
 * is what it did in between; the sum over workers is what the appliance did.
 *
 * @param refused packets that the worker could not hand to another; not in {@code packets}
 * @param takenOver packets that others handed to it
 * @param coreNs time that its thread got of its core
 * @param stagePackets by {@link Stage}, of the turns that were sampled
 * @param stageCycles of the same turns
 * @param counts of {@link ThreadCounters}; none if the machine has no counters
 */
record LaneReading(
    long packets,
    long refused,
    long takenOver,
    long coreNs,
    long allocatedBytes,
    long[] stagePackets,
    long[] stageCycles,
    long[] counts) {

  static LaneReading of(Lane lane, ThreadMXBean threads, ThreadCounters counters) {
    int stages = Stage.values().length;
    long[] stagePackets = new long[stages];
    long[] stageCycles = new long[stages];
    for (Stage stage : Stage.values()) {
      stagePackets[stage.ordinal()] = lane.meters().sampledPackets(stage);
      stageCycles[stage.ordinal()] = lane.meters().sampledCycles(stage);
    }
    long id = lane.thread().threadId();
    long allocatedBytes = threads.getThreadAllocatedBytes(id);
    long[] counts = counters.read();
    // Last and next to each other: the rate is of these two.
    long coreNs = threads.getThreadCpuTime(id);
    long refused = Subject.queueFull(lane.counters());
    long packets = lane.counters().received() - refused;
    long takenOver = lane.meters().packets(Stage.TAKE_OVER);
    return new LaneReading(
        packets, refused, takenOver, coreNs, allocatedBytes, stagePackets, stageCycles, counts);
  }

  LaneReading minus(LaneReading earlier) {
    return with(earlier, (mine, other) -> mine - other);
  }

  LaneReading plus(LaneReading another) {
    return with(another, Long::sum);
  }

  private LaneReading with(LaneReading other, LongBinaryOperator operator) {
    return new LaneReading(
        operator.applyAsLong(packets, other.packets),
        operator.applyAsLong(refused, other.refused),
        operator.applyAsLong(takenOver, other.takenOver),
        operator.applyAsLong(coreNs, other.coreNs),
        operator.applyAsLong(allocatedBytes, other.allocatedBytes),
        each(stagePackets, other.stagePackets, operator),
        each(stageCycles, other.stageCycles, operator),
        each(counts, other.counts, operator));
  }

  /** As many as both have: a counter that failed has none. */
  private static long[] each(long[] mine, long[] others, LongBinaryOperator operator) {
    long[] result = new long[Math.min(mine.length, others.length)];
    for (int i = 0; i < result.length; i++) {
      result[i] = operator.applyAsLong(mine[i], others[i]);
    }
    return result;
  }

  /** Million packets for each second of the core's time. */
  double mpps() {
    return packets * 1e3 / coreNs;
  }

  /**
   * Cycles of each stage by all packets received, not by those that entered the stage: then the
   * stages add up to the whole, and one that takes a packet now and then weighs as little as it
   * costs.
   */
  Map<String, Double> stageCyclesPerPacket() {
    long received = stagePackets[Stage.RECEIVE.ordinal()];
    Map<String, Double> stages = new LinkedHashMap<>();
    for (Stage stage : Stage.values()) {
      if (stagePackets[stage.ordinal()] > 0) {
        String name = stage.name().toLowerCase(Locale.ROOT).replace('_', '-');
        stages.put(name, (double) stageCycles[stage.ordinal()] / received);
      }
    }
    return stages;
  }
}

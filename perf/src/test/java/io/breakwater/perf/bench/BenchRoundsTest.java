package io.breakwater.perf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.perf.report.Measurement;
import io.breakwater.perf.traffic.FrameSizes;
import io.breakwater.perf.traffic.Workload;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each round is a process of its own, as in {@code bench}; the times are too short to compare. */
class BenchRoundsTest {

  private static final BenchRounds ROUNDS = new BenchRounds(CpuAffinity.current().getLast(), 0.3);

  /** Each job, frames of all sizes, and tables at their largest. */
  private static List<BenchCase> cases() {
    BenchCase encap = BenchCase.of(BenchJob.GRE_ENCAP);
    return List.of(
        BenchCase.of(BenchJob.FORWARD),
        encap,
        BenchCase.of(BenchJob.GRE_DECAP),
        BenchCase.of(BenchJob.GRE_DECAP).withFrames(FrameSizes.IMIX),
        encap.withPrefixes(1_000_000),
        encap.withFlows(1));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldSendEveryPacketAndAllocateNothing(BenchCase measured) throws Exception {
    Measurement java = ROUNDS.java(measured);

    assertEquals(measured.job().label(), java.profile());
    assertTrue(java.packets() > 0, () -> "packets=" + java.packets());
    assertEquals(0, java.dropped());
    assertEquals(0.0, java.allocatedBytesPerPacket());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void shouldSendEveryPacketInTheReference(BenchCase measured, @TempDir Path folder)
      throws Exception {
    Workload workload = measured.workload();
    workload.write(folder, measured.frames(workload), measured.strideBytes());

    Measurement reference = ROUNDS.reference(measured, folder, false);

    assertEquals(measured.job().label(), reference.profile());
    assertTrue(reference.packets() > 0, () -> "packets=" + reference.packets());
    assertEquals(0, reference.dropped());
  }

  /** The reference is to do the whole job: a frame that Java would drop, it drops as well. */
  @Test
  void shouldDropDamagedFramesInTheReference(@TempDir Path folder) throws Exception {
    BenchCase measured = BenchCase.of(BenchJob.GRE_ENCAP);
    Workload workload = measured.workload();
    ByteBuffer frames = measured.frames(workload);
    frames.put(24, (byte) (frames.get(24) ^ 1));
    workload.write(folder, frames, measured.strideBytes());

    Measurement reference = ROUNDS.reference(measured, folder, false);

    assertTrue(reference.dropped() > 0, () -> "dropped=" + reference.dropped());
  }
}

package io.breakwater.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.dpdk.CpuAffinity;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each round is a process of its own, as in {@code bench}; the times are too short to compare. */
class BenchRoundsTest {

  private static final BenchRounds ROUNDS = new BenchRounds(CpuAffinity.current().getLast(), 0.3);

  @ParameterizedTest
  @EnumSource
  void shouldSendEveryPacketAndAllocateNothing(BenchProfile profile) throws Exception {
    Measurement java = ROUNDS.java(profile);

    assertEquals(profile.label(), java.profile());
    assertTrue(java.packets() > 0, () -> "packets=" + java.packets());
    assertEquals(0, java.dropped());
    assertEquals(0.0, java.allocatedBytesPerPacket());
  }

  @ParameterizedTest
  @EnumSource
  void shouldSendEveryPacketInTheReference(BenchProfile profile, @TempDir Path folder)
      throws Exception {
    Workload workload = BenchProfile.workload();
    ByteBuffer frames = profile.frames(workload);
    workload.write(folder, frames, profile.strideBytes());

    Measurement reference = ROUNDS.reference(profile, folder, false);

    assertEquals(profile.label(), reference.profile());
    assertTrue(reference.packets() > 0, () -> "packets=" + reference.packets());
    assertEquals(0, reference.dropped());
  }

  /** The reference is to do the whole job: a frame that Java would drop, it drops as well. */
  @Test
  void shouldDropDamagedFramesInTheReference(@TempDir Path folder) throws Exception {
    Workload workload = BenchProfile.workload();
    ByteBuffer frames = BenchProfile.GRE_ENCAP.frames(workload);
    frames.put(24, (byte) (frames.get(24) ^ 1));
    workload.write(folder, frames, BenchProfile.GRE_ENCAP.strideBytes());

    Measurement reference = ROUNDS.reference(BenchProfile.GRE_ENCAP, folder, false);

    assertTrue(reference.dropped() > 0, () -> "dropped=" + reference.dropped());
  }
}

package io.breakwater.perf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.ExitStatus;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.perf.compare.PairedRound;
import io.breakwater.perf.report.Measurement;
import io.breakwater.perf.traffic.FrameSizes;
import io.breakwater.perf.traffic.Workload;
import io.breakwater.workers.worker.Worker;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each round is a process of its own, as in {@code bench}; the times are too short to compare. */
class BenchRoundsTest {

  private static final List<Integer> CORES = CpuAffinity.current().reversed();
  private static final BenchRounds ROUNDS = new BenchRounds(CORES, 0.3);

  /**
   * By packet: the smallest object for each burst would be more. HotSpot itself makes some hundred
   * bytes, once, where it leaves compiled code for the interpreter.
   */
  private static final double ALLOCATED_BYTES_MAX = 16.0 / Worker.BURST;

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
  void shouldSendEveryPacketAllocateNothingAndCountInstructionsOrSayWhyNot(BenchCase measured)
      throws Exception {
    Measurement java = ROUNDS.java(measured, Build.THIS);

    assertEquals(measured.job().label(), java.profile());
    assertTrue(java.packets() > 0, () -> "packets=" + java.packets());
    assertEquals(0, java.dropped());
    assertTrue(java.allocatedBytesPerPacket() < ALLOCATED_BYTES_MAX, java::toString);
    if (java.counted() == null) {
      assertTrue(java.notCounted().contains("perf_event_open"), java::notCounted);
    } else {
      // A packet takes some hundred instructions.
      assertTrue(java.counted().instructions() > 50, java::toString);
    }
  }

  /** The C reference judges every flow as a search through all rules does. */
  private static List<BenchCase> filters() {
    return List.of(
        BenchCase.of(BenchJob.FIREWALL).withRules(100),
        BenchCase.of(BenchJob.FIREWALL_OFF).withRules(100),
        BenchCase.of(BenchJob.BLOCKLIST).withBlocklist(100_000));
  }

  @ParameterizedTest
  @MethodSource("filters")
  void shouldDropWhatTheRulesDropInTheReference(BenchCase measured, @TempDir Path folder)
      throws Exception {
    measured.write(measured.workload(), folder);

    Measurement reference = ROUNDS.reference(measured, folder, false);

    assertEquals(0, reference.dropped());
    int dropped =
        measured.job() == BenchJob.FIREWALL_OFF
            ? 0
            : measured.droppedFrames(measured.filtering(measured.workload()).orElseThrow());
    assertEquals((double) dropped / measured.flows(), reference.filteredShare(), 0.01);
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

    CommandException failed =
        assertThrows(CommandException.class, () -> ROUNDS.reference(measured, folder, false));

    assertEquals(ExitStatus.FAILED, failed.exitStatus());
    assertTrue(
        failed.getMessage().startsWith("frames met a wrong fate: side=C wrong="),
        failed::getMessage);
  }

  @Test
  void shouldRunAWorkerOnEachOfTwoCoresOnBothSides(@TempDir Path folder) throws Exception {
    assumeTrue(CORES.size() >= 2, "one CPU");
    BenchCase one = BenchCase.of(BenchJob.GRE_ENCAP);
    BenchCase two = one.withWorkers(2);
    Workload workload = two.workload();
    workload.write(folder, two.frames(workload), two.strideBytes());

    for (Measurement both :
        List.of(ROUNDS.java(two, Build.THIS), ROUNDS.reference(two, folder, false))) {
      // The cores' time together is twice that of the one that got less of it, or more; how much
      // that is, is the machine's affair.
      assertTrue(both.coreShare() > 0, both::toString);
      assertTrue(both.seconds() > 2 * 0.95 * 0.3 * both.coreShare(), both::toString);
      assertEquals(0, both.dropped());
    }
  }

  /** Each is another process of this build. */
  @Test
  void shouldMeasureTwoBuildsInTurn() throws Exception {
    long startNs = System.nanoTime();
    PairedRound pair = ROUNDS.pair(BenchCase.of(BenchJob.GRE_ENCAP), Build.THIS, Build.THIS, false);
    double seconds = (System.nanoTime() - startNs) * 1e-9;

    assertEquals(3, pair.before().size());
    assertEquals(3, pair.after().size());
    for (Measurement slice : List.of(pair.beforeMedian(), pair.afterMedian())) {
      assertTrue(slice.packets() > 0, slice::toString);
      assertTrue(slice.allocatedBytesPerPacket() < ALLOCATED_BYTES_MAX, slice::toString);
      // Of six slices and two starts: what the core gave while the other build ran is not in it.
      assertTrue(slice.seconds() > 0 && slice.seconds() < seconds / 4, slice::toString);
      assertTrue(slice.stageCyclesPerPacket().get("gre-encapsulation") > 0, slice::toString);
    }
    assertNoProcess();
  }

  /** The build that was started first stands still then: it must not do so for ever. */
  @Test
  void shouldLeaveNoProcessWhenTheOtherBuildFails() {
    Build warm = arguments -> List.of("sh", "-c", "echo %s; exec cat".formatted(JavaRound.READY));
    Build broken = arguments -> List.of("sh", "-c", "echo it broke >&2; exit 3");
    CommandException failed =
        assertThrows(
            CommandException.class,
            () -> ROUNDS.pair(BenchCase.of(BenchJob.GRE_ENCAP), broken, warm, false));
    assertEquals("a round failed: side=java exit=3 said: it broke", failed.getMessage());
    assertNoProcess();
  }

  /** One that has ended is there until it is reaped. */
  private static void assertNoProcess() {
    for (ProcessHandle child : ProcessHandle.current().children().toList()) {
      child.onExit().orTimeout(60, TimeUnit.SECONDS).join();
    }
  }

  /** It gives the result of a whole round, as it knows no better. */
  @Test
  void shouldSayThatABuildIsTooOldForSlices() {
    Build old = arguments -> List.of("echo", "{\"profile\": \"gre-encap\"}");
    CommandException failed =
        assertThrows(
            CommandException.class,
            () -> ROUNDS.pair(BenchCase.of(BenchJob.GRE_ENCAP), old, Build.THIS, true));
    assertEquals(ExitStatus.FAILED, failed.exitStatus());
    assertTrue(
        failed.getMessage().startsWith("a build does not know how to be measured in slices"),
        failed::getMessage);
  }

  @Test
  void shouldSayThatARoundFailedWhenItsProcessDied() {
    Build broken = arguments -> List.of("sh", "-c", "echo it broke >&2; exit 3");
    CommandException failed =
        assertThrows(
            CommandException.class, () -> ROUNDS.java(BenchCase.of(BenchJob.GRE_ENCAP), broken));
    assertEquals(ExitStatus.FAILED, failed.exitStatus());
    assertEquals("a round failed: side=java exit=3 said: it broke", failed.getMessage().strip());
  }
}

package io.breakwater.perf.generator;

import io.breakwater.appliance.CommandException;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.perf.traffic.TrafficProfile;
import java.util.List;

/** Starts the generator that was chosen. */
public final class Generators {

  private Generators() {}

  /**
   * Starts a generator; it stands still until its first trial.
   *
   * @param link whose far end is up: {@link TestBed#link}
   * @param core CPU on which it polls
   * @throws CommandException (wrong input) if there is no such generator, or it cannot do this
   */
  public static Generator start(GeneratorChoice choice, TrafficProfile profile, Link link, int core)
      throws InterruptedException {
    return switch (choice.kind()) {
      case BUILTIN -> BuiltinGenerator.start(profile, link, core);
      case PKTGEN ->
          PktgenGenerator.start(
              GeneratorProgram.PKTGEN.find(choice.program()), link, profile, core, mainCore(core));
      case TESTPMD -> testpmd(choice, TestpmdMode.TXONLY, profile, link, core);
      case TESTPMD_FLOWGEN -> testpmd(choice, TestpmdMode.FLOWGEN, profile, link, core);
    };
  }

  private static Generator testpmd(
      GeneratorChoice choice, TestpmdMode mode, TrafficProfile profile, Link link, int core)
      throws InterruptedException {
    return TestpmdGenerator.start(
        TestpmdCommand.of(
            GeneratorProgram.TESTPMD.find(choice.program()),
            mode,
            link,
            profile,
            core,
            mainCore(core)));
  }

  /**
   * Where a generator's other threads are: if its CPU is isolated, on one that is not, which is one
   * of ours; else beside it, as we cannot tell a free CPU from the appliance's.
   */
  private static int mainCore(int core) {
    List<Integer> cpus = CpuAffinity.current();
    return cpus.contains(core) ? core : cpus.getFirst();
  }
}

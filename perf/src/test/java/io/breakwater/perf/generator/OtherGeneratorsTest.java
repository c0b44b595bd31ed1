package io.breakwater.perf.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import io.breakwater.appliance.CommandException;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.perf.traffic.FrameSizes;
import io.breakwater.perf.traffic.TrafficProfile;
import io.breakwater.perf.traffic.TrafficProfile.Popularity;
import io.breakwater.perf.traffic.Workload;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real runs of the generators that are not ours, into a port that takes everything. */
@Timeout(300)
class OtherGeneratorsTest {

  private static final int CORE = CpuAffinity.current().getFirst();
  private static final TrafficProfile PROFILE =
      new TrafficProfile(Workload.of(2, 4, 1), 1_000, Popularity.UNIFORM, FrameSizes.of(64));

  @Test
  void shouldSendAsFastAsItCanAndAtARateAndABurstWithPktgen() throws Exception {
    try (PktgenGenerator pktgen =
        PktgenGenerator.start(
            program(GeneratorProgram.PKTGEN), SampleLinks.NOWHERE, PROFILE, CORE, CORE)) {
      Trial fast = pktgen.run(TrialOrder.rate(Double.POSITIVE_INFINITY, 0.5));
      Trial slow = pktgen.run(TrialOrder.rate(10_000, 1));
      Trial burst = pktgen.run(TrialOrder.burst(1_001));

      assertTrue(fast.sentPerSecond() > 10 * slow.sentPerSecond(), () -> fast + " " + slow);
      // A machine that is busy with others sends less; how exact the pace is, PktgenPaceTest knows.
      assertTrue(slow.sent() > 0 && slow.sentPerSecond() < 12_000, slow::toString);
      assertEquals(1_001, burst.sent());
      assertEquals(0, fast.received() + slow.received() + burst.received());
    }
  }

  @ParameterizedTest
  @EnumSource
  void shouldSendWithTestpmd(TestpmdMode mode) throws Exception {
    try (TestpmdGenerator testpmd = testpmd(mode)) {
      awaitSent(testpmd);
      awaitSent(testpmd);
    }
  }

  /** In a fifth of a second it may not get the core at all: once more, until the test's timeout. */
  private static void awaitSent(Generator testpmd) throws Exception {
    while (testpmd.run(TrialOrder.rate(Double.POSITIVE_INFINITY, 0.2)).sent() <= 1_000) {
      Thread.onSpinWait();
    }
  }

  @Test
  void shouldRefuseToPaceTestpmd() throws Exception {
    try (TestpmdGenerator testpmd = testpmd(TestpmdMode.TXONLY)) {
      assertThrows(CommandException.class, () -> testpmd.run(TrialOrder.rate(1_000, 0.2)));
      assertThrows(CommandException.class, () -> testpmd.run(TrialOrder.burst(32)));
    }
  }

  @Test
  void shouldSayWhyTestpmdDidNotStart() {
    Link link = new Link("", "net_nonesuch0", false, SampleLinks.NOWHERE.ealOptions(), 1, 2, 1_500);
    TestpmdCommand command =
        TestpmdCommand.of(
            program(GeneratorProgram.TESTPMD), TestpmdMode.TXONLY, link, PROFILE, CORE, CORE);

    CommandException thrown =
        assertThrows(CommandException.class, () -> TestpmdGenerator.start(command));

    assertTrue(thrown.getMessage().contains("net_nonesuch0"), thrown::getMessage);
  }

  private static TestpmdGenerator testpmd(TestpmdMode mode) throws InterruptedException {
    return TestpmdGenerator.start(
        TestpmdCommand.of(
            program(GeneratorProgram.TESTPMD), mode, SampleLinks.NOWHERE, PROFILE, CORE, CORE));
  }

  /** Skips the test if it is not there. */
  static Path program(GeneratorProgram program) {
    try {
      return program.find(Optional.empty());
    } catch (CommandException e) {
      System.err.println("SKIPPED: " + e.getMessage());
      return abort(e.getMessage());
    }
  }
}

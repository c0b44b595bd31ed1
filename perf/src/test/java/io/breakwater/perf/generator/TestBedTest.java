package io.breakwater.perf.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.report.Snapshot;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.perf.traffic.FrameSizes;
import io.breakwater.perf.traffic.TrafficKind;
import io.breakwater.perf.traffic.TrafficMix;
import io.breakwater.perf.traffic.TrafficProfile;
import io.breakwater.perf.traffic.TrafficProfile.Popularity;
import io.breakwater.perf.traffic.Workload;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The real appliance and the builtin generator, each in its process, and a link between them. Each
 * needs a core that is its own, more or less: with ten processes to a core even 100,000 packets a
 * second are lost now and then, so a trial that lost some is repeated.
 */
class TestBedTest {

  private static final Workload WORKLOAD = Workload.of(1_000, 10_000, 42);
  private static final int CORE = CpuAffinity.current().getLast();
  private static final int ATTEMPTS_MAX = 5;
  private static final int OTHER_CORE = CpuAffinity.current().getFirst();

  @BeforeAll
  static void requireTwoCoresAndMemif() {
    assumeTrue(CORE != OTHER_CORE, "SKIPPED: appliance and generator need two cores");
    assumeTrue(hasMemif(), "SKIPPED: DPDK has no net_memif here (Debian: librte-net-memif)");
  }

  /** Whether an appliance on this machine could have such a port, a generator's end of a link. */
  private static boolean hasMemif() {
    try (EchoBed echo = EchoBed.start("memif", CORE)) {
      return echo.link().applianceMac() == Workload.OWN_MAC;
    } catch (CommandException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void shouldKnowTheLinksCeiling() throws Exception {
    TrafficProfile profile =
        new TrafficProfile(WORKLOAD, 100_000, Popularity.ZIPF, FrameSizes.IMIX);
    try (EchoBed echo = EchoBed.start("memif", CORE);
        Generator generator =
            Generators.start(GeneratorChoice.DEFAULT, profile, echo.link(), OTHER_CORE)) {
      Trial trial = generator.run(TrialOrder.rate(Double.POSITIVE_INFINITY, 1));

      assertTrue(trial.sent() > 0, trial.detail()::toString);
      assertTrue(trial.received() > 0, trial.detail()::toString);
      assertEquals(0, trial.detail().others());
      assertEquals(0, trial.detail().refused());
    }
  }

  @Test
  void shouldTellLegitimateFromAttackAndFromReplies() throws Exception {
    TrafficProfile profile =
        new TrafficProfile(WORKLOAD, 1_000, Popularity.UNIFORM, FrameSizes.of(64))
            .withMix(TrafficMix.attack(TrafficKind.MALFORMED, 500));
    try (TestBed bed = TestBed.start(WORKLOAD, "virtio-user", CORE);
        Generator generator =
            Generators.start(GeneratorChoice.DEFAULT, profile, bed.link(), OTHER_CORE)) {
      Trial trial = generator.run(TrialOrder.rate(10_000, 1).withLatency());
      for (int attempt = 1; legitimateLost(trial) > 0 && attempt < ATTEMPTS_MAX; attempt++) {
        trial = generator.run(TrialOrder.rate(10_000, 1).withLatency());
      }

      assertEquals(10_000, trial.offered());
      assertEquals(5_000, trial.detail().sentByKind().get(TrafficKind.MALFORMED));
      assertEquals(0, legitimateLost(trial), trial.detail()::toString);
      assertEquals(0, trial.detail().receivedByKind().get(TrafficKind.MALFORMED));
      assertEquals(5_000, trial.latency().orElseThrow().getTotalCount());
    }
  }

  private static long legitimateLost(Trial trial) {
    return trial.detail().sentByKind().get(TrafficKind.LEGITIMATE)
        - trial.detail().receivedByKind().get(TrafficKind.LEGITIMATE);
  }

  @Test
  void shouldGetEverythingBackOverMemif() throws Exception {
    TrafficProfile profile =
        new TrafficProfile(WORKLOAD, 100_000, Popularity.UNIFORM, FrameSizes.of(64));
    try (TestBed bed = TestBed.start(WORKLOAD, "memif", CORE);
        Generator generator =
            Generators.start(GeneratorChoice.DEFAULT, profile, bed.link(), OTHER_CORE)) {
      Snapshot.Stats before = bed.snapshot().stats();
      Trial trial = generator.run(TrialOrder.rate(100_000, 2).withLatency());
      // Other processes may take the appliance's core for longer than its ring can hold.
      for (int attempt = 1; trial.lost() > 0 && attempt < ATTEMPTS_MAX; attempt++) {
        before = bed.snapshot().stats();
        trial = generator.run(TrialOrder.rate(100_000, 2).withLatency());
      }

      assertEquals(200_000, trial.offered());
      assertEquals(0, trial.lost(), "lost; " + trial.detail());
      assertEquals(100_000, trial.sentPerSecond(), 1_000);
      Histogram latency = trial.latency().orElseThrow();
      assertEquals(trial.received(), latency.getTotalCount());
      assertTrue(latency.getMinValue() > 0, () -> "min=" + latency.getMinValue());
      Snapshot.Stats stats = bed.snapshot().stats();
      assertEquals(200_000, stats.received() - before.received());
      assertEquals(200_000, stats.delivered() - before.delivered());
    }
  }
}

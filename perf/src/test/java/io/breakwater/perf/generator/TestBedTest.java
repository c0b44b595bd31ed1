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
 * The real appliance and the builtin generator, each in its process, and a link between them.
 *
 * <p>Where all packets are to come back, there are no more of them than the link's rings hold,
 * however long one of the two waits for a core. The generator takes two seconds' silence for the
 * end, which on a very busy machine it need not be: then the trial is repeated, and the next may
 * even get what is late.
 */
class TestBedTest {

  private static final Workload WORKLOAD = Workload.of(1_000, 10_000, 42);
  private static final int CORE = CpuAffinity.current().getLast();
  private static final int ATTEMPTS_MAX = 10;

  /** Of a trial at as many a second: fewer than a ring has slots. */
  private static final int PACKETS = 1_000;

  private static final long TIMEOUT_NS = 60_000_000_000L;
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
      Trial trial = generator.run(TrialOrder.rate(PACKETS, 1).withLatency());
      for (int attempt = 1; legitimateLost(trial) != 0 && attempt < ATTEMPTS_MAX; attempt++) {
        trial = generator.run(TrialOrder.rate(PACKETS, 1).withLatency());
      }

      assertEquals(PACKETS, trial.offered());
      assertEquals(PACKETS / 2, trial.detail().sentByKind().get(TrafficKind.MALFORMED));
      assertEquals(0, legitimateLost(trial), trial.detail()::toString);
      assertEquals(0, trial.detail().receivedByKind().get(TrafficKind.MALFORMED));
      assertEquals(PACKETS / 2, trial.latency().orElseThrow().getTotalCount());
    }
  }

  private static long legitimateLost(Trial trial) {
    return trial.detail().sentByKind().get(TrafficKind.LEGITIMATE)
        - trial.detail().receivedByKind().get(TrafficKind.LEGITIMATE);
  }

  @Test
  void shouldGetEverythingBackOverMemifAndCountAsTheApplianceDoes() throws Exception {
    TrafficProfile profile =
        new TrafficProfile(WORKLOAD, 100_000, Popularity.UNIFORM, FrameSizes.of(64));
    try (TestBed bed = TestBed.start(WORKLOAD, "memif", CORE);
        Generator generator =
            Generators.start(GeneratorChoice.DEFAULT, profile, bed.link(), OTHER_CORE)) {
      checkThatEverythingComesBack(generator);
      checkCounts(bed, generator);
    }
  }

  private static void checkThatEverythingComesBack(Generator generator) throws Exception {
    Trial trial = generator.run(TrialOrder.rate(PACKETS, 1).withLatency());
    for (int attempt = 1; trial.lost() != 0 && attempt < ATTEMPTS_MAX; attempt++) {
      trial = generator.run(TrialOrder.rate(PACKETS, 1).withLatency());
    }

    assertEquals(PACKETS, trial.offered());
    assertEquals(0, trial.lost(), "lost; " + trial.detail());
    Histogram latency = trial.latency().orElseThrow();
    assertEquals(trial.received(), latency.getTotalCount());
    assertTrue(latency.getMinValue() > 0, () -> "min=" + latency.getMinValue());
  }

  /** At a rate at which either may be too slow: what one has sent, the other has received. */
  private static void checkCounts(TestBed bed, Generator generator) throws Exception {
    Snapshot.Stats before = bed.snapshot().stats();
    Trial trial = generator.run(TrialOrder.rate(100_000, 1));
    awaitReceived(bed, before.received() + trial.sent());

    Snapshot.Stats after = bed.snapshot().stats();
    assertTrue(trial.sent() > 0, trial.detail()::toString);
    assertEquals(trial.sent(), after.received() - before.received());
    assertEquals(after.received(), after.delivered() + after.dropped(), after::toString);
    assertTrue(trial.received() > 0, trial.detail()::toString);
    assertTrue(
        trial.received() <= after.delivered() - before.delivered(), () -> trial + " " + after);
  }

  private static void awaitReceived(TestBed bed, long packets) {
    long deadlineNs = System.nanoTime() + TIMEOUT_NS;
    while (bed.snapshot().stats().received() < packets && System.nanoTime() - deadlineNs < 0) {
      Thread.onSpinWait();
    }
  }
}

package io.breakwater.perf.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.report.Snapshot;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.perf.traffic.FrameSizes;
import io.breakwater.perf.traffic.TrafficProfile;
import io.breakwater.perf.traffic.TrafficProfile.Popularity;
import io.breakwater.perf.traffic.Workload;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/** The real appliance and the builtin generator, each in its process, and a link between them. */
class TestBedTest {

  private static final Workload WORKLOAD = Workload.of(1_000, 10_000, 42);
  private static final int CORE = CpuAffinity.current().getLast();
  private static final int ATTEMPTS_MAX = 5;
  private static final int OTHER_CORE = CpuAffinity.current().getFirst();

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

package io.breakwater.workers.pipeline;

import static io.breakwater.workers.pipeline.WayFrames.fromUplink;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.protection.Reaction;
import io.breakwater.workers.packet.DropReason;
import org.junit.jupiter.api.Test;

/** Fair shares in the pipeline, of a worker whose bursts are all full. */
class PipelineFairShareTest {

  private static final int BURST = 32;
  private static final long TURN_NS = 3_000;

  private final PipelineBench bench =
      new PipelineBench(ProtectedTenants.withChecks(Reaction.OBSERVE), BURST);
  private final byte[][] burst = new byte[BURST][];

  /** All but one packet of each burst are for acme. */
  PipelineFairShareTest() {
    for (int i = 0; i < BURST; i++) {
      String server = i == 0 ? "100.64.0.7" : "203.0.113.10";
      burst[i] = fromUplink().ipv4("8.8.4.4", server).udp(1_000 + i, 53).payload(18).bytes();
    }
  }

  private void turns(int count, ForwardingTables tables) {
    for (int turn = 0; turn < count; turn++) {
      bench.nowNs += TURN_NS;
      bench.pipeline.noteBurst(BURST, BURST, tables, bench.nowNs);
      bench.tables = tables;
      bench.process(TestAppliance.UPLINK, burst);
    }
  }

  @Test
  void shouldCutTheTenantThatIsSentMostAndNoOther() {
    turns(2_000, bench.tables);
    assertTrue(bench.counted("acme", DropReason.FAIR_SHARE.name()) > 2_000);
    assertEquals(0, bench.counted("beta", DropReason.FAIR_SHARE.name()));
  }

  @Test
  void shouldCutNobodyOnceNoTenantIsProtectedAnyMore() {
    turns(2_000, bench.tables);
    long before = bench.counted("acme", DropReason.FAIR_SHARE.name());
    ForwardingTables unprotected = bench.compiler.compile(TestAppliance.standard());
    turns(100, unprotected);
    assertTrue(before > 0);
    assertEquals(before, bench.counted("acme", DropReason.FAIR_SHARE.name()));
  }
}

package io.breakwater.workers.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.dpdk.Eal;
import io.breakwater.dpdk.EalOptions;
import io.breakwater.dpdk.PacketPool;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The worker on real DPDK ports in memory. One EAL for each JVM: surefire gives this class its own.
 */
@Tag("dpdk")
class WorkerDpdkTest {

  @Test
  void shouldWarmUpUntilItIsToStopAndReturnAllBuffers() {
    try (Eal _ = Eal.start(EalOptions.of("bw-worker-test", 128))) {
      PacketPool pool = PacketPool.create("warm", 8192, 2048, 256);
      WarmUp.Result result = WarmUp.run(pool, 20_000_000_000L);
      assertTrue(result.packets() > 100_000, result::toString);
      assertEquals(0, pool.inUse());

      // An appliance that is to stop need not be warm.
      WarmUp.Result stopped = WarmUp.run(pool, 20_000_000_000L, () -> true);
      assertFalse(stopped.compiled());
      assertTrue(stopped.packets() < 1_000, stopped::toString);
      assertEquals(0, pool.inUse());
      pool.close();
    }
  }
}

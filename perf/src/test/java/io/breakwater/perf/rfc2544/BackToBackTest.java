package io.breakwater.perf.rfc2544;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.perf.generator.TrialOrder;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BackToBackTest {

  private static final double GENERATOR = 20e6;

  private static BackToBack.Result bursts(SimulatedDevice device, int rounds, Double throughput)
      throws Exception {
    BackToBack bursts = new BackToBack(40_000_000);
    for (int round = 0; round < rounds; round++) {
      bursts.run(new CheckedTrials(() -> device, false));
    }
    return bursts.result(throughput);
  }

  @Test
  void shouldFindTheQueueOfAnyDevice() throws Exception {
    for (long seed = 0; seed < 100; seed++) {
      Random random = new Random(seed);
      double capacity = GENERATOR * 0.9 * random.nextDouble();
      double queue = 1 + random.nextInt(1 << 16);
      String hint = "seed=%d capacity=%.0f queue=%.0f".formatted(seed, capacity, queue);
      BackToBack.Result result =
          bursts(new SimulatedDevice(capacity, queue, GENERATOR, seed), 2, capacity);
      assertEquals(2 * BackToBack.SEARCHES_PER_ROUND, result.searches(), hint);
      // While the burst arrives, the device forwards.
      double longest = queue / (1 - capacity / GENERATOR);
      assertEquals(longest, result.averagePackets(), 0.011 * longest + 2, hint);
      assertEquals(queue, result.correctedBufferPackets(), 0.011 * queue + 2, hint);
      assertEquals(GENERATOR, result.burstPacketsPerSecond(), 1e-6 * GENERATOR, hint);
      assertEquals(result.averagePackets() / GENERATOR, result.bufferSeconds(), 1e-9, hint);
      assertTrue(result.minPackets() <= result.averagePackets(), hint);
      assertTrue(result.averagePackets() <= result.maxPackets(), hint);
    }
  }

  @Test
  void shouldSendABurstThatWasHitAgain() throws Exception {
    // Not one burst in ten is hit, two in succession hardly ever.
    SimulatedDevice device = new SimulatedDevice(10e6, 1_000, GENERATOR, 5).withStalls(1_000, 0.1);
    BackToBack.Result result = bursts(device, 10, 10e6);
    assertEquals(2_000, result.averagePackets(), 100);
    assertTrue(result.minPackets() < result.maxPackets(), result::toString);
  }

  @Test
  void shouldSayThatNoBurstIsTooLong() throws Exception {
    SimulatedDevice device = new SimulatedDevice(1e9, 0, GENERATOR, 5);
    BackToBack.Result result = bursts(device, 2, GENERATOR);
    assertEquals(2, result.unbounded());
    assertNull(result.averagePackets());
    assertEquals(TrialOrder.burst(40_000_000), device.orders().getLast());
    assertTrue(Rfc2544Page.bursts(result).startsWith("no burst was lost"));
  }

  @Test
  void shouldSayThatEveryPacketIsLost() throws Exception {
    BackToBack.Result result = bursts(new SimulatedDevice(0, 0, GENERATOR, 5), 1, null);
    assertEquals("bursts of a single packet are lost", result.notMeasured().getFirst());
    assertEquals("not measured: bursts of a single packet are lost", Rfc2544Page.bursts(result));
  }

  @Test
  void shouldNotCorrectWithoutAThroughput() throws Exception {
    BackToBack.Result result = bursts(new SimulatedDevice(10e6, 1_000, GENERATOR, 5), 1, null);
    assertEquals(List.of(), result.notMeasured());
    assertNull(result.correctedBufferPackets());
  }
}

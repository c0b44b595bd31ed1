package io.breakwater.perf.rfc2544;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.perf.generator.Trial;
import io.breakwater.perf.generator.TrialOrder;
import io.breakwater.perf.rfc2544.FoundRate.Limit;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ThroughputSearchTest {

  private static final int SEEDS = 100;
  private static final double SECONDS = 2;
  private static final double GENERATOR = 30e6;

  /** Width of the search and how exactly the generator sends. */
  private static final double PRECISION = SearchTarget.FINAL_WIDTH + 0.003;

  private static ThroughputSearch.Result search(SimulatedDevice device) throws Exception {
    return ThroughputSearch.run(new CheckedTrials(() -> device, false), SECONDS);
  }

  private static void assertRate(double expected, FoundRate rate, double precision, String hint) {
    assertTrue(rate.measured(), () -> hint + rate);
    assertEquals(1, rate.packetsPerSecond() / expected, precision, () -> hint + rate);
  }

  @Test
  void shouldFindTheCapacityOfAnyDevice() throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      double capacity = GENERATOR * Math.pow(10, -2.5 * random.nextDouble()) * 0.97;
      double queue = random.nextInt(4_096);
      SimulatedDevice device =
          new SimulatedDevice(capacity, queue, GENERATOR, seed).withRateError(0.003);
      ThroughputSearch.Result result = search(device);
      String hint = "seed=%d capacity=%.0f ".formatted(seed, capacity);
      // What the queue takes by the end of a trial adds to it.
      double lossless = capacity + queue / SECONDS;
      FoundRate ndr = result.rates().get(SearchGoal.NDR);
      FoundRate pdr = result.rates().get(SearchGoal.PDR);
      assertRate(lossless, ndr, PRECISION, hint);
      assertRate(Math.min(GENERATOR, lossless / 0.995), pdr, PRECISION, hint);
      assertTrue(pdr.packetsPerSecond() >= ndr.packetsPerSecond(), () -> hint + pdr + ndr);
      assertEquals(Limit.DEVICE, ndr.limit(), hint);
      assertEquals(0, ndr.lossRatio(), hint);
      assertTrue(result.trials() <= 60, () -> hint + result);
    }
  }

  @Test
  void shouldFindTheCapacityDespiteARareStall() throws Exception {
    int found = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      // Each tenth trial of full length is hit.
      SimulatedDevice device =
          new SimulatedDevice(9e6, 512, GENERATOR, seed).withStalls(0.05, 0.001);
      FoundRate ndr = search(device).rates().get(SearchGoal.NDR);
      if (ndr.measured() && Math.abs(ndr.packetsPerSecond() / 9e6 - 1) < 0.01) {
        found++;
      } else if (ndr.measured()) {
        assertTrue(ndr.packetsPerSecond() < 9e6, "seed=" + seed);
      }
    }
    assertTrue(found >= 90, "found=" + found);
  }

  @Test
  void shouldFindTheCapacityBehindALinkThatRefusesPackets() throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      double capacity = 1e6 + 25e6 * new Random(seed).nextDouble();
      SimulatedDevice device =
          new SimulatedDevice(capacity, 0, GENERATOR, seed).withVirtualLink().withRateError(0.003);
      ThroughputSearch.Result result = search(device);
      String hint = "seed=%d capacity=%.0f ".formatted(seed, capacity);
      assertRate(capacity, result.rates().get(SearchGoal.NDR), PRECISION, hint);
      assertRate(capacity / 0.995, result.rates().get(SearchGoal.PDR), PRECISION, hint);
      assertEquals(Limit.DEVICE, result.rates().get(SearchGoal.NDR).limit(), hint);
      assertEquals(GENERATOR, result.generatorMax(), 0.004 * GENERATOR, hint);
    }
  }

  @Test
  void shouldBlameTheGeneratorForWhatItsOwnWireRefuses() throws Exception {
    // The same trials, but between two NICs: the device took all that was on the wire.
    SimulatedDevice device = new SimulatedDevice(10e6, 0, GENERATOR, 1).withVirtualLink();
    FoundRate ndr =
        ThroughputSearch.run(new CheckedTrials(() -> device, true), SECONDS)
            .rates()
            .get(SearchGoal.NDR);
    assertRate(10e6, ndr, PRECISION, "");
    assertEquals(Limit.GENERATOR, ndr.limit());
  }

  @Test
  void shouldSayThatTheGeneratorWasTheLimitWhenNothingIsLost() throws Exception {
    ThroughputSearch.Result result =
        search(new SimulatedDevice(1e9, 0, GENERATOR, 1).withRateError(0.003));
    for (FoundRate rate : result.rates().values()) {
      assertRate(GENERATOR, rate, PRECISION, "");
      assertEquals(Limit.GENERATOR, rate.limit());
    }
  }

  @Test
  void shouldLowerTheRangeWhenTheGeneratorCannotHoldItsFirstRate() throws Exception {
    // Told to send all it can it sends 30 Mpps, but never more than 20 at an ordered rate.
    SimulatedDevice paced = new SimulatedDevice(1e9, 0, 20e6, 1);
    SimulatedDevice free = new SimulatedDevice(1e9, 0, 30e6, 1);
    ThroughputSearch.Result result =
        search(
            new SimulatedDevice(0, 0, 0, 1) {
              @Override
              public Trial run(TrialOrder order) {
                return (Double.isInfinite(order.packetsPerSecond()) ? free : paced).run(order);
              }
            });
    FoundRate ndr = result.rates().get(SearchGoal.NDR);
    assertRate(20e6, ndr, 1e-6, "");
    assertEquals(Limit.GENERATOR, ndr.limit());
  }

  @Test
  void shouldSayThatEverythingIsLost() throws Exception {
    ThroughputSearch.Result result = search(new SimulatedDevice(0, 0, GENERATOR, 1));
    for (FoundRate rate : result.rates().values()) {
      assertFalse(rate.measured());
      assertTrue(rate.notMeasured().contains("even at 0.0300 Mpps"), rate::notMeasured);
    }
  }

  @Test
  void shouldNotMeasureWhenTheGeneratorsRateIsNoise() throws Exception {
    SimulatedDevice device = new SimulatedDevice(9e6, 512, GENERATOR, 3).withRateError(0.4);
    NotMeasuredException e = assertThrows(NotMeasuredException.class, () -> search(device));
    assertTrue(e.getMessage().startsWith("the machine was too noisy"), e::getMessage);
  }

  @Test
  void shouldNotMeasureWhenSlowTrafficIsLostAndFastIsNot() throws Exception {
    // It starts where the overloaded device leaves it, at 5 Mpps. There 0.1 % is lost, which only
    // the goal without loss minds; the other one climbs to where nothing is lost.
    SimulatedDevice device =
        new SimulatedDevice(20e6, 512, GENERATOR, 3).withCollapse(5e6).withLossBelow(10e6, 0.001);
    ThroughputSearch.Result result = search(device);
    FoundRate pdr = result.rates().get(SearchGoal.PDR);
    assertTrue(pdr.packetsPerSecond() > 19e6, pdr::toString);
    FoundRate ndr = result.rates().get(SearchGoal.NDR);
    assertFalse(ndr.measured(), ndr::toString);
    assertTrue(
        ndr.notMeasured()
            .matches(
                "the machine was too noisy: loss above 0.0 % at .* Mpps, and not at (1[0-9]|20)\\..* Mpps, in 3 repeats"),
        ndr::notMeasured);
  }

  @Test
  void shouldEndWhenEveryTrialIsHitAtRandom() throws Exception {
    for (long seed = 0; seed < SEEDS; seed++) {
      SimulatedDevice device =
          new SimulatedDevice(9e6, 0, GENERATOR, seed).withStalls(0.3, 0.02).withRateError(0.009);
      ThroughputSearch.Result result = search(device);
      // A trial that was repeated because its rate was wrong counts, too.
      assertTrue(result.trials() <= ThroughputSearch.TRIALS_MAX + 2, "seed=" + seed);
      for (FoundRate rate : result.rates().values()) {
        assertTrue(!rate.measured() || rate.packetsPerSecond() <= 9.1e6, "seed=" + seed + rate);
      }
    }
  }

  @Test
  void shouldStartALostGeneratorAnew() throws Exception {
    SimulatedDevice lost = new SimulatedDevice(9e6, 0, GENERATOR, 1).withLostTrials(1);
    SimulatedDevice next = new SimulatedDevice(9e6, 0, GENERATOR, 1);
    CheckedTrials trials = new CheckedTrials(() -> lost.orders().isEmpty() ? lost : next, false);
    FoundRate ndr = ThroughputSearch.run(trials, SECONDS).rates().get(SearchGoal.NDR);
    assertRate(9e6, ndr, PRECISION, "");
    assertTrue(lost.closed());
    assertEquals(1, trials.repeated());
  }

  @Test
  void shouldGiveUpWhenTheGeneratorIsLostAgainAndAgain() throws Exception {
    SimulatedDevice device = new SimulatedDevice(9e6, 0, GENERATOR, 1).withLostTrials(1_000);
    NotMeasuredException e = assertThrows(NotMeasuredException.class, () -> search(device));
    assertEquals("the generator was lost 3 times: the simulated generator ended", e.getMessage());
  }
}

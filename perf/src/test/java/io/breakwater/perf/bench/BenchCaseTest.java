package io.breakwater.perf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BenchCaseTest {

  @Test
  void shouldBeTheSameCaseInAnotherProcess() {
    for (BenchProfile profile : BenchProfile.values()) {
      for (BenchProfile.Step step : profile.steps()) {
        assertEquals(step.measured(), BenchCase.parse(step.measured().word()));
      }
    }
  }

  /** A build from before there were several workers reads five parts. */
  @Test
  void shouldSayNothingOfWorkersWhenThereIsOne() {
    assertEquals("gre-encap:1000:10000:100000:64", BenchCase.of(BenchJob.GRE_ENCAP).word());
  }

  @Test
  void shouldGiveEachWorkerAsManyFlowsAsOneAlone() {
    BenchCase one = BenchCase.of(BenchJob.GRE_ENCAP);
    assertEquals(2 * one.flows(), one.withWorkers(2).flows());
  }

  @Test
  void shouldHaveNoProfileThatIsStillToCome() {
    for (BenchProfile profile : BenchProfile.values()) {
      assertTrue(ComingProfiles.about(profile.label()).isEmpty(), profile::label);
    }
  }
}

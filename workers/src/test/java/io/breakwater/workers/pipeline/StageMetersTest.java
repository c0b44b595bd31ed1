package io.breakwater.workers.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.workers.pipeline.StageMeters.Stage;
import org.junit.jupiter.api.Test;

class StageMetersTest {

  private long nowCycles;

  @Test
  void shouldCountAllTurnsAndTimeOneOfEachSample() {
    StageMeters meters = new StageMeters(() -> nowCycles);
    int turns = 10 * StageMeters.SAMPLE_TURNS;
    for (int turn = 0; turn < turns; turn++) {
      meters.begin();
      nowCycles += 100;
      meters.end(Stage.IPV4_INPUT, 32, 2);
      nowCycles += 7;
      meters.end(Stage.TRANSMIT, 30, 0);
    }
    assertEquals(32L * turns, meters.packets(Stage.IPV4_INPUT));
    assertEquals(2L * turns, meters.drops(Stage.IPV4_INPUT));
    assertEquals(32 * 10, meters.sampledPackets(Stage.IPV4_INPUT));
    assertEquals(100 * 10, meters.sampledCycles(Stage.IPV4_INPUT));
    assertEquals(30 * 10, meters.sampledPackets(Stage.TRANSMIT));
    assertEquals(7 * 10, meters.sampledCycles(Stage.TRANSMIT));
    assertEquals(0, meters.packets(Stage.EGRESS));
  }
}

package io.breakwater.appliance.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.CommandException;
import io.breakwater.config.Appliance;
import io.breakwater.config.Journal;
import io.breakwater.config.Limits;
import io.breakwater.config.Port;
import io.breakwater.config.Workers;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PoolPlanTest {

  @Test
  void shouldGiveOneQueueTheLargestRing() {
    PoolPlan plan = PoolPlan.of(appliance(32_768, 1_500), 1);

    assertEquals(32_768, plan.packets());
    assertEquals(2_048, plan.dataRoomBytes());
    assertEquals(4_096, plan.rxDescriptors());
    assertEquals(1_024, plan.txDescriptors());
  }

  @Test
  void shouldHoldJumboFrameInOneBuffer() {
    assertEquals(9_024, PoolPlan.dataRoomBytes(appliance(32_768, 1_500, 9_000)));
  }

  @Test
  void shouldLeaveHalfOfPoolForPacketsOnTheirWay() {
    for (int packets = 8_192; packets <= 1 << 20; packets *= 2) {
      for (int workers = 1; workers <= 4; workers++) {
        PoolPlan plan = PoolPlan.of(appliance(packets, 1_500, 1_500), workers);
        int inQueues = 2 * workers * (plan.rxDescriptors() + plan.txDescriptors());

        assertTrue(inQueues <= packets / 2, plan + " workers=" + workers);
        assertTrue(plan.memoryMiB() > (long) packets * 2_400 >> 20, plan::toString);
      }
    }
  }

  @Test
  void shouldRefusePoolThatIsTooSmallForItsQueues() {
    assertThrows(CommandException.class, () -> PoolPlan.of(appliance(1_024, 1_500, 1_500), 8));
  }

  private static Appliance appliance(int packets, int... mtus) {
    List<Port> ports =
        java.util.Arrays.stream(mtus)
            .mapToObj(mtu -> new Port("p", "net_null0", mtu, List.of(), List.of(), List.of()))
            .toList();
    return new Appliance(
        "edge",
        new Workers(List.of()),
        ports,
        List.of(),
        Optional.empty(),
        false,
        new Limits(1, 1, 1, 1, packets),
        Journal.DEFAULT,
        new TreeMap<>());
  }
}

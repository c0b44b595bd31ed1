package io.breakwater.appliance.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.CommandException;
import io.breakwater.config.Appliance;
import io.breakwater.config.HostInterface;
import io.breakwater.config.Journal;
import io.breakwater.config.Limits;
import io.breakwater.config.Port;
import io.breakwater.config.Workers;
import io.breakwater.workers.worker.HandoverRings;
import java.util.ArrayList;
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

  /** Queues, rings between workers of both kinds, to and from the host, caches, bursts in hand. */
  @Test
  void shouldHaveBuffersForAllQueuesAndRingsFullAtOnce() {
    for (int packets = 16_384; packets <= 1 << 20; packets *= 2) {
      for (int workers = 1; workers <= 8; workers++) {
        for (int hostPorts = 0; hostPorts <= 2; hostPorts++) {
          PoolPlan plan =
              PoolPlan.of(applianceWithHosts(hostPorts, packets, 1_500, 1_500), workers);
          String message = "%s workers=%d hostPorts=%d".formatted(plan, workers, hostPorts);
          int between = 2 * HandoverRings.packetsMax(workers, packets);
          int host = hostPorts * ((workers + 1) * plan.hostRing() + 128);
          int queues = 2 * workers * (plan.rxDescriptors() + plan.txDescriptors());
          assertTrue(plan.worstCase() > between + host + queues, message);
          assertTrue(plan.threadCache() >= 64, message);
          assertEquals(plan.worstCase() <= packets, plan.isEnough(), message);
          // The smallest rings of eight workers are more than a small pool has.
          assertTrue(plan.isEnough() || packets < 4_096 * workers, message);
        }
      }
    }
  }

  @Test
  void shouldRefusePoolThatIsTooSmallForItsQueues() {
    assertThrows(CommandException.class, () -> PoolPlan.of(appliance(1_024, 1_500, 1_500), 8));
  }

  private static Appliance appliance(int packets, int... mtus) {
    return applianceWithHosts(0, packets, mtus);
  }

  private static Appliance applianceWithHosts(int hostPorts, int packets, int... mtus) {
    List<Port> ports = new ArrayList<>();
    for (int mtu : mtus) {
      boolean hasHost = ports.size() < hostPorts;
      Optional<HostInterface> host =
          hasHost ? Optional.of(new HostInterface("h", false)) : Optional.empty();
      ports.add(new Port("p", "net_null0", mtu, List.of(), List.of(), List.of(), host));
    }
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

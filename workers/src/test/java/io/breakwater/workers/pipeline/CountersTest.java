package io.breakwater.workers.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import org.junit.jupiter.api.Test;

class CountersTest {

  private static final int DELIVERED = Fate.DELIVERED.code();
  private static final int NO_TENANT = DropReason.NO_TENANT.code();
  private static final int LAND = DropReason.LAND.code();

  private final Counters counters = new Counters(4, 4);
  private final Batch batch = new Batch(32);

  private void count(int tenant, int tunnel, int fate) {
    batch.begin(1);
    batch.setFrame(0, 100);
    batch.setNetwork(0, 114);
    batch.setLength(0, 84);
    batch.setTenant(0, tenant);
    batch.setTunnel(0, tunnel);
    batch.setFate(0, fate);
    counters.count(batch);
  }

  @Test
  void shouldCountEachPacketOnceAndTunnelsOnlyWhatWasDelivered() {
    count(2, 3, DELIVERED);
    count(2, 3, LAND);
    count(0, 0, NO_TENANT);
    assertEquals(3, counters.received());
    assertEquals(1, counters.fates(2, DELIVERED));
    assertEquals(1, counters.fates(2, LAND));
    assertEquals(1, counters.fates(0, NO_TENANT));
    assertEquals(1, counters.tunnelSentPackets(3));
    assertEquals(70, counters.tunnelSentBytes(3));
  }

  /** What is known of a batch saves looks, and changes no number; a later fate ends it. */
  @Test
  void shouldCountABatchThatWasDeliveredAsAnyOther() {
    for (boolean refused : new boolean[] {false, true}) {
      batch.begin(2);
      for (int i = 0; i < 2; i++) {
        batch.setFrame(i, 100);
        batch.setNetwork(i, 114);
        batch.setLength(i, 84 + i);
        batch.setTenant(i, 1 + i);
        batch.setTunnel(i, 3 - i);
        batch.setFate(i, DELIVERED);
      }
      batch.markDelivered();
      if (refused) {
        batch.setFate(1, LAND);
      }
      assertEquals(!refused, batch.isDelivered());
      counters.count(batch);
    }
    assertEquals(4, counters.received());
    assertEquals(2, counters.fates(1, DELIVERED));
    assertEquals(1, counters.fates(2, DELIVERED));
    assertEquals(1, counters.fates(2, LAND));
    assertEquals(2, counters.tunnelSentPackets(3));
    assertEquals(140, counters.tunnelSentBytes(3));
    assertEquals(71, counters.tunnelSentBytes(2));
    batch.begin(1);
    assertEquals(false, batch.isDelivered());
  }

  @Test
  void shouldBeginAnewForAnotherTenantWithoutLosingThePackets() {
    count(2, 3, DELIVERED);
    count(2, 3, LAND);
    count(0, 0, LAND);
    counters.received(3, 70);
    counters.reassignTenant(2);
    counters.reassignTunnel(3);
    assertEquals(0, counters.fates(2, DELIVERED));
    assertEquals(0, counters.fates(2, LAND));
    assertEquals(1, counters.fates(0, DELIVERED));
    assertEquals(2, counters.fates(0, LAND));
    assertEquals(0, counters.tunnelSentPackets(3));
    assertEquals(0, counters.tunnelReceivedBytes(3));
    assertEquals(3, counters.received());
  }
}

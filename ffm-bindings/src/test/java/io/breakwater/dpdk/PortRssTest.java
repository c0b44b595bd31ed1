package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.dpdk.PortRss.Function;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class PortRssTest {
  private static final PacketPool POOL = Dpdk.POOL;

  /** net_null keeps what it is told, and spreads nothing: good for asking. */
  @Test
  void shouldTellWhatTheDriverWasTold() {
    try (Port port = Port.open("net_null7", PortOptions.of(POOL).withQueues(2))) {
      PortRss rss = port.rss().orElseThrow();
      assertTrue(rss.offered().containsAll(rss.active()), rss::toString);
      assertTrue(rss.active().contains(Function.IPV4_TCP), rss::toString);
      assertTrue(rss.active().contains(Function.IPV6_UDP), rss::toString);
      assertTrue(rss.table().length > 0, rss::toString);

      int[] table = new int[rss.table().length];
      for (int i = 0; i < table.length; i++) {
        table[i] = i / 3 % 2;
      }
      assertTrue(port.setRssTable(table));
      assertArrayEquals(table, port.rss().orElseThrow().table());
      assertFalse(port.setRssTable(new int[3000]));
    }
  }

  @Test
  void shouldTellThatARingPortDoesNotSpread() {
    try (PortPair pair = PortPair.create("norss", 2, 64, POOL)) {
      assertTrue(pair.first().rss().isEmpty());
    }
  }

  @Test
  void shouldTellThatOneQueueIsNoSpread() {
    try (Port port = Port.open("net_null7", PortOptions.of(POOL))) {
      assertTrue(port.rss().isEmpty());
    }
  }

  @Test
  void shouldKeepTheFirstIpPacketsOfAQueue() {
    PacketBurst burst = new PacketBurst(64);
    try (PortPair pair = PortPair.create("sample", 1, 64, POOL)) {
      pair.first().start();
      pair.second().start();
      PacketSample sample = pair.second().sample(0, 5);
      int[] types = {0x0806, 0x0800, 0x86dd, 0x8100, 0x0800, 0x0800, 0x0800, 0x0800};
      for (int round = 0; round < 2; round++) {
        POOL.allocate(burst, types.length);
        for (int i = 0; i < types.length; i++) {
          byte[] frame = new byte[i == 1 ? 20 : 100];
          Arrays.fill(frame, (byte) (i + 1));
          frame[12] = (byte) (types[i] >> 8);
          frame[13] = (byte) types[i];
          MemorySegment.copy(frame, 0, POOL.memory(), JAVA_BYTE, burst.frame(i), frame.length);
          burst.set(i, burst.buffer(i), burst.frame(i), frame.length);
        }
        assertEquals(types.length, pair.first().txQueue(0).transmit(burst, types.length));
        assertEquals(types.length, pair.second().rxQueue(0).receive(burst));
        POOL.free(burst, 0, types.length);
        List<PacketSample.Packet> packets = sample.read();
        assertEquals(round == 0 ? 5 : 0, packets.size());
        if (round == 0) {
          assertFalse(packets.getFirst().hashed());
          byte[] first = packets.getFirst().frame();
          assertEquals(64, first.length);
          assertEquals(2, first[19]);
          assertEquals(0, first[20]);
          assertEquals(3, packets.get(1).frame()[63]);
          assertEquals(5, packets.get(2).frame()[0]);
        }
      }
      sample.end();
      pair.first().stop();
      pair.second().stop();
      sample.close();
    }
    assertEquals(0, POOL.inUse());
  }
}

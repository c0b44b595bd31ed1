package io.breakwater.dpdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NullPortTest {
  private static final PacketPool POOL = Dpdk.POOL;

  @AfterEach
  void allPacketsShouldBeBackInThePool() {
    assertEquals(0, POOL.inUse());
  }

  @Test
  void shouldReceiveFullBurstsAndSendThemAway() {
    PortOptions options = PortOptions.of(POOL);
    try (Port port = Port.open("net_null0,size=64", options)) {
      assertFalse(port.blocking());
      port.start();
      PacketBurst burst = new PacketBurst(64);
      for (int i = 0; i < 1000; i++) {
        assertEquals(64, port.rxQueue(0).receive(burst));
        assertEquals(64, burst.count());
        assertEquals(64, burst.length(63));
        assertEquals(POOL.frame(burst.buffer(63)), burst.frame(63));
        assertEquals(64, port.txQueue(0).transmit(burst, 64));
      }
      assertEquals(64_000, port.statistics().rxPackets());
      assertEquals(64_000, port.statistics().txPackets());
    }
  }
}

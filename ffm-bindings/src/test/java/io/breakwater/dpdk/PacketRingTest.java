package io.breakwater.dpdk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PacketRingTest {
  private static final PacketPool POOL = Dpdk.POOL;

  @AfterEach
  void allPacketsShouldBeBackInThePool() {
    assertEquals(0, POOL.inUse());
  }

  @Test
  void shouldCarryFrameAndLengthInOrderForEveryKindOfThreads() {
    for (PacketRing.Threads threads : PacketRing.Threads.values()) {
      try (PacketRing ring = PacketRing.create("order", 100, threads, POOL)) {
        PacketBurst in = new PacketBurst(64);
        PacketBurst out = new PacketBurst(64);
        POOL.allocate(in, 64);
        for (int i = 0; i < 64; i++) {
          in.set(i, in.buffer(i), in.frame(i) - i, 60 + i);
        }
        assertEquals(0, ring.dequeue(out));
        assertEquals(64, ring.enqueue(in, 64));
        assertEquals(36, ring.free());
        assertEquals(64, ring.dequeue(out));
        assertEquals(64, out.count());
        for (int i = 0; i < 64; i++) {
          assertEquals(in.buffer(i), out.buffer(i));
          assertEquals(in.frame(i), out.frame(i));
          assertEquals(in.length(i), out.length(i));
        }
        POOL.free(out, 0, 64);
      }
    }
  }

  @Test
  void shouldTakeWhatFitsAndLeaveTheRestToTheCaller() {
    PacketRing.Threads threads = PacketRing.Threads.ONE_TO_ONE;
    try (PacketRing ring = PacketRing.create("full", 40, threads, POOL)) {
      PacketBurst burst = new PacketBurst(64);
      POOL.allocate(burst, 64);
      assertEquals(40, ring.enqueue(burst, 64));
      assertEquals(0, ring.free());
      POOL.free(burst, 40, 24);
      assertEquals(40, POOL.inUse());
    }
    assertEquals(0, POOL.inUse(), "closing the ring frees what is in it");
  }
}

package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.foreign.MemorySegment;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PacketPoolTest {
  static {
    assertEquals(0, Dpdk.POOL.inUse());
  }

  @Test
  void shouldHandOutEachBufferOnceAndWhollyInsideItsMemory() {
    try (PacketPool pool = PacketPool.create("whole", 1023, 2048, 0)) {
      Set<Integer> buffers = new HashSet<>();
      for (int i = 0; i < 1023; i++) {
        int buffer = pool.allocate();
        assertTrue(buffer >= 0 && buffers.add(buffer), "buffer=" + buffer);
        assertTrue(pool.frame(buffer) - pool.headroomBytes() > buffer, "buffer=" + buffer);
        assertTrue(
            pool.frame(buffer) + pool.roomBytes() <= pool.memory().byteSize(), "buffer=" + buffer);
        pool.memory().set(JAVA_BYTE, pool.frame(buffer) + pool.roomBytes() - 1L, (byte) 1);
      }
      assertEquals(1023, pool.inUse());
      assertEquals(0, pool.available());
      assertEquals(-1, pool.allocate());

      free(pool, buffers);
      assertEquals(0, pool.inUse());
      assertEquals(1023, pool.available());
    }
  }

  @Test
  void shouldAllocateABurstWhollyOrNotAtAll() {
    try (PacketPool pool = PacketPool.create("burst", 63, 256, 0)) {
      PacketBurst burst = new PacketBurst(64);
      assertEquals(0, pool.allocate(burst, 64));
      assertEquals(0, pool.inUse());
      assertEquals(63, pool.allocate(burst, 63));
      assertEquals(pool.frame(burst.buffer(62)), burst.frame(62));
      assertEquals(0, burst.length(62));
      pool.free(burst, 60, 3);
      assertEquals(60, pool.inUse());
      pool.free(burst, 0, 60);
    }
  }

  @Test
  void shouldRefuseEveryAccessOutsideItsMemory() {
    MemorySegment memory = Dpdk.POOL.memory();
    long size = memory.byteSize();
    assertTrue(size < 1L << 31, "size=" + size);
    memory.get(JAVA_BYTE, size - 1);
    for (long offset : new long[] {-1, size, size + 1, Long.MIN_VALUE, Long.MAX_VALUE}) {
      assertOutOfBounds(() -> memory.get(JAVA_BYTE, offset));
      assertOutOfBounds(() -> memory.set(JAVA_BYTE, offset, (byte) 0));
    }
    for (int beyond = 1; beyond <= 7; beyond++) {
      long offset = size - 8 + beyond;
      assertOutOfBounds(() -> memory.get(JAVA_LONG_UNALIGNED, offset));
      assertOutOfBounds(() -> memory.set(JAVA_LONG_UNALIGNED, offset, 0));
    }
    assertOutOfBounds(() -> memory.get(JAVA_INT_UNALIGNED, ~1514));
    assertOutOfBounds(() -> memory.asSlice(size - 10, 11));
    assertOutOfBounds(() -> MemorySegment.copy(memory, size - 1, memory, 0, 2));
  }

  @Test
  void shouldRefuseAccessAfterItIsClosed() {
    PacketPool pool = PacketPool.create("closed", 63, 256, 0);
    MemorySegment memory = pool.memory();
    pool.close();
    pool.close();

    assertThrows(IllegalStateException.class, () -> memory.get(JAVA_BYTE, 0));
  }

  @Test
  void shouldRefuseToCloseWhileAPacketIsOut() {
    PacketPool pool = PacketPool.create("out", 63, 256, 0);
    int buffer = pool.allocate();

    assertEquals(
        "packets are still in use: pool=out inUse=1; close ports and rings, and free what workers"
            + " hold, before",
        assertThrows(IllegalStateException.class, pool::close).getMessage());

    free(pool, Set.of(buffer));
    pool.close();
  }

  @Test
  void shouldSayThatMemoryIsShort() {
    DpdkException refused =
        assertThrows(DpdkException.class, () -> PacketPool.create("large", 1_000_000, 2048, 0));

    assertEquals("rte_pktmbuf_pool_create", refused.function());
    assertEquals(12, refused.errno());
    assertTrue(
        refused
            .getMessage()
            .startsWith(
                "rte_pktmbuf_pool_create failed: Cannot allocate memory (errno=12): name=large"
                    + " packets=1000000 dataRoomBytes=2048 cacheSize=0"),
        refused.getMessage());
    assertTrue(
        refused.getMessage().endsWith("; make the pool smaller, or give DPDK more memory at start"),
        refused.getMessage());
  }

  private static void free(PacketPool pool, Set<Integer> buffers) {
    PacketBurst burst = new PacketBurst(32);
    for (int buffer : buffers) {
      burst.set(0, buffer, pool.frame(buffer), 0);
      pool.free(burst, 0, 1);
    }
  }

  private static void assertOutOfBounds(Runnable access) {
    assertThrows(IndexOutOfBoundsException.class, access::run);
  }
}

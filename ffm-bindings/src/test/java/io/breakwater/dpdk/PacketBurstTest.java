package io.breakwater.dpdk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class PacketBurstTest {
  @Test
  void shouldRefuseACapacityThatIsNoPowerOfTwoInRange() {
    for (int capacity : new int[] {-64, 0, 1, 16, 31, 33, 100, 511, 513, 1024}) {
      assertEquals(
          "burst capacity must be a power of two in 32..512: capacity=" + capacity,
          assertThrows(IllegalArgumentException.class, () -> new PacketBurst(capacity))
              .getMessage());
    }
    for (int capacity = 32; capacity <= 512; capacity *= 2) {
      assertEquals(capacity, new PacketBurst(capacity).capacity());
    }
  }

  @Test
  void shouldKeepEachPacketInItsRecord() {
    PacketBurst burst = new PacketBurst(32);
    assertEquals(32 * PacketBurst.RECORD_INTS, burst.records().length);
    burst.set(31, 7, 8, 9);
    int last = 31 * PacketBurst.RECORD_INTS;
    int[] expected = new int[32 * PacketBurst.RECORD_INTS];
    expected[last] = 7;
    expected[last + 1] = 8;
    expected[last + 2] = 9;
    assertArrayEquals(expected, burst.records());
    assertEquals(7, burst.buffer(31));
    assertEquals(8, burst.frame(31));
    assertEquals(9, burst.length(31));
  }

  @Test
  void shouldRefuseEveryElementOutsideItsCapacity() {
    PacketBurst burst = new PacketBurst(32);
    for (int index : new int[] {-1, 32, 511, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertOutOfBounds(() -> burst.buffer(index));
      assertOutOfBounds(() -> burst.frame(index));
      assertOutOfBounds(() -> burst.length(index));
      assertOutOfBounds(() -> burst.set(index, 0, 0, 0));
    }
    for (int count : new int[] {-1, 33, 64}) {
      assertOutOfBounds(() -> Dpdk.POOL.free(burst, 0, count));
      assertOutOfBounds(() -> Dpdk.POOL.free(burst, 32 - count, count + 1));
      assertOutOfBounds(() -> Dpdk.POOL.allocate(burst, count));
    }
  }

  private static void assertOutOfBounds(Runnable access) {
    assertThrows(IndexOutOfBoundsException.class, access::run);
  }
}

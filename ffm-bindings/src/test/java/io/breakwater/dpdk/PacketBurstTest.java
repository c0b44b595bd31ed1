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
  void shouldCopyOutWhatWasCopiedIn() {
    PacketBurst burst = new PacketBurst(32);
    int[] buffer = new int[32];
    int[] frame = new int[32];
    int[] length = new int[32];
    for (int i = 0; i < 32; i++) {
      buffer[i] = 1000 + i;
      frame[i] = 2000 + i;
      length[i] = -i;
    }
    burst.copyFrom(buffer, frame, length, 31);
    burst.set(31, 7, 8, 9);

    int[] bufferOut = new int[32];
    int[] frameOut = new int[32];
    int[] lengthOut = new int[32];
    burst.copyTo(bufferOut, frameOut, lengthOut, 32);

    buffer[31] = 7;
    frame[31] = 8;
    length[31] = 9;
    assertArrayEquals(buffer, bufferOut);
    assertArrayEquals(frame, frameOut);
    assertArrayEquals(length, lengthOut);
    assertEquals(1030, burst.buffer(30));
    assertEquals(2030, burst.frame(30));
    assertEquals(-30, burst.length(30));
  }

  @Test
  void shouldRefuseEveryElementOutsideItsCapacity() {
    PacketBurst burst = new PacketBurst(32);
    int[] large = new int[64];
    for (int index : new int[] {-1, 32, 511, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertOutOfBounds(() -> burst.buffer(index));
      assertOutOfBounds(() -> burst.frame(index));
      assertOutOfBounds(() -> burst.length(index));
      assertOutOfBounds(() -> burst.set(index, 0, 0, 0));
    }
    for (int count : new int[] {-1, 33, 64}) {
      assertOutOfBounds(() -> burst.copyFrom(large, large, large, count));
      assertOutOfBounds(() -> burst.copyTo(large, large, large, count));
      assertOutOfBounds(() -> Dpdk.POOL.free(burst, 0, count));
      assertOutOfBounds(() -> Dpdk.POOL.free(burst, 32 - count, count + 1));
      assertOutOfBounds(() -> Dpdk.POOL.allocate(burst, count));
    }
    assertOutOfBounds(() -> burst.copyTo(new int[31], large, large, 32));
  }

  private static void assertOutOfBounds(Runnable access) {
    assertThrows(IndexOutOfBoundsException.class, access::run);
  }
}

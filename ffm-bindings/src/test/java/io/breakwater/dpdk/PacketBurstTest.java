package io.breakwater.dpdk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
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
    int[] records = new int[32 * PacketBurst.RECORD_INTS];
    for (int i = 0; i < records.length; i++) {
      records[i] = 1000 + 7 * i;
    }
    burst.copyFrom(records, 31);
    burst.set(31, 7, 8, 9);

    int[] out = new int[records.length];
    burst.copyTo(out, 32);

    int last = 31 * PacketBurst.RECORD_INTS;
    Arrays.fill(records, last, records.length, 0);
    records[last] = 7;
    records[last + 1] = 8;
    records[last + 2] = 9;
    assertArrayEquals(records, out);
    int before = 30 * PacketBurst.RECORD_INTS;
    assertEquals(records[before], burst.buffer(30));
    assertEquals(records[before + 1], burst.frame(30));
    assertEquals(records[before + 2], burst.length(30));
  }

  @Test
  void shouldRefuseEveryElementOutsideItsCapacity() {
    PacketBurst burst = new PacketBurst(32);
    int[] large = new int[64 * PacketBurst.RECORD_INTS];
    for (int index : new int[] {-1, 32, 511, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
      assertOutOfBounds(() -> burst.buffer(index));
      assertOutOfBounds(() -> burst.frame(index));
      assertOutOfBounds(() -> burst.length(index));
      assertOutOfBounds(() -> burst.set(index, 0, 0, 0));
    }
    for (int count : new int[] {-1, 33, 64}) {
      assertOutOfBounds(() -> burst.copyFrom(large, count));
      assertOutOfBounds(() -> burst.copyTo(large, count));
      assertOutOfBounds(() -> Dpdk.POOL.free(burst, 0, count));
      assertOutOfBounds(() -> Dpdk.POOL.free(burst, 32 - count, count + 1));
      assertOutOfBounds(() -> Dpdk.POOL.allocate(burst, count));
    }
    assertOutOfBounds(() -> burst.copyTo(new int[32 * PacketBurst.RECORD_INTS - 1], 32));
  }

  private static void assertOutOfBounds(Runnable access) {
    assertThrows(IndexOutOfBoundsException.class, access::run);
  }
}

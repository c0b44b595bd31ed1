package io.breakwater.workers.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SpscRingTest {

  private final long[] record = new long[SpscRing.RECORD_LONGS];

  @Test
  void shouldReturnRecordsInTheOrderTheyCame() {
    SpscRing ring = new SpscRing(4);
    for (int round = 0; round < 10; round++) {
      assertTrue(ring.offer(round, 1, -2, Long.MIN_VALUE, Long.MAX_VALUE));
      assertTrue(ring.offer(round, 5, 6, 7, 8));
      assertTrue(ring.poll(record));
      assertArrayEquals(new long[] {round, 1, -2, Long.MIN_VALUE, Long.MAX_VALUE}, record);
      assertTrue(ring.poll(record));
      assertArrayEquals(new long[] {round, 5, 6, 7, 8}, record);
      assertFalse(ring.poll(record));
    }
  }

  @Test
  void shouldRefuseAndCountWhenFull() {
    SpscRing ring = new SpscRing(2);
    assertTrue(ring.offer(1, 0, 0, 0, 0));
    assertTrue(ring.offer(2, 0, 0, 0, 0));
    assertFalse(ring.offer(3, 0, 0, 0, 0));
    assertFalse(ring.offer(4, 0, 0, 0, 0));
    assertEquals(2, ring.refused());
    assertTrue(ring.poll(record));
    assertEquals(1, record[0]);
    assertTrue(ring.offer(5, 0, 0, 0, 0));
    assertTrue(ring.poll(record));
    assertEquals(2, record[0]);
    assertTrue(ring.poll(record));
    assertEquals(5, record[0]);
    assertFalse(ring.poll(record));
  }

  @Test
  void shouldRefuseACapacityThatIsNoPowerOfTwo() {
    for (int capacity : new int[] {0, 3, 100}) {
      assertThrows(IllegalArgumentException.class, () -> new SpscRing(capacity));
    }
  }

  /** Every record arrives once, whole and in order, whatever the two threads' speeds. */
  @Test
  void shouldCarryRecordsBetweenTwoThreads() throws Exception {
    int count = 50_000;
    SpscRing ring = new SpscRing(64);
    CompletableFuture<Void> producer =
        CompletableFuture.runAsync(() -> {
          for (long i = 0; i < count; ) {
            if (ring.offer(i, i + 1, i * 3, ~i, i << 20)) {
              i++;
            } else {
              Thread.yield();
            }
          }
        });
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    for (long i = 0; i < count; ) {
      if (ring.poll(record)) {
        assertArrayEquals(new long[] {i, i + 1, i * 3, ~i, i << 20}, record);
        i++;
      } else {
        assertTrue(System.nanoTime() - deadlineNs < 0, "stuck at record " + i);
        Thread.yield();
      }
    }
    producer.get(60, TimeUnit.SECONDS);
    assertFalse(ring.poll(record));
  }
}

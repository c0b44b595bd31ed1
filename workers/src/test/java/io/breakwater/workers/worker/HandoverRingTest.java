package io.breakwater.workers.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.packet.Batch;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HandoverRingTest {

  private final int[] records = new int[64 * Batch.STRIDE];
  private final HandoverRing ring = new HandoverRing(128);

  private boolean offer(int buffer, int frame, int length, int port) {
    return ring.offer(HandoverRing.entry(buffer, frame, length), port);
  }

  @Test
  void shouldHandOverPacketsInOrderWithEmptyFields() {
    for (int i = 0; i < 3; i++) {
      assertTrue(offer(10 + i, 20 + i, 30 + i, 7));
    }
    assertEquals(0, ring.take(records, 64), "not published");
    ring.publish();
    Arrays.fill(records, -1);

    assertEquals(3, ring.take(records, 64));

    assertEquals(7, ring.port());
    for (int i = 0; i < 3; i++) {
      assertEquals(
          "[%d, %d, %d, 0, 0, 0, 0, 0]".formatted(10 + i, 20 + i, 30 + i),
          Arrays.toString(Arrays.copyOfRange(records, i * Batch.STRIDE, (i + 1) * Batch.STRIDE)));
    }
    assertEquals(0, ring.take(records, 64));
  }

  @Test
  void shouldTakePacketsOfOnePortAtATime() {
    int[] ports = {0, 0, 1, 0};
    for (int i = 0; i < ports.length; i++) {
      offer(i, i, 60, ports[i]);
    }
    ring.publish();

    assertEquals(2, ring.take(records, 64));
    assertEquals(0, ring.port());
    assertEquals(1, ring.take(records, 64));
    assertEquals(1, ring.port());
    assertEquals(2, records[Batch.BUFFER]);
    assertEquals(1, ring.take(records, 64));
    assertEquals(0, ring.port());
  }

  @Test
  void shouldRefuseWhatDoesNotFitAndGoOnWhenThereIsRoom() {
    for (int round = 0; round < 1_000; round++) {
      int sent = 0;
      while (offer(sent, sent, 60, 0)) {
        sent++;
      }
      assertEquals(128, sent);
      ring.publish();
      assertEquals(50, ring.take(records, 50));
      assertTrue(offer(sent, sent, 60, 0));
      ring.publish();
      int taken = 50;
      for (int count = ring.take(records, 64); count > 0; count = ring.take(records, 64)) {
        for (int k = 0; k < count; k++) {
          assertEquals(taken++, records[k * Batch.STRIDE]);
        }
      }
      assertEquals(129, taken);
    }
  }

  /** Runs of every length, beyond the end of the ring's memory, and of two ports. */
  @Test
  void shouldTakeRunsUpToItsRoomInOrder() {
    long[] run = new long[70];
    int sent = 0;
    int taken = 0;
    for (int round = 0; round < 3_000; round++) {
      int count = round % 64;
      for (int k = 0; k < count; k++) {
        run[k + 5] = HandoverRing.entry(sent + k, sent + k, 60);
      }
      int port = round / 100 % 2;
      int offered = ring.offerAll(run, 5, count, port);
      ring.publish();
      sent += offered;
      assertTrue(offered == count || sent - taken >= 127, "a change of the port takes a place");
      for (int n = ring.take(records, round % 40); n > 0; n = ring.take(records, round % 3)) {
        for (int k = 0; k < n; k++) {
          assertEquals(taken++, records[k * Batch.STRIDE]);
        }
      }
    }
    for (int n = ring.take(records, 64); n > 0; n = ring.take(records, 64)) {
      taken += n;
    }
    assertEquals(sent, taken);
    assertTrue(sent > 10_000, "sent=" + sent);
  }

  @Test
  void shouldKeepWhatIsNotReleased() {
    for (int i = 0; i < 10; i++) {
      offer(i, i, 60, 3);
    }
    ring.publish();
    assertEquals(10, ring.peek(records, 64));
    assertEquals(3, ring.port());
    ring.release(4);
    assertEquals(6, ring.peek(records, 64));
    assertEquals(4, records[Batch.BUFFER]);
    ring.release(6);
    assertEquals(0, ring.peek(records, 64));
  }

  @Test
  void shouldBeExhaustedWhenItHasEndedAndAllIsTaken() {
    offer(1, 2, 60, 0);
    ring.publish();
    assertFalse(ring.isExhausted());
    ring.end();
    assertFalse(ring.isExhausted());
    ring.take(records, 64);
    assertTrue(ring.isExhausted());
  }

  @Test
  void shouldHaveAPowerOfTwoAsCapacity() {
    assertThrows(IllegalArgumentException.class, () -> new HandoverRing(100));
    for (int workers = 1; workers <= 64; workers++) {
      int capacity = HandoverRings.capacity(workers, 32_768);
      assertEquals(1, Integer.bitCount(capacity));
      assertTrue(capacity >= 32 && capacity <= 2_048, "capacity=" + capacity);
      if (capacity > 32) {
        assertTrue(HandoverRings.packetsMax(workers, 32_768) <= 4_096, "workers=" + workers);
      }
    }
    assertEquals(2_048, HandoverRings.capacity(2, 32_768));
    assertEquals(256, HandoverRings.capacity(4, 32_768));
  }

  /** Every packet arrives once and in order, whatever the two threads' speeds are. */
  @Test
  void shouldLoseNothingBetweenTwoThreads() throws InterruptedException {
    int packets = 1_000_000;
    AtomicReference<String> wrong = new AtomicReference<>("");
    Thread consumer =
        new Thread(() -> {
          int[] into = new int[64 * Batch.STRIDE];
          int expected = 0;
          while (!ring.isExhausted()) {
            int count = ring.take(into, 64);
            for (int k = 0; k < count; k++, expected++) {
              int at = k * Batch.STRIDE;
              boolean same =
                  into[at] == expected
                      && into[at + 1] == expected + expected % 65_536
                      && into[at + 2] == expected % 9;
              if (!same || ring.port() != expected / 1_000 % 2) {
                wrong.compareAndSet("", "expected=" + expected + " buffer=" + into[at]);
              }
            }
          }
          if (expected != packets) {
            wrong.compareAndSet("", "taken=" + expected);
          }
        });
    consumer.start();
    for (int i = 0; i < packets; ) {
      if (offer(i, i + i % 65_536, i % 9, i / 1_000 % 2)) {
        i++;
        if (i % 17 == 0) {
          ring.publish();
        }
      } else {
        ring.publish();
        Thread.onSpinWait();
      }
    }
    ring.publish();
    ring.end();
    consumer.join();
    assertEquals("", wrong.get());
  }
}

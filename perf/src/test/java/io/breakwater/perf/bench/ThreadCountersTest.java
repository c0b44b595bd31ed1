package io.breakwater.perf.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.dpdk.HardwareCounter.Event;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ThreadCountersTest {

  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final CountDownLatch started = new CountDownLatch(1);
  private final CountDownLatch ending = new CountDownLatch(1);

  /**
   * The last test's thread may still be there for a moment: the kernel's end comes after Java's.
   */
  private final Thread thread = new Thread(this::work, "counted-" + NUMBER.incrementAndGet());

  private void work() {
    started.countDown();
    while (ending.getCount() > 0) {
      Thread.onSpinWait();
    }
  }

  /** The kernel knows its name only from the moment it runs. */
  @BeforeEach
  void startThread() throws InterruptedException {
    thread.start();
    started.await();
  }

  @AfterEach
  void endThread() throws InterruptedException {
    ending.countDown();
    thread.join();
  }

  @Test
  void shouldCountAThreadByItsName() {
    // The kernel's own clock stands for the CPU's counters, which not every machine has.
    try (ThreadCounters counters = ThreadCounters.of(thread, List.of(Event.TASK_CLOCK_NS))) {
      assertNull(counters.missing());
      long before = counters.read()[0];
      while (counters.read()[0] == before) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void shouldCountAllOrNothing() {
    try (ThreadCounters counters = ThreadCounters.of(thread)) {
      if (counters.missing() == null) {
        assertEquals(ThreadCounters.EVENTS.size(), counters.read().length);
      } else {
        assertEquals(0, counters.read().length);
        assertTrue(counters.missing().contains("event="), counters::missing);
      }
    }
  }
}

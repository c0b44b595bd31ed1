package io.breakwater.dpdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import io.breakwater.dpdk.HardwareCounter.Event;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HardwareCounterTest {

  private static final String NAME = "counted-by-the-test";

  /** A thread that is counted by another, as a worker is, and works until its clock says enough. */
  @Test
  void shouldCountTheTimeOfAnotherThread() throws InterruptedException {
    CountDownLatch started = new CountDownLatch(1);
    AtomicBoolean stopping = new AtomicBoolean();
    Thread thread =
        new Thread(
            () -> {
              started.countDown();
              while (!stopping.get()) {
                Thread.onSpinWait();
              }
            },
            NAME);
    thread.start();
    started.await();
    try (HardwareCounter counter =
        HardwareCounter.open(Event.TASK_CLOCK_NS, HardwareCounter.threadNamed(NAME))) {
      long before = counter.read();
      while (counter.read() < before + 5_000_000) {
        Thread.onSpinWait();
      }
    } finally {
      stopping.set(true);
      thread.join();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"INSTRUCTIONS", "CORE_CYCLES"})
  void shouldCountOrSayWhyNot(Event event) {
    try (HardwareCounter counter = HardwareCounter.open(event, 0)) {
      long before = counter.read();
      long sum = 0;
      for (int i = 0; i < 1_000_000; i++) {
        sum += i ^ before;
      }
      long counted = counter.read() - before;
      // HotSpot may turn the loop into vectors of eight.
      assertTrue(counted > 10_000, () -> "counted=" + counted);
      assertTrue(sum != 1);
    } catch (DpdkException e) {
      assertEquals("perf_event_open", e.function());
      assertTrue(e.getMessage().contains("event=" + event), e::getMessage);
      abort(e.getMessage());
    }
  }

  @Test
  void shouldRefuseAThreadThatIsNotThere() {
    DpdkException refused =
        assertThrows(
            DpdkException.class, () -> HardwareCounter.open(Event.TASK_CLOCK_NS, 0x3fffffff));
    assertEquals(3, refused.errno(), refused::getMessage); // ESRCH
    assertThrows(
        IllegalArgumentException.class, () -> HardwareCounter.threadNamed("nobody has this"));
  }
}

package io.breakwater.perf.onset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class DeoptimizationsTest {

  private static final List<String> LOG =
      List.of(
          "[99ns][42] cid= 1 level=4 A.early()V trap_bci=1 unstable_if reinterpret pc=0x1",
          "[100ns][42] cid= 2 level=4 A.a([I)V trap_bci=2 unstable_if reinterpret pc=0x2",
          "[150ns][43] cid= 3 level=4 A.other()V trap_bci=3 null_check make_not_entrant pc=0x3",
          "[150ns][ 42] cid= 4 level=4 A.b()V trap_bci=4 class_check maybe_recompile pc=0x4",
          "no line of that kind",
          "[201ns][42] cid= 5 level=4 A.late()V trap_bci=5 unstable_if reinterpret pc=0x5");

  @Test
  void shouldTakeThoseOfTheThreadAndTheTimeOnly() {
    assertEquals(
        List.of(
            "cid= 2 level=4 A.a([I)V trap_bci=2 unstable_if reinterpret pc=0x2",
            "cid= 4 level=4 A.b()V trap_bci=4 class_check maybe_recompile pc=0x4"),
        Deoptimizations.of(42, 100, 200, LOG));
  }

  @Test
  void shouldKnowThreadsByTheirNames() throws IOException, InterruptedException {
    var running = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    Thread thread =
        new Thread(
            () -> {
              running.countDown();
              awaitUninterrupted(end);
            },
            "onset-test");
    thread.start();
    try {
      // A thread tells the kernel its name itself, before it runs: until then it has its parent's.
      running.await();
      assertTrue(Deoptimizations.threadId("onset-test").isPresent());
      assertEquals(Optional.empty(), Deoptimizations.threadId("no thread's name"));
    } finally {
      end.countDown();
      thread.join();
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

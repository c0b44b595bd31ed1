package io.breakwater.dpdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

class ThreadTest {
  private static <T> T onOwnThread(Callable<T> task) throws Exception {
    FutureTask<T> future = new FutureTask<>(task);
    Thread.ofPlatform().start(future).join();
    return future.get();
  }

  @Test
  void shouldPinOnlyTheCallingThread() throws Exception {
    List<Integer> all = CpuAffinity.current();
    int cpu = all.getLast();

    List<Integer> pinned =
        onOwnThread(() -> {
          CpuAffinity.pin(cpu);
          return CpuAffinity.current();
        });

    assertEquals(List.of(cpu), pinned);
    assertEquals(all, CpuAffinity.current());
  }

  /** In a JVM of its own, as it is for the whole process. */
  @Test
  void shouldKeepEveryThreadOffACpuButOnesThatPinThemselves() throws Exception {
    List<Integer> all = CpuAffinity.current();
    assumeTrue(all.size() > 1, "one CPU only");
    ChildJvm.Result child =
        new ChildJvm().runInModule(KeepOff.class, String.valueOf(all.getLast()));
    assertEquals(0, child.exit(), child::output);
  }

  /** With nothing left nothing is done. */
  @Test
  void shouldNotTakeTheLastCpuAway() {
    List<Integer> all = CpuAffinity.current();
    assertFalse(CpuAffinity.keepOff(all));
    assertEquals(all, CpuAffinity.current());
  }

  @Test
  void shouldSayWhichCpusAreAllowedWhenOneIsNot() {
    for (int cpu : new int[] {1023, 1024, -1}) {
      DpdkException refused = assertThrows(DpdkException.class, () -> CpuAffinity.pin(cpu));
      assertEquals(
          "sched_setaffinity failed: Invalid argument (errno=22): cpu="
              + cpu
              + " allowed="
              + CpuAffinity.current()
              + "; name a CPU that exists and that taskset, cgroup or container lets this process"
              + " use",
          refused.getMessage());
    }
  }

  @Test
  void shouldReadTheKernelsListsOfCpus() throws Exception {
    assertEquals(List.of(), CpuAffinity.parse("\n"));
    assertEquals(List.of(3), CpuAffinity.parse("3\n"));
    assertEquals(List.of(2, 3, 5, 8, 9, 10), CpuAffinity.parse("2-3,5,8-10\n"));
    String isolated = Files.readString(Path.of("/sys/devices/system/cpu/isolated"));
    assertEquals(isolated.isBlank(), CpuAffinity.isolatedCores().isEmpty());
  }

  @Test
  void shouldGiveEachRegisteredThreadItsOwnLcoreAndTakeItBack() throws Exception {
    assertEquals(0, Dpdk.POOL.inUse());
    int first =
        onOwnThread(() -> {
          int mine = DpdkThread.register();
          int other =
              onOwnThread(() -> {
                int id = DpdkThread.register();
                DpdkThread.unregister();
                return id;
              });
          assertNotEquals(mine, other);
          DpdkThread.unregister();
          return mine;
        });
    int again =
        onOwnThread(() -> {
          int id = DpdkThread.register();
          DpdkThread.unregister();
          return id;
        });
    assertEquals(first, again, "the lcore id is free again");
  }

  @Test
  void shouldLeaveNothingInTheCacheOfAThreadThatEnds() throws Exception {
    try (PacketPool pool = PacketPool.create("cached", 1023, 256, 256)) {
      onOwnThread(() -> {
        DpdkThread.register();
        PacketBurst burst = new PacketBurst(32);
        assertEquals(32, pool.allocate(burst, 32));
        pool.free(burst, 0, 32);
        DpdkThread.unregister();
        return null;
      });
      assertEquals(0, pool.inUse());
      PacketBurst most = new PacketBurst(512);
      PacketBurst rest = new PacketBurst(512);
      assertEquals(512, pool.allocate(most, 512));
      assertEquals(511, pool.allocate(rest, 511), "every packet can be had by another thread");
      pool.free(most, 0, 512);
      pool.free(rest, 0, 511);
    }
  }

  @Test
  void shouldRefuseAVirtualThread() throws Exception {
    FutureTask<Integer> future = new FutureTask<>(DpdkThread::register);
    Thread.ofVirtual().start(future).join();

    ExecutionException refused = assertThrows(ExecutionException.class, future::get);
    assertTrue(
        refused.getCause().getMessage().startsWith("only a platform thread can be registered"),
        refused.getCause().getMessage());
  }
}

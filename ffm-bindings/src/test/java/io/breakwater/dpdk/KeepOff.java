package io.breakwater.dpdk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/** Keeps this JVM off the CPU named, and ends with 0 if that is what came of it. */
final class KeepOff {
  private KeepOff() {}

  public static void main(String[] arguments) throws Exception {
    int cpu = Integer.parseInt(arguments[0]);
    CountDownLatch end = new CountDownLatch(1);
    List<Thread> threads = List.of(waiting(end), waiting(end));
    require(CpuAffinity.keepOff(List.of(cpu)), "refused");
    List<List<Integer>> allowed = allowedOfEachThread();
    require(allowed.size() > threads.size(), "threads=" + allowed.size());
    for (List<Integer> cpus : allowed) {
      require(!cpus.isEmpty() && !cpus.contains(cpu), "allowed=" + allowed);
    }
    CpuAffinity.pin(cpu);
    require(CpuAffinity.current().equals(List.of(cpu)), "pinned to " + CpuAffinity.current());
    end.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private static Thread waiting(CountDownLatch end) {
    return Thread.ofPlatform()
        .start(() -> {
          try {
            end.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  private static List<List<Integer>> allowedOfEachThread() throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks.map(KeepOff::allowed).flatMap(Optional::stream).toList();
    }
  }

  /** Empty for a thread that has ended meanwhile: the JVM's own come and go. */
  private static Optional<List<Integer>> allowed(Path task) {
    try {
      String line =
          Files.readAllLines(task.resolve("status")).stream()
              .filter(candidate -> candidate.startsWith("Cpus_allowed_list:"))
              .findFirst()
              .orElseThrow();
      return Optional.of(CpuAffinity.parse(line.substring(line.indexOf(':') + 1)));
    } catch (IOException ended) {
      return Optional.empty();
    }
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      System.out.println(otherwise);
      System.exit(1);
    }
  }
}

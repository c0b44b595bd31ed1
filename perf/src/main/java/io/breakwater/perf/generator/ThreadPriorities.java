package io.breakwater.perf.generator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Makes room for a generator's sending thread on a CPU that its other threads poll on. */
final class ThreadPriorities {

  /** DPDK's name for the threads of lcores but the main one: {@code rte-worker-3}. */
  private static final String LCORE = "worker-";

  private ThreadPriorities() {}

  /** Gives all threads of a DPDK process but its lcores' the lowest priority. */
  static void lowerAllButLcores(long pid) throws InterruptedException {
    List<String> command = new ArrayList<>(List.of("renice", "-n", "19", "-p"));
    try {
      try (Stream<Path> tasks = Files.list(Path.of("/proc", Long.toString(pid), "task"))) {
        tasks
            .filter(task -> !name(task).contains(LCORE))
            .forEach(task -> command.add(task.getFileName().toString()));
      }
      new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String name(Path task) {
    try {
      return Files.readString(task.resolve("comm")).strip();
    } catch (IOException e) {
      return LCORE; // It ended meanwhile.
    }
  }
}

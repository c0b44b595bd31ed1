package io.breakwater.perf.onset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Which compiled code a thread left for the interpreter, as HotSpot's log tells it: {@code
 * -Xlog:deoptimization=debug:file=FILE:timenanos,tid:filecount=0}.
 */
final class Deoptimizations {

  private static final Path TASKS = Path.of("/proc/self/task");

  private Deoptimizations() {}

  /** The option that makes HotSpot write the log. */
  static String option(Path file) {
    return "-Xlog:deoptimization=debug:file=" + file + ":timenanos,tid:filecount=0";
  }

  /** The kernel's number of a thread of this process, which the log has. */
  static Optional<Long> threadId(String name) throws IOException {
    try (Stream<Path> tasks = Files.list(TASKS)) {
      for (Path task : tasks.toList()) {
        if (nameOf(task).equals(name)) {
          return Optional.of(Long.valueOf(task.getFileName().toString()));
        }
      }
    }
    return Optional.empty();
  }

  /** Empty for a thread that ended since the list was made, even while its name was read. */
  private static String nameOf(Path task) {
    try {
      return Files.readString(task.resolve("comm")).strip();
    } catch (IOException ended) {
      return "";
    }
  }

  /**
   * Those of one thread in a span of {@link System#nanoTime}, in the log's words.
   *
   * @param log lines like {@code [123456789ns][42] Deoptimize ... reason=unstable_if ...}
   */
  static List<String> of(long thread, long fromNs, long toNs, List<String> log) {
    return log.stream()
        .map(line -> line.split("[\\[\\]]+", 4))
        .filter(parts -> parts.length == 4 && parts[1].endsWith("ns"))
        .filter(parts -> Long.parseLong(parts[2].strip()) == thread)
        .filter(parts -> {
          long ns = Long.parseLong(parts[1].substring(0, parts[1].length() - 2));
          return ns >= fromNs && ns <= toNs;
        })
        .map(parts -> parts[3].strip())
        .toList();
  }
}

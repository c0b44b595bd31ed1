package io.breakwater.perf.generator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes room for a generator's sending thread on a CPU on which a thread of no name polls, too.
 *
 * <p>Source: sched(7). A thread that is 15 nicer than another gets a thirtieth of the CPU beside
 * it, every tenth of a second or so; 39 nicer, it would wait for seconds.
 */
final class ThreadPriorities {

  private static final int NICER = 15;
  private static final int NICE_MAX = 19;

  /** Fields of {@code /proc/PID/stat} from the state, which is the third, to nice, the 19th. */
  private static final int NICE_AFTER_NAME = 16;

  private ThreadPriorities() {}

  /**
   * Lowers the priority of threads that have the main thread's name, but for the main thread:
   * threads that a program starts and does not name.
   */
  static void lowerUnnamed(long pid) throws InterruptedException {
    Path process = Path.of("/proc", Long.toString(pid));
    String main = Long.toString(pid);
    try (Stream<Path> tasks = Files.list(process.resolve("task"))) {
      String name = Files.readString(process.resolve("comm"));
      String stat = Files.readString(process.resolve("stat"));
      List<Path> unnamed =
          tasks.filter(task -> !task.endsWith(main) && hasName(task, name)).toList();
      int nice = nice(stat) + NICER;
      for (Path task : unnamed) {
        renice(Math.min(NICE_MAX, nice), task.getFileName().toString());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param stat as the kernel gives it; the name, in parentheses, may have spaces
   */
  static int nice(String stat) {
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return Integer.parseInt(fields[NICE_AFTER_NAME]);
  }

  private static boolean hasName(Path task, String name) {
    try {
      return Files.readString(task.resolve("comm")).equals(name);
    } catch (IOException e) {
      return false; // It ended meanwhile.
    }
  }

  private static void renice(int nice, String thread) throws IOException, InterruptedException {
    new ProcessBuilder("renice", "-n", Integer.toString(nice), "-p", thread)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }
}

package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the CPU counts of one thread in user space: perf_event_open(2), for benchmarks.
 *
 * <p>It counts from {@link #open} on, whatever CPU the thread runs on, and costs the thread
 * nothing. It may be read and closed by any one thread. Many virtual machines have no such
 * counters, and many hosts do not let everyone use them: then it cannot be opened.
 */
public final class HardwareCounter implements AutoCloseable {

  private static final Path THREADS = Path.of("/proc/self/task");

  /** The kernel keeps so much of a thread's name. */
  private static final int NAME_LENGTH_MAX = 15;

  /** What can be counted; in the order of {@code enum bw_counter_event}. */
  public enum Event {
    INSTRUCTIONS,
    /** Of the core's own clock, which changes its frequency; not of the time stamp counter. */
    CORE_CYCLES,
    /** Of the last level. */
    CACHE_MISSES,
    /** Nanoseconds on a CPU: the kernel's own count, which every machine has. */
    TASK_CLOCK_NS
  }

  private final Event event;
  private final int counter;

  private HardwareCounter(Event event, int counter) {
    this.event = event;
    this.counter = counter;
  }

  /**
   * Begins to count.
   *
   * @param thread the kernel's number of it ({@link #threadNamed})
   * @throws DpdkException when the machine cannot, or may not: the message says why
   */
  public static HardwareCounter open(Event event, int thread) {
    int counter =
        NativeError.check(
            Shim.counterOpen(thread, event.ordinal()),
            "perf_event_open",
            "event=%s thread=%d".formatted(event, thread),
            "virtual machines often have no such counters; see"
                + " /proc/sys/kernel/perf_event_paranoid");
    return new HardwareCounter(event, counter);
  }

  /**
   * The kernel's number of this process's thread with a name; of the first, if there are several. A
   * thread has its name there from the moment it runs.
   *
   * @throws IllegalArgumentException when there is none
   */
  public static int threadNamed(String name) {
    String kept = name.substring(0, Math.min(name.length(), NAME_LENGTH_MAX));
    try (DirectoryStream<Path> threads = Files.newDirectoryStream(THREADS)) {
      for (Path thread : threads) {
        if (nameOf(thread).equals(kept)) {
          return Integer.parseInt(thread.getFileName().toString());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalArgumentException("no thread has this name: name=" + name);
  }

  /** Empty if it has ended meanwhile: before its file was opened, or between that and reading. */
  private static String nameOf(Path thread) {
    try {
      return Files.readString(thread.resolve("comm")).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /**
   * What was counted so far.
   *
   * @throws DpdkException when the kernel gave the counters to others all the time
   */
  public long read() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment count = arena.allocate(JAVA_LONG);
      NativeError.check(Shim.counterRead(counter, count), "read", "event=" + event);
      return count.get(JAVA_LONG, 0);
    }
  }

  @Override
  public void close() {
    Shim.counterClose(counter);
  }
}

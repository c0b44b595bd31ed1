package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * On which CPUs the calling thread and the others of this process run, and which CPUs the kernel
 * keeps free for such threads.
 *
 * <p>CPUs are the kernel's numbers. A thread started by a pinned thread is pinned like it.
 */
public final class CpuAffinity {
  private static final Path ISOLATED = Path.of("/sys/devices/system/cpu/isolated");
  private static final Path TASKS = Path.of("/proc/self/task");
  private static final int CPUS_MAX = 1024;

  /** ESRCH: the thread has ended. */
  private static final int NO_SUCH_PROCESS = 3;

  private CpuAffinity() {}

  /**
   * Lets the calling thread run on one CPU only.
   *
   * @throws DpdkException when the CPU does not exist or this process may not use it
   */
  public static void pin(int cpu) {
    NativeError.check(
        Shim.threadPin(cpu),
        "sched_setaffinity",
        "cpu=" + cpu + " allowed=" + current(),
        "name a CPU that exists and that taskset, cgroup or container lets this process use");
  }

  /** The CPUs on which the calling thread may run, ascending. */
  public static List<Integer> current() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment words = arena.allocate(JAVA_LONG, CPUS_MAX / Long.SIZE);
      NativeError.check(Shim.threadAffinity(words, CPUS_MAX / Long.SIZE), "sched_getaffinity", "");
      return BitSet.valueOf(words.toArray(JAVA_LONG)).stream().boxed().toList();
    }
  }

  /**
   * Keeps every thread of this process off these CPUs, and those that such threads start later: the
   * virtual machine's own (collector, compilers) share a core with whom they like, and take it for
   * milliseconds at a time. A thread may still {@link #pin} itself to one of these CPUs afterwards.
   *
   * <p>To be called before those threads start, on a thread that is not pinned: where it may run is
   * where all others may, less these CPUs.
   *
   * @return false, and nothing is changed, when no CPU would be left
   */
  public static boolean keepOff(Collection<Integer> cpus) {
    BitSet rest = new BitSet(CPUS_MAX);
    current().forEach(rest::set);
    cpus.forEach(rest::clear);
    if (rest.isEmpty()) {
      return false;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment words = arena.allocateFrom(JAVA_LONG, rest.toLongArray());
      // A thread that was not moved yet may start another one meanwhile.
      Set<Integer> moved = new HashSet<>();
      boolean found = true;
      while (found) {
        found = false;
        for (int thread : threads()) {
          if (moved.add(thread)) {
            found = true;
            move(thread, words, rest);
          }
        }
      }
    }
    return true;
  }

  private static void move(int thread, MemorySegment words, BitSet cpus) {
    int result =
        Shim.threadSetAffinity(thread, words, (int) (words.byteSize() / JAVA_LONG.byteSize()));
    if (result != -NO_SUCH_PROCESS) {
      NativeError.check(result, "sched_setaffinity", "thread=" + thread + " cpus=" + cpus);
    }
  }

  /** The kernel's ids of this process's threads. */
  private static List<Integer> threads() {
    try (Stream<Path> files = Files.list(TASKS)) {
      return files.map(file -> Integer.valueOf(file.getFileName().toString())).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The CPUs that the kernel's scheduler leaves alone ({@code isolcpus}), ascending. */
  public static List<Integer> isolatedCores() {
    try {
      return parse(Files.readString(ISOLATED));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Parses the kernel's lists of CPUs, such as {@code 2-3,5}. */
  static List<Integer> parse(String list) {
    List<Integer> cpus = new ArrayList<>();
    for (String range : list.strip().split(",")) {
      if (range.isEmpty()) {
        continue;
      }
      int dash = range.indexOf('-');
      int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
      int last = dash < 0 ? first : Integer.parseInt(range.substring(dash + 1));
      for (int cpu = first; cpu <= last; cpu++) {
        cpus.add(cpu);
      }
    }
    return List.copyOf(cpus);
  }
}

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
import java.util.List;

/**
 * On which CPUs the calling thread runs, and which CPUs the kernel keeps free for such threads.
 *
 * <p>CPUs are the kernel's numbers. A thread started by a pinned thread is pinned like it.
 */
public final class CpuAffinity {
  private static final Path ISOLATED = Path.of("/sys/devices/system/cpu/isolated");
  private static final int CPUS_MAX = 1024;

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

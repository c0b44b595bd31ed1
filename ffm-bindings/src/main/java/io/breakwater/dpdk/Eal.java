package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;

/**
 * DPDK's environment abstraction layer: memory, drivers and devices of this process.
 *
 * <p>Start it once, before any pool, ring or port; DPDK has one environment in the life of a
 * process. It shares nothing with other processes, opens no telemetry socket and scans PCI only if
 * devices are named, so that several can run side by side and an ordinary user can start it. Memory
 * is in hugepages if the host has enough free ones.
 *
 * <p>EAL pins the thread that starts it. That is a thread of its own here, which ends at once: the
 * caller's affinity stays as it is, and every other lcore id is free for {@link DpdkThread}.
 * Source: DPDK Programmer's Guide, "Environment Abstraction Layer".
 */
public final class Eal implements AutoCloseable {
  private static final AtomicBoolean STARTED = new AtomicBoolean();

  private final AtomicBoolean closed = new AtomicBoolean();

  private Eal() {}

  /**
   * Starts the environment.
   *
   * @throws DpdkException when the shim, a library, memory or a permission is missing, or when it
   *     was started before in this process
   */
  public static Eal start(EalOptions options) {
    ShimLibrary.load();
    checkLayout();
    if (!STARTED.compareAndSet(false, true)) {
      throw new DpdkException(
          "DPDK can be started once in a process: filePrefix="
              + options.filePrefix()
              + "; use the Eal that was started before, or another process");
    }
    int result = startOnOwnThread(arguments(options));
    NativeError.check(
        result,
        "rte_eal_init",
        options.toString(),
        "lower the memory, check that the PCI devices are bound to vfio-pci, or run without"
            + " hugepages");
    return new Eal();
  }

  private static void checkLayout() {
    try (Arena arena = Arena.ofConfined()) {
      int capacity = 256;
      MemorySegment values = arena.allocate(JAVA_INT, capacity);
      int count = Math.min(Shim.layout(values, capacity), capacity);
      SharedLayout.check(values.asSlice(0, count * JAVA_INT.byteSize()).toArray(JAVA_INT));
    } catch (ExceptionInInitializerError e) {
      // A shim that lacks a function stops the initialisation of the class that links them all.
      if (e.getCause() instanceof DpdkException reason) {
        throw reason;
      }
      throw e;
    }
  }

  /** The arguments of rte_eal_init, the program's name first. */
  static List<String> arguments(EalOptions options) {
    List<String> arguments = new ArrayList<>();
    arguments.add("breakwater");
    arguments.add("--lcores=0@(" + join(CpuAffinity.current()) + ")");
    arguments.add("--no-telemetry");
    arguments.add("--log-level=*:error");
    arguments.add("--file-prefix=" + options.filePrefix());
    arguments.add("-m");
    arguments.add(Integer.toString(options.memoryMiB()));
    if (options.hugepages() == EalOptions.Hugepages.AUTO
        && FreeHugepages.mebibytes() >= options.memoryMiB()) {
      arguments.add("--in-memory");
    } else {
      // DPDK refuses --in-memory together with --no-huge; this leaves no files behind either.
      arguments.add("--no-huge");
      arguments.add("--no-shconf");
    }
    if (options.pciDevices().isEmpty()) {
      arguments.add("--no-pci");
    }
    options.pciDevices().forEach(address -> arguments.add("--allow=" + address));
    options.vdevs().forEach(vdev -> arguments.add("--vdev=" + vdev));
    return arguments;
  }

  private static String join(List<Integer> cpus) {
    return cpus.stream().map(String::valueOf).collect(Collectors.joining(","));
  }

  private static int startOnOwnThread(List<String> arguments) {
    int[] result = new int[1];
    Thread starter =
        Thread.ofPlatform().name("eal-start").start(() -> result[0] = startHere(arguments));
    boolean interrupted = false;
    while (starter.isAlive()) {
      try {
        starter.join();
      } catch (InterruptedException e) {
        // rte_eal_init can't be abandoned halfway: wait for it, then tell the caller.
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return result[0];
  }

  private static int startHere(List<String> arguments) {
    // DPDK may keep pointers into the arguments: they stay for the life of the process.
    Arena arena = Arena.global();
    MemorySegment argv = arena.allocate(ADDRESS, arguments.size() + 1L);
    for (int i = 0; i < arguments.size(); i++) {
      argv.setAtIndex(ADDRESS, i, arena.allocateFrom(arguments.get(i)));
    }
    return Shim.ealStart(arguments.size(), argv);
  }

  /** Version of the DPDK library, such as {@code DPDK 22.11.11}. */
  public String version() {
    return Shim.version();
  }

  /** Whether packet memory is in hugepages. */
  public boolean hugepages() {
    return Shim.ealHugepages();
  }

  /** Frequency of {@link Cycles#now} in hertz. */
  public long cyclesPerSecond() {
    return Shim.cyclesPerSecond();
  }

  /**
   * What DPDK and its drivers logged as errors since the last call or {@link DpdkException}, which
   * quotes it: the last 4 KiB, or an empty string.
   */
  public String takeLog() {
    return Shim.takeLog();
  }

  /** Releases what the environment holds. Close ports, rings and pools before. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      NativeError.check(Shim.ealStop(), "rte_eal_cleanup", "");
    }
  }
}

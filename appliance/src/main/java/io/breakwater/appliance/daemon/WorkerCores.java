package io.breakwater.appliance.daemon;

import io.breakwater.appliance.CommandException;
import io.breakwater.config.Workers;
import io.breakwater.dpdk.CpuAffinity;
import java.io.UncheckedIOException;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/** Chooses the cores of the workers. */
final class WorkerCores {

  private static final Logger LOG = LogManager.getLogger("breakwater");

  private WorkerCores() {}

  /** The CPUs that the kernel's scheduler leaves alone; none where it doesn't say. */
  static List<Integer> isolated() {
    try {
      return CpuAffinity.isolatedCores();
    } catch (UncheckedIOException e) {
      return List.of();
    }
  }

  /** Most workers that {@link #choose} will choose: for the memory that is taken before. */
  static int countMax(Workers workers, List<Integer> isolated) {
    return Math.max(1, workers.auto() ? isolated.size() : workers.cores().size());
  }

  /**
   * @param allowed the CPUs that this process may use, not empty
   * @param isolated the CPUs that the kernel's scheduler leaves alone
   */
  static List<Integer> choose(Workers workers, List<Integer> allowed, List<Integer> isolated) {
    if (!workers.auto()) {
      if (!allowed.containsAll(workers.cores())) {
        throw CommandException.failure(
            "workers.cores must be CPUs that this process may use: cores=%s allowed=%s"
                .formatted(workers.cores(), allowed));
      }
      return workers.cores();
    }
    List<Integer> usable = isolated.stream().filter(allowed::contains).toList();
    if (!usable.isEmpty()) {
      return usable;
    }
    LOG.warn(
        "workers: auto, but no core is isolated (isolcpus=): one worker shares core {} with others",
        allowed.getLast());
    return List.of(allowed.getLast());
  }
}

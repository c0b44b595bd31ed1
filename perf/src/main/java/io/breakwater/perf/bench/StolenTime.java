package io.breakwater.perf.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The time that the hypervisor gave to others although a CPU of ours had work: {@code steal} of
 * proc_stat(5), in ticks of 10 ms.
 *
 * @param ticks stolen from the CPUs since the machine started
 * @param atNs when it was read
 */
record StolenTime(List<Integer> cpus, long ticks, long atNs) {

  private static final Path STAT = Path.of("/proc/stat");
  private static final double TICK_SECONDS = 0.01;

  /**
   * In the line of a CPU, after its name: user, nice, system, idle, iowait, irq, softirq, steal.
   */
  private static final int STEAL_FIELD = 8;

  static StolenTime read(List<Integer> cpus) {
    try {
      return new StolenTime(cpus, ticks(Files.readAllLines(STAT), cpus), System.nanoTime());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Of the CPUs together, out of the lines of the file. */
  static long ticks(List<String> lines, List<Integer> cpus) {
    long ticks = 0;
    for (String line : lines) {
      String[] fields = line.split(" +");
      if (fields[0].matches("cpu\\d+")
          && cpus.contains(Integer.valueOf(fields[0].substring(3)))
          && fields.length > STEAL_FIELD) {
        ticks += Long.parseLong(fields[STEAL_FIELD]);
      }
    }
    return ticks;
  }

  /** Of the CPUs' time from then to now. */
  double shareUntil(StolenTime later) {
    double seconds = (later.atNs - atNs) * 1e-9 * cpus.size();
    return (later.ticks - ticks) * TICK_SECONDS / seconds;
  }
}

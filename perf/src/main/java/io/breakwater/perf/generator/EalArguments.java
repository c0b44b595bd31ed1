package io.breakwater.perf.generator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * The part of a generator's command line that DPDK's EAL reads: its two lcores, its memory and its
 * end of the link.
 *
 * <p>An lcore is a thread. The main one only talks to us; the other one sends, on a CPU that may be
 * the same. By DPDK's custom an lcore has the number of its CPU, and Pktgen relies on that for the
 * main one.
 *
 * @param filePrefix of what DPDK leaves in the file system; no other process has it
 * @param core CPU of the lcore that sends
 * @param mainCore CPU of the main lcore
 * @param memoryMib for its packets
 * @param hugepages whether that is in hugepages
 */
record EalArguments(
    String filePrefix, Link link, int core, int mainCore, int memoryMib, boolean hugepages) {

  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final Path HUGEPAGES = Path.of("/sys/kernel/mm/hugepages");
  private static final String NO_HUGE = "--no-huge";

  /** In hugepages, if there are enough and the link can do it. */
  static EalArguments of(String name, Link link, int core, int mainCore, int memoryMib) {
    String filePrefix =
        "%s-%d-%d".formatted(name, ProcessHandle.current().pid(), COUNT.incrementAndGet());
    boolean hugepages = !link.ealOptions().contains(NO_HUGE) && freeHugepagesMib() >= memoryMib;
    return new EalArguments(filePrefix, link, core, mainCore, memoryMib, hugepages);
  }

  /** The number of the lcore that sends. */
  int sendingLcore() {
    if (core != mainCore) {
      return core;
    }
    return core == 0 ? 1 : 0;
  }

  List<String> list() {
    List<String> list = new ArrayList<>();
    list.add("--lcores");
    list.add("%d@%d,%d@%d".formatted(mainCore, mainCore, sendingLcore(), core));
    list.addAll(List.of("--main-lcore", Integer.toString(mainCore)));
    list.addAll(link.ealOptions());
    if (hugepages) {
      list.add("--huge-unlink"); // No file is left behind if it is killed.
    } else if (!link.ealOptions().contains(NO_HUGE)) {
      list.add(NO_HUGE);
    }
    list.addAll(List.of("-m", Integer.toString(memoryMib), "--file-prefix", filePrefix));
    list.addAll(List.of(link.generatorPci() ? "--allow" : "--vdev", link.generatorDevice()));
    return list;
  }

  /** Of all sizes. */
  private static long freeHugepagesMib() {
    if (!Files.isDirectory(HUGEPAGES)) {
      return 0;
    }
    try (Stream<Path> sizes = Files.list(HUGEPAGES)) {
      return sizes.mapToLong(EalArguments::freeKib).sum() >> 10;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long freeKib(Path size) {
    String name = size.getFileName().toString(); // hugepages-2048kB
    long pageKib = Long.parseLong(name.substring(name.indexOf('-') + 1, name.length() - 2));
    try {
      return pageKib * Long.parseLong(Files.readString(size.resolve("free_hugepages")).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.breakwater.dpdk;

import java.util.List;

/**
 * How DPDK's environment starts.
 *
 * @param filePrefix names this process among others on the host, such as {@code edge-1}
 * @param memoryMiB memory for all pools, rings and queues, taken at start
 * @param pciDevices PCI addresses of the devices to use, and no others; empty: PCI is left alone
 * @param vdevs virtual devices that must exist from the start; others can be opened later
 * @param hugepages whether packet memory may be in hugepages
 */
public record EalOptions(
    String filePrefix,
    int memoryMiB,
    List<String> pciDevices,
    List<String> vdevs,
    Hugepages hugepages) {

  /** Where packet memory comes from. */
  public enum Hugepages {
    /** Hugepages if enough of them are free, else ordinary pages. */
    AUTO,
    /** Ordinary pages. */
    NEVER
  }

  /** Checks and copies. */
  public EalOptions {
    if (!filePrefix.matches("[A-Za-z0-9._-]{1,32}")) {
      throw new IllegalArgumentException(
          "file prefix must be 1..32 letters, digits, dots, underscores or dashes: filePrefix="
              + filePrefix);
    }
    if (memoryMiB < 16) {
      throw new IllegalArgumentException("memory must be 16 MiB or more: memoryMiB=" + memoryMiB);
    }
    pciDevices = List.copyOf(pciDevices);
    vdevs = List.copyOf(vdevs);
  }

  /** No devices yet, hugepages if there are enough. */
  public static EalOptions of(String filePrefix, int memoryMiB) {
    return new EalOptions(filePrefix, memoryMiB, List.of(), List.of(), Hugepages.AUTO);
  }

  /** The same with PCI devices. */
  public EalOptions withPciDevices(List<String> addresses) {
    return new EalOptions(filePrefix, memoryMiB, addresses, vdevs, hugepages);
  }

  /** The same with virtual devices that exist from the start. */
  public EalOptions withVdevs(List<String> devices) {
    return new EalOptions(filePrefix, memoryMiB, pciDevices, devices, hugepages);
  }

  /** The same with another kind of memory. */
  public EalOptions withHugepages(Hugepages kind) {
    return new EalOptions(filePrefix, memoryMiB, pciDevices, vdevs, kind);
  }
}

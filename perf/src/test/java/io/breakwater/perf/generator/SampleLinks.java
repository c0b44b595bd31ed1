package io.breakwater.perf.generator;

import java.util.List;

/** Links for tests. */
final class SampleLinks {

  static final long APPLIANCE_MAC = 0x02_00_00_00_00_0AL;
  static final long GENERATOR_MAC = 0x02_00_00_00_00_0BL;

  /** Looks like one between two processes. */
  static final Link MEMIF = of("net_memif0,role=client,socket=/tmp/x", false, List.of("--no-pci"));

  static final Link VIRTIO_USER =
      of("net_virtio_user0,path=/tmp/x", false, List.of("--no-pci", "--no-huge"));

  static final Link PCI = of("0000:3b:00.1", true, List.of());

  /** Takes every packet, and gives none. */
  static final Link NOWHERE = of("net_null0,no-rx=1", false, List.of("--no-pci", "--no-huge"));

  private SampleLinks() {}

  private static Link of(String device, boolean pci, List<String> ealOptions) {
    return new Link("", device, pci, ealOptions, APPLIANCE_MAC, GENERATOR_MAC, 1_500);
  }
}

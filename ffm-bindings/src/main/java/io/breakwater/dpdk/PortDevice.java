package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.regex.Pattern;

/**
 * A device by its name, and the port that DPDK made of it, not yet configured.
 *
 * @param name PCI address, or the part of a vdev's description before the comma
 * @param port DPDK's number
 * @param virtual whether the device is removed when its port is closed
 */
record PortDevice(String name, int port, boolean virtual) {
  static final int RSS = 1;
  static final int FAST_FREE = 2;
  static final int SCATTER = 4;

  private static final Pattern PCI_ADDRESS =
      Pattern.compile("([0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]");
  private static final StructLayout INFO = SharedLayout.PORT_INFO;
  private static final int NAME_BYTES = 64;

  /** Limits and the features ({@link #RSS} and so on) that the driver offers. */
  record Info(PortLimits limits, int features) {}

  /**
   * Finds the device, or creates it if it is a virtual one.
   *
   * @throws DpdkException saying why there is none
   */
  static PortDevice attach(String device) {
    if (PCI_ADDRESS.matcher(device).matches()) {
      // DPDK names its PCI devices with the domain.
      String address = device.length() == "3b:00.0".length() ? "0000:" + device : device;
      return new PortDevice(address, find(address), false);
    }
    int comma = device.indexOf(',');
    String name = comma < 0 ? device : device.substring(0, comma);
    String arguments = comma < 0 ? "" : device.substring(comma + 1);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment nativeName = arena.allocateFrom(name);
      if (Shim.portFind(nativeName) < 0) {
        NativeError.check(
            Shim.portPlug(nativeName, arena.allocateFrom(arguments)),
            "rte_eal_hotplug_add",
            "device=" + device,
            "check the driver's name and arguments; net_tap, net_af_packet and net_af_xdp need root"
                + " or CAP_NET_ADMIN");
      }
    }
    return new PortDevice(name, find(name), true);
  }

  private static int find(String name) {
    try (Arena arena = Arena.ofConfined()) {
      return NativeError.check(
          Shim.portFind(arena.allocateFrom(name)),
          "rte_eth_dev_get_port_by_name",
          "device=" + name,
          "bind the device to vfio-pci (dpdk-devbind.py --status lists devices) and name it when"
              + " DPDK starts");
    }
  }

  /** The device behind a port that was made in another way. */
  static PortDevice of(int port) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(NAME_BYTES);
      NativeError.check(Shim.portName(port, name), "rte_eth_dev_get_name_by_port", "port=" + port);
      return new PortDevice(name.getString(0), port, true);
    }
  }

  Info info() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(INFO);
      NativeError.check(Shim.portInfo(port, info), "rte_eth_dev_info_get", "device=" + name);
      PortLimits limits =
          new PortLimits(
              info.getString(SharedLayout.offset(INFO, "driver")),
              info.get(JAVA_INT, SharedLayout.offset(INFO, "rx_queues_max")),
              info.get(JAVA_INT, SharedLayout.offset(INFO, "tx_queues_max")),
              info.get(JAVA_INT, SharedLayout.offset(INFO, "mtu_min")),
              info.get(JAVA_INT, SharedLayout.offset(INFO, "mtu_max")),
              info.get(JAVA_INT, SharedLayout.offset(INFO, "rss_table_entries")));
      return new Info(limits, info.get(JAVA_INT, SharedLayout.offset(INFO, "features")));
    }
  }

  /** Closes the port and removes the device if it is virtual. */
  void detach() {
    NativeError.check(Shim.portClose(port), "rte_eth_dev_close", "device=" + name);
    if (virtual) {
      try (Arena arena = Arena.ofConfined()) {
        NativeError.check(
            Shim.portUnplug(arena.allocateFrom(name)), "rte_eal_hotplug_remove", "device=" + name);
      }
    }
  }
}

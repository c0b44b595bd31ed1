package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Configures a device for its {@link PortOptions}: checks what it can do, then queues, MTU and
 * features, in the order that the ethdev library wants.
 *
 * <p>Features are used where the driver offers them. Fast free is always safe here: a transmit
 * queue sends buffers of one pool only, since handles are offsets in that pool, and no buffer is
 * shared.
 */
final class PortSetup {
  /** Ethernet header and two 802.1Q tags: what a frame adds to its MTU. */
  private static final int FRAME_OVERHEAD_BYTES = 14 + 2 * 4;

  private static final int ENOTSUP = 95;

  private PortSetup() {}

  /**
   * Configures the device, which is not started.
   *
   * @return what the device can do
   */
  static PortLimits apply(PortDevice device, PortOptions options) {
    PortDevice.Info info = device.info();
    checkLimits(device, info.limits(), options);
    configure(device, info.features(), options);
    return info.limits();
  }

  private static void checkLimits(PortDevice device, PortLimits limits, PortOptions options) {
    checkQueues(device, limits, "receive", options.rxQueues(), limits.rxQueuesMax());
    checkQueues(device, limits, "transmit", options.txQueues(), limits.txQueuesMax());
    int mtuBytes = options.mtuBytes();
    if (mtuBytes < limits.mtuBytesMin() || mtuBytes > limits.mtuBytesMax()) {
      throw new DpdkException(
          "the device does not do this MTU: device=%s driver=%s wanted=%d available=%d..%d"
              .formatted(
                  device.name(),
                  limits.driverName(),
                  mtuBytes,
                  limits.mtuBytesMin(),
                  limits.mtuBytesMax()));
    }
  }

  private static void checkQueues(
      PortDevice device, PortLimits limits, String direction, int wanted, int available) {
    if (wanted < 1 || wanted > available) {
      throw new DpdkException(
          "the device has not as many %s queues: device=%s driver=%s wanted=%d available=%d; use"
                  .formatted(direction, device.name(), limits.driverName(), wanted, available)
              + " fewer workers, or a device with more queues");
    }
  }

  private static void configure(PortDevice device, int offered, PortOptions options) {
    int port = device.port();
    String name = "device=" + device.name();
    int wanted = PortDevice.FAST_FREE;
    if (options.rxQueues() > 1) {
      wanted |= PortDevice.RSS;
    }
    if (options.mtuBytes() + FRAME_OVERHEAD_BYTES > options.pool().roomBytes()) {
      wanted |= PortDevice.SCATTER;
    }
    NativeError.check(
        Shim.portConfigure(
            port, options.rxQueues(), options.txQueues(), options.mtuBytes(), wanted & offered),
        "rte_eth_dev_configure",
        name + " " + options);
    NativeError.check(
        ignoreUnsupported(Shim.portSetMtu(port, options.mtuBytes())),
        "rte_eth_dev_set_mtu",
        name + " mtuBytes=" + options.mtuBytes());
    setUpQueues(port, name, options);
    NativeError.check(
        ignoreUnsupported(Shim.portReceiveMulticast(port)), "rte_eth_allmulticast_enable", name);
  }

  private static void setUpQueues(int port, String name, PortOptions options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rx = arena.allocateFrom(JAVA_SHORT, (short) options.rxDescriptors());
      MemorySegment tx = arena.allocateFrom(JAVA_SHORT, (short) options.txDescriptors());
      NativeError.check(
          Shim.portAdjustDescriptors(port, rx, tx), "rte_eth_dev_adjust_nb_rx_tx_desc", name);
      int rxDescriptors = Short.toUnsignedInt(rx.get(JAVA_SHORT, 0));
      int txDescriptors = Short.toUnsignedInt(tx.get(JAVA_SHORT, 0));
      for (int queue = 0; queue < options.rxQueues(); queue++) {
        NativeError.check(
            Shim.portSetupRx(port, queue, rxDescriptors, options.pool().address()),
            "rte_eth_rx_queue_setup",
            name + " queue=" + queue + " descriptors=" + rxDescriptors);
      }
      for (int queue = 0; queue < options.txQueues(); queue++) {
        NativeError.check(
            Shim.portSetupTx(port, queue, txDescriptors),
            "rte_eth_tx_queue_setup",
            name + " queue=" + queue + " descriptors=" + txDescriptors);
      }
    }
  }

  /** Many virtual devices have no MTU and no multicast filter of their own. */
  private static int ignoreUnsupported(int result) {
    return result == -ENOTSUP ? 0 : result;
  }
}

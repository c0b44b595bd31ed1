package io.breakwater.dpdk;

/**
 * How a port is configured.
 *
 * @param pool where received packets are put; every packet sent over the port comes from it too
 * @param rxQueues receive queues, over which the port spreads flows (RSS)
 * @param txQueues transmit queues
 * @param rxDescriptors wanted slots of each receive queue; the driver may round
 * @param txDescriptors wanted slots of each transmit queue; the driver may round
 * @param mtuBytes largest layer-3 packet
 */
public record PortOptions(
    PacketPool pool,
    int rxQueues,
    int txQueues,
    int rxDescriptors,
    int txDescriptors,
    int mtuBytes) {

  /** Checks what no driver can check. */
  public PortOptions {
    checkDescriptors("rxDescriptors", rxDescriptors);
    checkDescriptors("txDescriptors", txDescriptors);
  }

  private static void checkDescriptors(String name, int descriptors) {
    if (descriptors < 1 || descriptors > 65_535) {
      throw new IllegalArgumentException(
          "descriptors must be 1..65535: " + name + "=" + descriptors);
    }
  }

  /** One queue each way, 4096 slots to receive, 1024 to send, MTU 1500. */
  public static PortOptions of(PacketPool pool) {
    return new PortOptions(pool, 1, 1, 4096, 1024, 1500);
  }

  /** The same with {@code count} queues each way. */
  public PortOptions withQueues(int count) {
    return new PortOptions(pool, count, count, rxDescriptors, txDescriptors, mtuBytes);
  }

  /** The same with other numbers of slots. */
  public PortOptions withDescriptors(int rx, int tx) {
    return new PortOptions(pool, rxQueues, txQueues, rx, tx, mtuBytes);
  }

  /** The same with another MTU. */
  public PortOptions withMtuBytes(int bytes) {
    return new PortOptions(pool, rxQueues, txQueues, rxDescriptors, txDescriptors, bytes);
  }
}

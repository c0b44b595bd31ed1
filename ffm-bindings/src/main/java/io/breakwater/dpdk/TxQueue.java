package io.breakwater.dpdk;

/**
 * One transmit queue of a {@link Port}.
 *
 * <p>Belongs to one thread.
 */
public final class TxQueue {
  private final int port;
  private final int queue;
  private final long poolStart;
  private final boolean blocking;

  TxQueue(int port, int queue, PacketPool pool, boolean blocking) {
    this.port = port;
    this.queue = queue;
    this.poolStart = pool.start();
    this.blocking = blocking;
  }

  /**
   * Sends the first {@code count} packets of a burst with their frames and lengths, in one native
   * call. Lengths must not be negative, and frames must lie in their buffers.
   *
   * @return packets that the driver took, now its own; the rest stay the caller's, who frees them
   *     ({@link PacketPool#free}) or tries again
   */
  public int transmit(PacketBurst burst, int count) {
    burst.checkCount(count);
    return Shim.transmit(blocking, port, queue, poolStart, burst.address(), count);
  }
}

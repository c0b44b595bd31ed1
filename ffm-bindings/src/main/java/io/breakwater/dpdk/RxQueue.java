package io.breakwater.dpdk;

/**
 * One receive queue of a {@link Port}: the place where a worker's packets come from.
 *
 * <p>Belongs to one thread.
 */
public final class RxQueue {
  private final int port;
  private final int queue;
  private final long poolStart;
  private final boolean blocking;

  RxQueue(int port, int queue, PacketPool pool, boolean blocking) {
    this.port = port;
    this.queue = queue;
    this.poolStart = pool.start();
    this.blocking = blocking;
  }

  /**
   * Receives what is there, up to the burst's capacity, in one native call. The packets are the
   * caller's then: to transmit, enqueue or free.
   *
   * @return packets received, 0 if there are none
   */
  public int receive(PacketBurst burst) {
    return Shim.receive(blocking, port, queue, poolStart, burst.address());
  }
}

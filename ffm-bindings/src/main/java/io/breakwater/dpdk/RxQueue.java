package io.breakwater.dpdk;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One receive queue of a {@link Port}: the place where a worker's packets come from.
 *
 * <p>Belongs to one thread.
 */
public final class RxQueue {
  private final int port;
  private final int queue;
  private final long poolStart;

  /** Where a call that may block has its records: those on the heap could move meanwhile. */
  private final MemorySegment offHeap;

  RxQueue(int port, int queue, PacketPool pool, boolean blocking) {
    this.port = port;
    this.queue = queue;
    this.poolStart = pool.start();
    this.offHeap =
        blocking
            ? Arena.global().allocate(SharedLayout.BURST_MAX * SharedLayout.PACKET.byteSize(), 64)
            : null;
  }

  /**
   * Receives what is there, up to the burst's capacity, in one native call. The packets are the
   * caller's then: to transmit, enqueue or free.
   *
   * @return packets received, 0 if there are none
   */
  public int receive(PacketBurst burst) {
    return offHeap == null
        ? burst.filled(Shim.receive(port, queue, poolStart, burst.segment(), burst.capacity()))
        : receiveBlocking(burst);
  }

  private int receiveBlocking(PacketBurst burst) {
    int count = Shim.receiveBlocking(port, queue, poolStart, offHeap, burst.capacity());
    MemorySegment.copy(offHeap, 0, burst.segment(), 0, count * SharedLayout.PACKET.byteSize());
    return burst.filled(count);
  }
}

package io.breakwater.dpdk;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * One transmit queue of a {@link Port}.
 *
 * <p>Belongs to one thread.
 */
public final class TxQueue {
  private final int port;
  private final int queue;
  private final long poolStart;

  /** Where a call that may block has its records: those on the heap could move meanwhile. */
  private final MemorySegment offHeap;

  TxQueue(int port, int queue, PacketPool pool, boolean blocking) {
    this.port = port;
    this.queue = queue;
    this.poolStart = pool.start();
    this.offHeap =
        blocking
            ? Arena.global().allocate(SharedLayout.BURST_MAX * SharedLayout.PACKET.byteSize(), 64)
            : null;
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
    return offHeap == null
        ? Shim.transmit(port, queue, poolStart, burst.segment(), count)
        : transmitBlocking(burst, count);
  }

  private int transmitBlocking(PacketBurst burst, int count) {
    MemorySegment.copy(burst.segment(), 0, offHeap, 0, count * SharedLayout.PACKET.byteSize());
    return Shim.transmitBlocking(port, queue, poolStart, offHeap, count);
  }
}

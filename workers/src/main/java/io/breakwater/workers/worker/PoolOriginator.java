package io.breakwater.workers.worker;

import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.TxQueue;
import io.breakwater.workers.stage.Originator;

/**
 * Sends the appliance's own frames with buffers of the packet pool, one at a time: they are few.
 *
 * <p>Called only from the thread of the worker that owns it.
 */
final class PoolOriginator implements Originator {

  private final PacketPool pool;
  private final TxQueue[] queueByPort;
  private final PacketBurst burst = new PacketBurst(PacketBurst.CAPACITY_MIN);
  private int buffer;

  PoolOriginator(PacketPool pool, TxQueue[] queueByPort) {
    this.pool = pool;
    this.queueByPort = queueByPort;
  }

  @Override
  public int allocate() {
    buffer = pool.allocate();
    return buffer < 0 ? -1 : pool.frame(buffer);
  }

  @Override
  public void send(int frame, int lengthBytes, int port) {
    burst.set(0, buffer, frame, lengthBytes);
    if (queueByPort[port].transmit(burst, 1) == 0) {
      pool.free(burst, 0, 1);
    }
  }
}

package io.breakwater.workers.worker;

import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.workers.stage.FrameBuffers;

/**
 * Buffers of the packet pool for fragments: one native call for each packet that is cut.
 *
 * <p>Called only from the thread of the worker that owns it.
 */
final class PoolBuffers implements FrameBuffers {

  private final PacketPool pool;
  private final PacketBurst burst = new PacketBurst(FrameBuffers.COUNT_MAX);

  PoolBuffers(PacketPool pool) {
    this.pool = pool;
  }

  @Override
  public boolean allocate(int[] buffers, int[] frames, int count) {
    if (pool.allocate(burst, count) == 0) {
      return false;
    }
    for (int n = 0; n < count; n++) {
      buffers[n] = burst.buffer(n);
      frames[n] = burst.frame(n);
    }
    return true;
  }
}

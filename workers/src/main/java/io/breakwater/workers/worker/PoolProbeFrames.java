package io.breakwater.workers.worker;

import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.stage.ProbeFrames;
import io.breakwater.workers.stage.ProbeSender;

/**
 * Sends probes with buffers of the packet pool: one native call takes the buffers, one sends.
 *
 * <p>Called only from the thread of the worker that owns it.
 */
final class PoolProbeFrames implements ProbeFrames {

  private final PacketPool pool;
  private final TransmitQueues queues;
  private final PacketBurst burst = new PacketBurst(ProbeSender.BATCH_CAPACITY);
  private final Batch batch = new Batch(burst.records());

  PoolProbeFrames(PacketPool pool, TransmitQueues queues) {
    this.pool = pool;
    this.queues = queues;
  }

  @Override
  public Batch allocate(int count) {
    if (pool.allocate(burst, count) < count) {
      return null;
    }
    batch.begin(count);
    return batch;
  }

  @Override
  public void send() {
    queues.process(batch, burst);
  }
}

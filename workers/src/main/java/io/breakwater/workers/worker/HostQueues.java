package io.breakwater.workers.worker;

import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.PacketRing;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.PacketList;
import io.breakwater.workers.stage.HostOutput;

/**
 * Hands over to the host thread what {@link HostOutput} chose of a batch: one native call.
 *
 * <p>What the ring does not take is freed, and dropped as {@link DropReason#HOST_QUEUE_FULL}; a
 * copy for the kernel keeps its fate. Called only from the worker's thread.
 */
final class HostQueues {

  private static final int HOST = Fate.HOST.code();
  private static final int QUEUE_FULL = DropReason.HOST_QUEUE_FULL.code();

  private final PacketPool pool;
  private final HostOutput output;
  private final PacketRing[] ringByPort;
  private final PacketBurst gathered;

  /** Of who has nothing for the kernel. */
  static HostQueues none(PacketPool pool) {
    int capacity = PacketBurst.CAPACITY_MIN;
    return new HostQueues(pool, HostOutput.none(capacity), new PacketRing[0], capacity);
  }

  HostQueues(PacketPool pool, HostOutput output, PacketRing[] ringByPort, int batchCapacity) {
    this.pool = pool;
    this.output = output;
    this.ringByPort = ringByPort;
    gathered = new PacketBurst(batchCapacity);
  }

  /** Packets of this batch that {@link #process} will take. */
  int waiting() {
    return output.chosen.count;
  }

  /** Hands the chosen packets over; returns how many were dropped. */
  int process(Batch batch) {
    PacketList chosen = output.chosen;
    int count = chosen.count;
    if (count == 0) {
      return 0;
    }
    for (int k = 0; k < count; k++) {
      int i = chosen.index[k];
      gathered.set(k, batch.buffer(i), batch.frame(i), batch.length(i));
    }
    int taken = ringByPort[output.portIndex()].enqueue(gathered, count);
    return taken == count ? 0 : refuse(batch, chosen, taken);
  }

  private int refuse(Batch batch, PacketList chosen, int taken) {
    pool.free(gathered, taken, chosen.count - taken);
    int dropped = 0;
    for (int k = taken; k < chosen.count; k++) {
      int i = chosen.index[k];
      if (batch.fate(i) == HOST) {
        batch.setFate(i, QUEUE_FULL);
        dropped++;
      }
    }
    return dropped;
  }
}

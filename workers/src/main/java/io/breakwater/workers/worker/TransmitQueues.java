package io.breakwater.workers.worker;

import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.TxQueue;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import java.util.Arrays;

/**
 * Sends the packets of a batch by their ports and returns all other buffers to the pool: one native
 * call for each port that has something to send, and one for what ends here.
 *
 * <p>What a port does not take is dropped with {@link DropReason#TX_QUEUE_FULL}: waiting would let
 * one slow port stop all others.
 *
 * <p>Called only from the worker's thread.
 */
final class TransmitQueues {

  private static final int DELIVERED = Fate.DELIVERED.code();
  private static final int ANSWERED = Fate.ANSWERED.code();
  private static final int TX_QUEUE_FULL = DropReason.TX_QUEUE_FULL.code();

  private final PacketPool pool;
  private final Outgoing[] outgoing;
  private final Outgoing ended;

  TransmitQueues(PacketPool pool, TxQueue[] queueByPort, int batchCapacity) {
    this.pool = pool;
    outgoing = new Outgoing[queueByPort.length];
    for (int port = 0; port < outgoing.length; port++) {
      outgoing[port] = new Outgoing(queueByPort[port], batchCapacity);
    }
    ended = new Outgoing(null, batchCapacity);
  }

  /** Packets on their way to one port, or back to the pool. */
  private static final class Outgoing {

    private final TxQueue queue;
    private final PacketBurst burst;
    private final int[] index;
    private final int[] buffer;
    private final int[] frame;
    private final int[] length;
    private int count;

    Outgoing(TxQueue queue, int capacity) {
      this.queue = queue;
      burst = new PacketBurst(capacity);
      index = new int[capacity];
      buffer = new int[capacity];
      frame = new int[capacity];
      length = new int[capacity];
    }

    void add(Batch batch, int i) {
      int at = count++;
      index[at] = i;
      buffer[at] = batch.buffer[i];
      frame[at] = batch.frame[i];
      length[at] = batch.length[i];
    }

    void fillBurst() {
      burst.copyFrom(buffer, frame, length, count);
    }
  }

  /**
   * Sends and frees all packets of the batch, each of which has its fate. Returns how many were not
   * taken.
   */
  int process(Batch batch) {
    return goesOutWhole(batch) ? transmitWhole(batch) : transmitSorted(batch);
  }

  /** The case nearly always: all packets go out by one port. */
  private static boolean goesOutWhole(Batch batch) {
    int[] fates = batch.fate;
    int[] ports = batch.port;
    int count = batch.count();
    int others = 0;
    for (int i = 0; i < count; i++) {
      others |= fates[i] ^ DELIVERED | ports[i] ^ ports[0];
    }
    return others == 0;
  }

  private int transmitWhole(Batch batch) {
    Outgoing port = outgoing[batch.port[0]];
    int count = batch.count();
    port.burst.copyFrom(batch.buffer, batch.frame, batch.length, count);
    int sent = port.queue.transmit(port.burst, count);
    if (sent < count) {
      pool.free(port.burst, sent, count - sent);
      Arrays.fill(batch.fate, sent, count, TX_QUEUE_FULL);
    }
    return count - sent;
  }

  private int transmitSorted(Batch batch) {
    int[] fates = batch.fate;
    int[] ports = batch.port;
    int count = batch.count();
    for (int i = 0; i < count; i++) {
      int fate = fates[i];
      if (fate == DELIVERED || fate == ANSWERED) {
        outgoing[ports[i]].add(batch, i);
      } else {
        ended.add(batch, i);
      }
    }
    int refused = 0;
    for (Outgoing port : outgoing) {
      if (port.count > 0) {
        refused += transmit(batch, port);
      }
    }
    if (ended.count > 0) {
      ended.fillBurst();
      pool.free(ended.burst, 0, ended.count);
      ended.count = 0;
    }
    return refused;
  }

  private int transmit(Batch batch, Outgoing port) {
    port.fillBurst();
    int count = port.count;
    int sent = port.queue.transmit(port.burst, count);
    if (sent < count) {
      pool.free(port.burst, sent, count - sent);
      for (int k = sent; k < count; k++) {
        batch.fate[port.index[k]] = TX_QUEUE_FULL;
      }
    }
    port.count = 0;
    return count - sent;
  }
}

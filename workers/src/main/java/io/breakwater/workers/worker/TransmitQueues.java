package io.breakwater.workers.worker;

import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.TxQueue;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Fragments;

/**
 * Sends the packets of a batch by their ports, hands the kernel its own, and returns all other
 * buffers to the pool: one native call for each port that has something to send, and one for what
 * ends here.
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

  private static final int NO_PORT = -1;

  private final PacketPool pool;
  private final TxQueue[] queueByPort;
  private final SharedTransmit shared;
  private final HostQueues host;
  private final int[] index;
  private final PacketBurst gathered;
  private final FragmentQueues fragmentQueues;

  /**
   * @param queueByPort null where the worker has none, and {@code shared} sends
   * @param shared null where there is only one worker
   * @param host takes what goes to the kernel
   */
  TransmitQueues(
      PacketPool pool,
      TxQueue[] queueByPort,
      SharedTransmit shared,
      HostQueues host,
      int batchCapacity) {
    this.shared = shared;
    this.pool = pool;
    this.host = host;
    this.queueByPort = queueByPort.clone();
    index = new int[batchCapacity];
    gathered = new PacketBurst(batchCapacity);
    fragmentQueues = new FragmentQueues(pool, this, host, batchCapacity);
  }

  /**
   * Sends and frees all packets of the batch, each of which has its fate. Returns how many were not
   * taken.
   *
   * @param burst the batch's records
   * @param fragments of its packets
   */
  int process(Batch batch, PacketBurst burst, Fragments fragments) {
    if (fragments.count() > 0) {
      return fragmentQueues.process(batch, fragments);
    }
    return process(batch, burst);
  }

  /** The same for a batch of which no packet was cut. */
  int process(Batch batch, PacketBurst burst) {
    return goesOutWhole(batch) ? transmitWhole(batch, burst) : transmitSorted(batch);
  }

  /** The case nearly always: all packets go out by one port. */
  private static boolean goesOutWhole(Batch batch) {
    if (batch.isDelivered()) {
      return true;
    }
    int[] records = batch.records;
    int first = records[Batch.OUTCOME];
    int others = first & Batch.FATE_MASK ^ DELIVERED;
    for (int at = 0; at < batch.count() << Batch.SHIFT; at += Batch.STRIDE) {
      others |= records[at + Batch.OUTCOME] ^ first;
    }
    return others == 0;
  }

  private int transmitWhole(Batch batch, PacketBurst burst) {
    int count = batch.count();
    int sent = send(batch.port(0), burst, count);
    if (sent < count) {
      pool.free(burst, sent, count - sent);
      for (int i = sent; i < count; i++) {
        batch.setFate(i, TX_QUEUE_FULL);
      }
    }
    return count - sent;
  }

  int ports() {
    return queueByPort.length;
  }

  /** Sends by a port, or lends to who can; returns how many packets were taken. */
  int send(int port, PacketBurst burst, int count) {
    TxQueue queue = queueByPort[port];
    return queue != null ? queue.transmit(burst, count) : shared.lend(port, burst, count);
  }

  private int transmitSorted(Batch batch) {
    int kept = host.waiting();
    int refused = host.process(batch);
    for (int port = 0; port < queueByPort.length; port++) {
      int count = gather(batch, port);
      if (count > 0) {
        refused += transmit(batch, port, count);
        kept += count;
      }
    }
    if (kept < batch.count()) {
      int count = gather(batch, NO_PORT);
      pool.free(gathered, 0, count);
    }
    return refused;
  }

  /**
   * Lists the packets that leave by a port, or those that end here: what the kernel was given is
   * neither. A pass for each port: they are few.
   */
  private int gather(Batch batch, int port) {
    int[] records = batch.records;
    int[] indexes = index;
    int[] out = gathered.records();
    int found = 0;
    int count = batch.count();
    for (int i = 0; i < count; i++) {
      int at = i << Batch.SHIFT;
      int outcome = records[at + Batch.OUTCOME];
      int fate = outcome & Batch.FATE_MASK;
      int leavesBy = outcome >>> Batch.PORT_SHIFT;
      boolean leaves = fate == DELIVERED || fate == ANSWERED || leavesBy == Batch.HOST_PORT;
      int to = leaves ? leavesBy : NO_PORT;
      if (to == port && fate != TX_QUEUE_FULL) {
        int next = found << Batch.SHIFT;
        indexes[found++] = i;
        out[next + Batch.BUFFER] = records[at + Batch.BUFFER];
        out[next + Batch.FRAME] = records[at + Batch.FRAME];
        out[next + Batch.LENGTH] = records[at + Batch.LENGTH];
      }
    }
    return found;
  }

  /**
   * What a port refuses has its fate changed, and is freed here: the pass for the ended leaves it
   * out.
   */
  private int transmit(Batch batch, int port, int count) {
    int sent = send(port, gathered, count);
    if (sent < count) {
      pool.free(gathered, sent, count - sent);
      for (int k = sent; k < count; k++) {
        batch.setFate(index[k], TX_QUEUE_FULL);
      }
    }
    return count - sent;
  }
}

package io.breakwater.workers.worker;

import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.TxQueue;
import io.breakwater.workers.packet.Batch;

/**
 * Sending by ports that have fewer transmit queues than there are workers: a worker without a queue
 * of its own lends its packets to the one that has it, through a ring for each pair.
 *
 * <p>For the lender the ring is the queue: what does not fit is its own again, and what fits counts
 * as sent. What the port does not take at once stays in the ring, which so fills up.
 *
 * <p>Called only from the worker's thread.
 */
final class SharedTransmit {

  /** A port that takes nothing any more must not keep a worker from ending. */
  private static final int TRIES_AT_END_MAX = 10_000;

  private final PacketPool pool;
  private final TxQueue[] queueByPort;
  private final HandoverRing[] toByPort;
  private final HandoverRing[] to;
  private final HandoverRing[] from;
  private final PacketBurst burst = new PacketBurst(Worker.BURST);
  private int triesAtEnd;

  /**
   * @param queueByPort the worker's own, null where it has none
   * @param ownerByPort whose queue is used instead
   * @param to rings by the worker they lead to, null for this one
   * @param from rings that lead here
   */
  SharedTransmit(
      PacketPool pool,
      TxQueue[] queueByPort,
      int[] ownerByPort,
      HandoverRing[] to,
      HandoverRing[] from) {
    this.pool = pool;
    this.queueByPort = queueByPort;
    this.to = to;
    this.from = from;
    toByPort = new HandoverRing[queueByPort.length];
    for (int port = 0; port < toByPort.length; port++) {
      toByPort[port] = queueByPort[port] == null ? to[ownerByPort[port]] : null;
    }
  }

  /**
   * Lends the first packets of a burst, to be sent by a port.
   *
   * @return packets taken; the rest stay the caller's
   */
  int lend(int port, PacketBurst packets, int count) {
    int[] records = packets.records();
    HandoverRing ring = toByPort[port];
    int lent = 0;
    while (lent < count) {
      int at = lent << Batch.SHIFT;
      int buffer = records[at + Batch.BUFFER];
      int frame = records[at + Batch.FRAME];
      int length = records[at + Batch.LENGTH];
      if (!ring.offer(HandoverRing.entry(buffer, frame, length), port)) {
        break;
      }
      lent++;
    }
    ring.publish();
    return lent;
  }

  /** Sends what others have lent, a burst of each. */
  void send() {
    for (HandoverRing ring : from) {
      int count = ring.peek(burst.records(), burst.capacity());
      if (count > 0) {
        ring.release(queueByPort[ring.port()].transmit(burst, count));
      }
    }
  }

  /** Nothing will be lent any more. */
  void end() {
    for (HandoverRing ring : to) {
      if (ring != null) {
        ring.end();
      }
    }
  }

  /** Whether all others have ended and all that they lent is sent, or can not be. */
  boolean isExhausted() {
    for (HandoverRing ring : from) {
      if (!ring.isExhausted()) {
        return triesAtEnd++ > TRIES_AT_END_MAX && ring.hasEnded();
      }
    }
    return true;
  }

  /** Frees what could not be sent; the worker's thread has ended. */
  void abandon() {
    for (HandoverRing ring : from) {
      for (int count = ring.take(burst.records(), burst.capacity());
          count > 0;
          count = ring.take(burst.records(), burst.capacity())) {
        pool.free(burst, 0, count);
      }
    }
  }
}

package io.breakwater.workers.worker;

import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.stage.FlowOwners;
import io.breakwater.workers.table.OwnAddresses;
import io.breakwater.workers.worker.SpreadModes.Mode;

/**
 * Where several workers share what one of them receives: passes packets to the workers that they
 * belong to, before the pipeline, and takes what others pass here.
 *
 * <p>A packet is counted as received by the worker that takes it through its pipeline, or that
 * drops it because the other's ring is full ({@link DropReason#WORKER_QUEUE_FULL}): waiting would
 * let one slow worker stop all others. Packets of one flow keep their order, since they go one way.
 *
 * <p>Called only from the worker's thread. Owns the packets in the rings that lead here.
 */
final class Handover {

  private static final int WORKER_QUEUE_FULL = DropReason.WORKER_QUEUE_FULL.code();

  private final PacketMemory memory;
  private final PacketPool pool;
  private final Counters counters;
  private final SpreadModes modes;
  private final int self;
  private final FlowOwners flowOwners;
  private final HandoverRing[] to;
  private final HandoverRing[] from;
  private final PacketBurst refused;

  /** The packets of a batch as entries of rings: a batch's room for each worker, and its end. */
  private final long[] outbox;

  private final int[] outboxEnds;

  /** So that reading is not for nothing. */
  private int touched;

  /** By ring that leads here: whether it was taken from in this turn, to fill up batches. */
  private final boolean[] served;

  /**
   * @param to rings by the worker they lead to, null for this one
   * @param from rings that lead here
   */
  Handover(
      PacketMemory memory,
      PacketPool pool,
      Counters counters,
      SpreadModes modes,
      int self,
      FlowOwners flowOwners,
      HandoverRing[] to,
      HandoverRing[] from) {
    this.memory = memory;
    this.pool = pool;
    this.counters = counters;
    this.modes = modes;
    this.self = self;
    this.flowOwners = flowOwners;
    this.to = to;
    this.from = from;
    refused = new PacketBurst(flowOwners.owners.length);
    outbox = new long[to.length * flowOwners.owners.length];
    outboxEnds = new int[to.length];
    served = new boolean[from.length];
  }

  /**
   * Passes on what belongs to other workers of a batch just received. The batch is left with the
   * others, in their order.
   *
   * @return packets dropped
   */
  int pass(Batch batch, int port, OwnAddresses own) {
    Mode mode = modes.of(port);
    if (mode == Mode.NOTHING) {
      return 0;
    }
    if (mode == Mode.EVERYTHING) {
      flowOwners.process(memory, batch, own);
    } else {
      flowOwners.processTunnelled(memory, batch, own);
    }
    return partition(batch, port);
  }

  /**
   * Who owns a packet is random from packet to packet, so no branch depends on it: every packet is
   * written to the end of its owner's part of the outbox, and to the end of those that stay, which
   * grow only by what does (docs/decisions/0005-hot-loops.md). All other fields of records just
   * received are 0.
   */
  private int partition(Batch batch, int port) {
    int[] owners = flowOwners.owners;
    int[] records = batch.records;
    int[] ends = outboxEnds;
    long[] entries = outbox;
    int own = self;
    int count = batch.count();
    for (int owner = 0; owner < ends.length; owner++) {
      ends[owner] = owner * batch.capacity();
    }
    int stays = 0;
    for (int i = 0; i < count; i++) {
      int at = i << Batch.SHIFT;
      int buffer = records[at + Batch.BUFFER];
      int frame = records[at + Batch.FRAME];
      int length = records[at + Batch.LENGTH];
      int owner = owners[i];
      int end = ends[owner];
      ends[owner] = end + 1;
      // Of a frame that is not in one piece, which stays, this is no entry, and it is not read.
      entries[end] = HandoverRing.entry(buffer, frame, length);
      int to = stays << Batch.SHIFT;
      records[to + Batch.BUFFER] = buffer;
      records[to + Batch.FRAME] = frame;
      records[to + Batch.LENGTH] = length;
      int differs = owner ^ own;
      stays += 1 - ((differs | -differs) >>> 31);
    }
    if (stays == count) {
      return 0;
    }
    batch.beginReceived(stays);
    return handOver(batch.capacity(), port);
  }

  private int handOver(int capacity, int port) {
    int full = 0;
    for (int owner = 0; owner < to.length; owner++) {
      int first = owner * capacity;
      int count = outboxEnds[owner] - first;
      HandoverRing ring = to[owner];
      if (ring == null || count == 0) {
        continue;
      }
      int taken = ring.offerAll(outbox, first, count, port);
      ring.publish();
      for (int k = taken; k < count; k++) {
        HandoverRing.describe(outbox[first + k], refused.records(), full++);
      }
    }
    if (full > 0) {
      pool.free(refused, 0, full);
      counters.drop(WORKER_QUEUE_FULL, full);
    }
    return full;
  }

  /**
   * Fills up a batch with what others have handed over of the same port: a full batch costs less
   * for each packet than two halves.
   *
   * @return packets added
   */
  int fill(Batch batch, int port) {
    int kept = batch.count();
    int count = kept;
    for (int ring = 0; ring < from.length; ring++) {
      int room = batch.capacity() - count;
      if (room > 0) {
        int taken = from[ring].takeOf(port, batch.records, count, room);
        served[ring] |= taken > 0;
        count += taken;
      }
    }
    if (count > kept) {
      batch.extendReceived(count);
      touch(batch, kept);
    }
    return count - kept;
  }

  /**
   * Takes a burst that another worker has handed over, all of one port; begins the batch with it.
   *
   * @return packets, 0 if there are none
   */
  int take(HandoverRing ring, Batch batch) {
    int count = ring.take(batch.records, batch.capacity());
    if (count > 0) {
      batch.beginReceived(count);
      touch(batch, 0);
    }
    return count;
  }

  /**
   * Whether a ring is to be taken from by itself: always, but for what is less than a burst in one
   * that filled up batches in this turn, and so will in the next.
   */
  boolean isDue(int ring) {
    return from[ring].isWaiting(served[ring] ? Worker.BURST : 1);
  }

  /** A ring had its turn. */
  void endTurn(int ring) {
    served[ring] = false;
  }

  /**
   * Reads a byte of each frame: they are in the other core's cache, and a loop that does nothing
   * else has many of these misses under way at a time.
   */
  private void touch(Batch batch, int first) {
    int[] records = batch.records;
    int count = batch.count();
    int sum = 0;
    for (int i = first; i < count; i++) {
      sum += memory.u8(records[(i << Batch.SHIFT) + Batch.FRAME]);
    }
    touched = sum;
  }

  /** Rings that lead here. */
  HandoverRing[] incoming() {
    return from;
  }

  /** Nothing will be passed on any more. */
  void end() {
    for (HandoverRing ring : to) {
      if (ring != null) {
        ring.end();
      }
    }
  }

  /** Whether all others have ended, and all that they passed on was taken. */
  boolean isExhausted() {
    for (HandoverRing ring : from) {
      if (!ring.isExhausted()) {
        return false;
      }
    }
    return true;
  }

  /** Frees what a worker that broke has left in its rings; its thread has ended. */
  void abandon() {
    for (HandoverRing ring : from) {
      for (int count = ring.take(refused.records(), refused.capacity());
          count > 0;
          count = ring.take(refused.records(), refused.capacity())) {
        pool.free(refused, 0, count);
      }
    }
  }
}

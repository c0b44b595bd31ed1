package io.breakwater.workers.worker;

import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.packet.Fragments;

/**
 * Sends a batch of which packets were cut: each packet's fragments behind its first, in order, and
 * nothing of a later packet between them.
 *
 * <p>When a port refuses one frame of a packet, the packet is dropped with {@link
 * DropReason#TX_QUEUE_FULL}, and its frames that are not sent yet are freed.
 *
 * <p>Called only from the worker's thread, and seldom.
 */
final class FragmentQueues {

  private static final int DELIVERED = Fate.DELIVERED.code();
  private static final int ANSWERED = Fate.ANSWERED.code();
  private static final int TX_QUEUE_FULL = DropReason.TX_QUEUE_FULL.code();

  private final PacketPool pool;
  private final TransmitQueues queues;
  private final HostQueues host;
  private final PacketBurst gathered;
  private final PacketBurst ended;
  private final int[] owners;
  private int gatheredCount;
  private int endedCount;
  private int refused;

  FragmentQueues(PacketPool pool, TransmitQueues queues, HostQueues host, int batchCapacity) {
    this.pool = pool;
    this.queues = queues;
    this.host = host;
    gathered = new PacketBurst(batchCapacity);
    ended = new PacketBurst(batchCapacity);
    owners = new int[batchCapacity];
  }

  /** Sends and frees all frames; returns how many packets were not taken. */
  int process(Batch batch, Fragments fragments) {
    refused = host.process(batch);
    for (int port = 0; port < queues.ports(); port++) {
      for (int i = 0; i < batch.count(); i++) {
        int fate = batch.fate(i);
        if ((fate == DELIVERED || fate == ANSWERED) && batch.port(i) == port) {
          send(batch, i, fragments, port);
        }
      }
      transmit(batch, port);
    }
    free(batch, fragments);
    return refused;
  }

  private void send(Batch batch, int packet, Fragments fragments, int port) {
    gather(batch, batch, packet, packet, port);
    int first = fragments.firstOf(packet);
    int count = fragments.countOf(packet);
    for (int n = first; n < first + count; n++) {
      if (batch.fate(packet) == TX_QUEUE_FULL) {
        end(fragments.batch, n);
      } else {
        gather(batch, fragments.batch, n, packet, port);
      }
    }
  }

  private void gather(Batch batch, Batch from, int index, int owner, int port) {
    if (gatheredCount == gathered.capacity()) {
      transmit(batch, port);
      if (batch.fate(owner) == TX_QUEUE_FULL) {
        end(from, index);
        return;
      }
    }
    owners[gatheredCount] = owner;
    gathered.set(gatheredCount++, from.buffer(index), from.frame(index), from.length(index));
  }

  private void transmit(Batch batch, int port) {
    int count = gatheredCount;
    gatheredCount = 0;
    int sent = count == 0 ? 0 : queues.send(port, gathered, count);
    if (sent == count) {
      return;
    }
    pool.free(gathered, sent, count - sent);
    for (int k = sent; k < count; k++) {
      if (batch.fate(owners[k]) != TX_QUEUE_FULL) {
        batch.setFate(owners[k], TX_QUEUE_FULL);
        refused++;
      }
    }
  }

  /** Frees what was not to be sent: what a port or the kernel refused is freed already. */
  private void free(Batch batch, Fragments fragments) {
    for (int i = 0; i < batch.count(); i++) {
      int fate = batch.fate(i);
      boolean sent = fate == DELIVERED || fate == ANSWERED || fate == TX_QUEUE_FULL;
      if (sent || batch.port(i) == Batch.HOST_PORT) {
        continue;
      }
      end(batch, i);
      int first = fragments.firstOf(i);
      for (int n = first; n < first + fragments.countOf(i); n++) {
        end(fragments.batch, n);
      }
    }
    flush();
  }

  private void end(Batch from, int index) {
    if (endedCount == ended.capacity()) {
      flush();
    }
    ended.set(endedCount++, from.buffer(index), from.frame(index), from.length(index));
  }

  private void flush() {
    if (endedCount > 0) {
      pool.free(ended, 0, endedCount);
      endedCount = 0;
    }
  }
}

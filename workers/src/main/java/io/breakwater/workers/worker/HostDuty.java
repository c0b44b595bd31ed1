package io.breakwater.workers.worker;

import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.TxQueue;
import io.breakwater.workers.packet.Ethernet;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.stage.WorkerCounter;

/**
 * Sends the kernel's frames by their port, unchanged but for the port's own tags: a duty of the
 * first worker between its bursts, a burst of each port a turn at most.
 *
 * <p>They were not received, so that they have no fate; they are counted here. Called only from the
 * worker's thread; any thread may read the counters.
 */
public final class HostDuty {

  /** Of the workers that are not the first. */
  static final HostDuty NONE = new HostDuty(null, HostRings.none(), null, new TxQueue[0]);

  private final PacketMemory memory;
  private final PacketPool pool;
  private final HostSendRing[] rings;
  private final TxQueue[] queueByPort;
  private final WorkerCounter[] sent;
  private final WorkerCounter[] refused;
  private final PacketBurst burst = new PacketBurst(Worker.BURST);

  HostDuty(PacketMemory memory, HostRings rings, PacketPool pool, TxQueue[] queueByPort) {
    this.memory = memory;
    this.pool = pool;
    this.queueByPort = queueByPort;
    this.rings = new HostSendRing[rings.ports()];
    sent = new WorkerCounter[rings.ports()];
    refused = new WorkerCounter[rings.ports()];
    for (int port = 0; port < rings.ports(); port++) {
      this.rings[port] = rings.fromHost(port);
      sent[port] = new WorkerCounter();
      refused[port] = new WorkerCounter();
    }
  }

  /** Frames of the kernel's that left by a port. */
  public long sent(int port) {
    return sent[port].value();
  }

  /** Frames of the kernel's that the port did not take. */
  public long refused(int port) {
    return refused[port].value();
  }

  void tick(ForwardingTables tables) {
    for (int port = 0; port < rings.length; port++) {
      if (rings[port] != null && !rings[port].isEmpty()) {
        send(port, tables.ports()[port].vlanIds());
      }
    }
  }

  private void send(int port, int[] vlanIds) {
    int count = rings[port].take(burst);
    if (vlanIds.length > 0) {
      for (int i = 0; i < count; i++) {
        tag(i, vlanIds);
      }
    }
    int taken = queueByPort[port].transmit(burst, count);
    sent[port].add(taken);
    if (taken < count) {
      pool.free(burst, taken, count - taken);
      refused[port].add(count - taken);
    }
  }

  private void tag(int i, int[] vlanIds) {
    int frame = burst.frame(i);
    int bytes = vlanIds.length * Ethernet.TAG_BYTES;
    int tagged = frame - bytes;
    memory.setU48(tagged, Ethernet.destination(memory, frame));
    memory.setU48(tagged + 6, Ethernet.source(memory, frame));
    Ethernet.writeTags(memory, tagged, vlanIds);
    burst.set(i, burst.buffer(i), tagged, burst.length(i) + bytes);
  }
}

package io.breakwater.workers.worker;

import io.breakwater.dpdk.DpdkThread;
import io.breakwater.dpdk.PacketBurst;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.PacketRing;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.stage.HostInput;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * The thread that moves packets between the workers' rings and the kernel's TAP devices. A TAP
 * makes a system call for each packet, and the kernel's own stack runs inside it: nothing for a
 * worker.
 *
 * <p>Not pinned and of ordinary priority. Busy, it goes round without a pause; idle, it sleeps
 * {@value #SLEEP_MIN_NS} ns, then longer, up to {@value #SLEEP_MAX_NS} ns, which is the latency
 * that it adds at most. It is registered with DPDK for the pool's cache: otherwise each buffer
 * would go through the pool's shared ring, where a thread that is put to sleep in the wrong moment
 * lets all others wait.
 *
 * <p>Owned by the control thread. A throwable out of a turn is kept for {@link #failure}, and ends
 * it.
 */
public final class HostThread {

  private static final long SLEEP_MIN_NS = 20_000;
  private static final long SLEEP_MAX_NS = 1_000_000;

  private final HostRings rings;
  private final PacketPool pool;
  private final PacketMemory memory;
  private final List<HostPort> ports;
  private final HostInput input;
  private final PacketBurst burst = new PacketBurst(Worker.BURST);
  private final PacketBurst good = new PacketBurst(Worker.BURST);
  private final PacketBurst bad = new PacketBurst(Worker.BURST);
  private final Thread thread = new Thread(this::run, "host");

  private volatile boolean stopping;
  private volatile Throwable failure;

  /**
   * @param ports those with a host interface
   */
  public HostThread(HostRings rings, PacketPool pool, List<HostPort> ports) {
    this.rings = rings;
    this.pool = pool;
    this.ports = List.copyOf(ports);
    memory = PacketMemory.install(pool.memory());
    input = new HostInput(rings.flows());
  }

  /** Starts it, if there is something for it to do. */
  public void start() {
    if (!ports.isEmpty()) {
      thread.start();
    }
  }

  /** Stops it after the turn it is in, and waits for that. */
  public void stop() throws InterruptedException {
    stopping = true;
    thread.join();
  }

  /** What broke it, or null. */
  public Throwable failure() {
    return failure;
  }

  /** The kernel's sides of the ports. */
  public List<HostPort> ports() {
    return ports;
  }

  private void run() {
    try {
      DpdkThread.register();
      try {
        poll();
      } finally {
        DpdkThread.unregister();
      }
    } catch (Throwable broken) {
      failure = broken;
    }
  }

  private void poll() {
    long sleepNs = SLEEP_MIN_NS;
    while (!stopping) {
      if (turn(System.nanoTime()) > 0) {
        sleepNs = SLEEP_MIN_NS;
      } else {
        LockSupport.parkNanos(sleepNs);
        sleepNs = Math.min(SLEEP_MAX_NS, sleepNs + sleepNs / 8);
      }
    }
  }

  /** One round over all ports, both ways; returns packets moved. */
  int turn(long nowNs) {
    int moved = 0;
    for (int i = 0; i < ports.size(); i++) {
      HostPort port = ports.get(i);
      for (int worker = 0; worker < rings.workers(); worker++) {
        moved += toKernel(port, rings.toHost(worker)[port.index()]);
      }
      moved += fromKernel(port, nowNs);
    }
    return moved;
  }

  private int toKernel(HostPort port, PacketRing ring) {
    int count = ring.dequeue(burst);
    if (count > 0) {
      int taken = port.tap().txQueue(0).transmit(burst, count);
      port.received.add(taken);
      if (taken < count) {
        pool.free(burst, taken, count - taken);
        port.refused.add(count - taken);
      }
    }
    return count;
  }

  private int fromKernel(HostPort port, long nowNs) {
    int count = port.tap().rxQueue(0).receive(burst);
    if (count == 0) {
      return 0;
    }
    int accepted = 0;
    int rejected = 0;
    for (int i = 0; i < count; i++) {
      int frame = burst.frame(i);
      int length = burst.length(i);
      if (input.accept(memory, frame, length, port.mac(), port.mtuBytes(), nowNs)) {
        good.set(accepted++, burst.buffer(i), frame, length);
      } else {
        bad.set(rejected++, burst.buffer(i), frame, length);
      }
    }
    int fitted = rings.fromHost(port.index()).offer(good, accepted);
    port.overflowed.add(accepted - fitted);
    pool.free(good, fitted, accepted - fitted);
    port.invalid.add(rejected);
    pool.free(bad, 0, rejected);
    return count;
  }
}

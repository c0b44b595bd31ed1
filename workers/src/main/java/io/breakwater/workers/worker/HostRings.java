package io.breakwater.workers.worker;

import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.PacketRing;
import io.breakwater.dpdk.PacketRing.Threads;
import io.breakwater.workers.table.KernelFlows;
import java.util.ArrayList;
import java.util.List;

/**
 * The rings between workers and the host thread: packets for the kernel, and frames of the
 * kernel's.
 *
 * <pre>
 * each worker  -- a ring for each port with a host interface -->  host thread  -->  TAP, the kernel
 * first worker <-- one for each of those ports --------------  host thread  <--
 * </pre>
 *
 * <p>Each has one thread at either end: nobody ever waits for another. A ring to the host is large
 * enough for what all classes of {@code host-limits} may bring together at once; what a full one
 * refuses is dropped and counted. Made before both sides, closed after them; buffers still in it
 * return to the pool then.
 */
public final class HostRings implements AutoCloseable {

  private final boolean[] hasInterface;
  private final KernelFlows flows = new KernelFlows();
  private final List<PacketRing> all = new ArrayList<>();
  private final PacketRing[][] toHost;
  private final HostSendRing[] fromHost;

  private HostRings(
      String name, PacketPool pool, boolean[] hasInterface, int workers, int capacity) {
    this.hasInterface = hasInterface.clone();
    toHost = new PacketRing[workers][hasInterface.length];
    fromHost = new HostSendRing[hasInterface.length];
    for (int port = 0; port < hasInterface.length; port++) {
      if (hasInterface[port]) {
        for (int worker = 0; worker < workers; worker++) {
          toHost[worker][port] = make("%s-%d-%d".formatted(name, port, worker), pool, capacity);
        }
        fromHost[port] = new HostSendRing(make("%s-%d".formatted(name, port), pool, capacity));
      }
    }
  }

  /** Of an appliance none of whose ports has a host interface. */
  public static HostRings none() {
    return new HostRings("", null, new boolean[0], 0, 0);
  }

  /**
   * @param name unique in this process, up to 16 letters
   * @param hasInterface by port's index
   * @param capacity packets of each ring
   */
  public static HostRings create(
      String name, PacketPool pool, boolean[] hasInterface, int workers, int capacity) {
    return new HostRings(name, pool, hasInterface, workers, capacity);
  }

  private PacketRing make(String name, PacketPool pool, int capacity) {
    PacketRing ring = PacketRing.create(name, capacity, Threads.ONE_TO_ONE, pool);
    all.add(ring);
    return ring;
  }

  boolean[] hasInterface() {
    return hasInterface;
  }

  KernelFlows flows() {
    return flows;
  }

  int ports() {
    return hasInterface.length;
  }

  int workers() {
    return toHost.length;
  }

  /** A worker's rings by port: null where the port has no host interface. */
  PacketRing[] toHost(int worker) {
    return worker < toHost.length ? toHost[worker] : new PacketRing[0];
  }

  /** Null where the port has no host interface. */
  HostSendRing fromHost(int port) {
    return fromHost[port];
  }

  @Override
  public void close() {
    all.forEach(PacketRing::close);
    all.clear();
  }
}

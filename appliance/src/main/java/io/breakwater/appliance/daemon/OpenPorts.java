package io.breakwater.appliance.daemon;

import io.breakwater.config.Appliance;
import io.breakwater.config.Port;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.PortLimits;
import io.breakwater.dpdk.PortOptions;
import java.util.ArrayList;
import java.util.List;

/**
 * The ports of an appliance, opened together and closed together.
 *
 * <p>Each has one receive queue and one transmit queue for each worker, or the driver's most: then
 * only the first workers receive from it, and send for the others. Used by the control thread only.
 */
final class OpenPorts implements AutoCloseable {

  private final List<OpenPort> ports = new ArrayList<>();

  private OpenPorts() {}

  /**
   * Opens all ports; they neither receive nor send before {@link #start}.
   *
   * @throws io.breakwater.dpdk.DpdkException where one can't be; none is left open then
   */
  static OpenPorts open(Appliance configuration, PacketPool pool, PoolPlan plan, int workers) {
    OpenPorts opened = new OpenPorts();
    try {
      for (Port port : configuration.ports()) {
        opened.ports.add(new OpenPort(port, open(port, pool, plan, workers)));
      }
      return opened;
    } catch (RuntimeException e) {
      opened.close();
      throw e;
    }
  }

  private static io.breakwater.dpdk.Port open(
      Port port, PacketPool pool, PoolPlan plan, int workers) {
    PortLimits limits = io.breakwater.dpdk.Port.probe(port.device());
    return io.breakwater.dpdk.Port.open(
        port.device(),
        new PortOptions(
            pool,
            Math.min(workers, limits.rxQueuesMax()),
            Math.min(workers, limits.txQueuesMax()),
            plan.rxDescriptors(),
            plan.txDescriptors(),
            port.mtuBytes()));
  }

  void start() {
    ports.forEach(port -> port.device().start());
  }

  List<OpenPort> list() {
    return List.copyOf(ports);
  }

  List<io.breakwater.dpdk.Port> devices() {
    return ports.stream().map(OpenPort::device).toList();
  }

  long[] macs() {
    return ports.stream().mapToLong(port -> port.device().mac()).toArray();
  }

  /** Packets that the ports' hardware or drivers had to leave: no descriptor, or no buffer. */
  long missedPackets() {
    return ports.stream()
        .map(port -> port.device().statistics())
        .mapToLong(statistics -> statistics.rxMissed() + statistics.rxNoBuffer())
        .sum();
  }

  /** Stops and closes all, whatever happens to one of them. */
  @Override
  public void close() {
    RuntimeException first = null;
    for (OpenPort port : ports.reversed()) {
      try {
        port.device().close();
      } catch (RuntimeException e) {
        if (first == null) {
          first = e;
        } else {
          first.addSuppressed(e);
        }
      }
    }
    ports.clear();
    if (first != null) {
      throw first;
    }
  }
}

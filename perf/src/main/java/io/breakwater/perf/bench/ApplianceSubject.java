package io.breakwater.perf.bench;

import io.breakwater.config.Appliance;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.Port;
import io.breakwater.perf.traffic.Workload;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.worker.SpreadModes.Mode;
import io.breakwater.workers.worker.Worker;
import io.breakwater.workers.worker.WorkerGroup;
import java.util.List;

/**
 * The appliance's own workers with their whole pipeline, each on a core and a queue of one port.
 */
final class ApplianceSubject implements Subject {

  private static final long START_TIMEOUT_NS = 60_000_000_000L;

  private final WorkerGroup group;
  private final int tenantSlots;
  private final List<Lane> lanes;

  ApplianceSubject(Appliance configuration, Port port, PacketPool pool, List<Integer> cores) {
    this(configuration, port, pool, cores, Mode.NOTHING);
  }

  /** The same with workers that hand every packet to the one that owns its flow. */
  static ApplianceSubject withSoftwareDistribution(
      Appliance configuration, Port port, PacketPool pool, List<Integer> cores) {
    return new ApplianceSubject(configuration, port, pool, cores, Mode.EVERYTHING);
  }

  private ApplianceSubject(
      Appliance configuration, Port port, PacketPool pool, List<Integer> cores, Mode mode) {
    Slots slots = new Slots(configuration.limits());
    // The port's own address is of no matter to net_null: the frames are for this one.
    ForwardingTables tables =
        new ForwardingCompiler(slots, new long[] {Workload.OWN_MAC}).compile(configuration);
    group = new WorkerGroup(cores, List.of(port), pool, slots, configuration.limits());
    group.start(tables, START_TIMEOUT_NS);
    group.spreadModes().set(0, mode);
    tenantSlots = slots.tenants().bound();
    lanes =
        group.workers().stream()
            .map(worker -> new Lane(threadOf(worker), worker.counters(), worker.meters()))
            .toList();
  }

  private static Thread threadOf(Worker worker) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(candidate -> candidate.getName().equals("worker-" + worker.index()))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public List<Lane> lanes() {
    return lanes;
  }

  @Override
  public int tenantSlots() {
    return tenantSlots;
  }

  @Override
  public void stop() throws InterruptedException {
    group.stop();
    for (Worker worker : group.workers()) {
      if (worker.failure() != null) {
        throw new IllegalStateException(
            "a worker failed: worker=" + worker.index(), worker.failure());
      }
    }
  }
}

package io.breakwater.perf.bench;

import io.breakwater.config.Appliance;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.Port;
import io.breakwater.perf.traffic.Workload;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.pipeline.StageMeters;
import io.breakwater.workers.worker.Worker;
import io.breakwater.workers.worker.WorkerGroup;
import java.util.List;

/** The appliance's own worker with its whole pipeline, on one core and one port. */
final class ApplianceSubject implements Subject {

  private static final long START_TIMEOUT_NS = 10_000_000_000L;

  private final WorkerGroup group;
  private final Counters counters;
  private final int tenantSlots;
  private final Thread thread;

  ApplianceSubject(Appliance configuration, Port port, PacketPool pool, int core) {
    Slots slots = new Slots(configuration.limits());
    // The port's own address is of no matter to net_null: the frames are for this one.
    ForwardingTables tables =
        new ForwardingCompiler(slots, new long[] {Workload.OWN_MAC}).compile(configuration);
    group = new WorkerGroup(List.of(core), List.of(port), pool, slots, configuration.limits());
    group.start(tables, START_TIMEOUT_NS);
    Worker worker = group.workers().getFirst();
    counters = worker.counters();
    tenantSlots = slots.tenants().bound();
    thread =
        Thread.getAllStackTraces().keySet().stream()
            .filter(candidate -> candidate.getName().equals("worker-" + worker.index()))
            .findFirst()
            .orElseThrow();
  }

  @Override
  public long received() {
    return counters.received();
  }

  @Override
  public long dropped() {
    return Subject.undelivered(counters, tenantSlots);
  }

  @Override
  public StageMeters meters() {
    return group.workers().getFirst().meters();
  }

  @Override
  public Thread thread() {
    return thread;
  }

  @Override
  public void stop() throws InterruptedException {
    group.stop();
    Throwable failure = group.workers().getFirst().failure();
    if (failure != null) {
      throw new IllegalStateException("the worker failed", failure);
    }
  }
}

package io.breakwater.appliance.daemon;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.explain.SlotNames;
import io.breakwater.appliance.journal.JournalEvent.Stopped;
import io.breakwater.appliance.report.FateReport;
import io.breakwater.appliance.report.FirewallReport;
import io.breakwater.appliance.report.FlowRow;
import io.breakwater.appliance.report.FlowText;
import io.breakwater.appliance.report.Snapshot;
import io.breakwater.config.Appliance;
import io.breakwater.config.Limits;
import io.breakwater.config.Tenant;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.pipeline.TunnelMtus;
import io.breakwater.workers.worker.WarmUp;
import io.breakwater.workers.worker.Worker;
import io.breakwater.workers.worker.WorkerGroup;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Packet pool, ports and workers: opened and warmed up, running, and taken down again with every
 * packet buffer accounted for.
 *
 * <p>Order matters: workers stop before ports, so that nobody is inside a burst; host interfaces go
 * between them, since they give packets to both sides; ports close before the pool is counted, so
 * that the drivers' buffers are back. Control thread only.
 */
final class PacketPath implements AutoCloseable {

  private static final Logger LOG = LogManager.getLogger("breakwater");

  private static final long WARM_UP_TIMEOUT_NS = 20_000_000_000L;
  private static final long TABLES_TIMEOUT_NS = 5_000_000_000L;

  private final EventLog events;
  private final PacketPool pool;
  private final OpenPorts ports;
  private final HostInterfaces host;
  private final Slots slots;
  private final LiveConfiguration live;
  private final WorkerGroup workers;
  private final Distribution distribution;
  private final TunnelMtuWatch mtuWatch;
  private final TunnelWatch tunnels;
  private final FirewallJournal firewallJournal;
  private final SnapshotReader snapshots;
  private final LiveTracer tracer;
  private final CookieSecret cookies;
  private final Defence defence;
  private boolean stopped;
  private String failure;

  private PacketPath(
      EventLog events,
      PacketPool pool,
      OpenPorts ports,
      HostInterfaces host,
      Slots slots,
      LiveConfiguration live,
      WorkerGroup workers,
      Distribution distribution,
      TunnelMtus mtus) {
    this.events = events;
    this.pool = pool;
    this.ports = ports;
    this.host = host;
    this.slots = slots;
    this.live = live;
    this.workers = workers;
    this.distribution = distribution;
    this.mtuWatch = new TunnelMtuWatch(mtus, slots, events);
    this.tunnels = new TunnelWatch(slots, workers);
    this.firewallJournal = new FirewallJournal(slots.firewalls(), events);
    live.setPenalties(tunnels::penalty);
    this.snapshots =
        new SnapshotReader(live, slots, workers, tunnels, ports, host, pool, distribution);
    this.defence =
        new Defence(
            live,
            slots,
            workers.protection(),
            workers::nowNs,
            events,
            tables -> workers.publish(tables, TABLES_TIMEOUT_NS));
    this.tracer = new LiveTracer(pool, workers.neighbours(), slots);
    this.cookies =
        new CookieSecret(
            PacketPath::wallNs, workers::nowNs, workers.protection().synGuard()::setKeys);
  }

  /**
   * Takes all memory, opens the ports, warms up, and begins to forward.
   *
   * @param stopping that the operator wants the end already: the warm-up is cut short
   */
  static PacketPath open(
      LoadedConfiguration loaded, List<Integer> cores, EventLog events, BooleanSupplier stopping) {
    Appliance configuration = loaded.appliance();
    PoolPlan plan = PoolPlan.of(configuration, cores.size());
    if (!plan.isEnough()) {
      LOG.warn(
          "limits.packets: workers that stand still may leave too few buffers for the others:"
              + " packets={} atMostInUse={}",
          plan.packets(),
          plan.worstCase());
    }
    PacketPool pool =
        PacketPool.create("packets", plan.packets(), plan.dataRoomBytes(), plan.threadCache());
    try {
      OpenPorts ports = OpenPorts.open(configuration, pool, plan, cores.size());
      try {
        Slots slots = new Slots(configuration.limits(), loaded.firewalls());
        var mtus = new TunnelMtus(slots.tunnels().bound());
        var compiler = new ForwardingCompiler(slots, ports.macs(), mtus);
        var live = new LiveConfiguration(loaded, slots, compiler, events);
        var distribution =
            new Distribution(
                configuration.workers().distribution(), cores.size(), ports.list(), events);
        HostInterfaces host = HostInterfaces.open(configuration, ports, pool, plan, cores.size());
        PacketPath path =
            of(events, cores, pool, ports, host, slots, compiler, live, distribution, mtus);
        path.startOrStop(stopping);
        return path;
      } catch (RuntimeException e) {
        ports.close();
        throw e;
      }
    } catch (RuntimeException e) {
      if (pool.inUse() == 0) {
        pool.close();
      }
      throw e;
    }
  }

  private static PacketPath of(
      EventLog events,
      List<Integer> cores,
      PacketPool pool,
      OpenPorts ports,
      HostInterfaces host,
      Slots slots,
      ForwardingCompiler compiler,
      LiveConfiguration live,
      Distribution distribution,
      TunnelMtus mtus) {
    try {
      Limits limits = live.running().limits();
      var workers =
          new WorkerGroup(
              cores,
              ports.devices(),
              pool,
              slots,
              limits,
              distribution.spread(),
              distribution.modes(),
              host.rings());
      compiler.setClock(workers::nowNs);
      return new PacketPath(events, pool, ports, host, slots, live, workers, distribution, mtus);
    } catch (RuntimeException e) {
      host.close();
      throw e;
    }
  }

  private void startOrStop(BooleanSupplier stopping) {
    try {
      start(stopping);
    } catch (RuntimeException e) {
      // Workers may run already: they must leave the ports before these close.
      stop("start failed: " + e.getMessage());
      throw e;
    }
  }

  private void start(BooleanSupplier stopping) {
    ForwardingTables tables = live.compile();
    warmUp(stopping);
    live.rehearse(scratch -> new ForwardingCompiler(scratch, ports.macs()));
    keepOffWorkersCores();
    ports.start();
    distribution.ask();
    tunnels.configure(live.running(), tables);
    readCookieSecret();
    workers.start(tables, TABLES_TIMEOUT_NS);
    distribution.begin();
    defence.configure(live.running());
    host.start(live.running());
    LOG.info("forwarding: {} workers, {} ports", workers.workers().size(), ports.list().size());
  }

  /** Real traffic must not meet cold code: a queue overflows while a stage is compiled. */
  private void warmUp(BooleanSupplier stopping) {
    int count = workers.workers().size();
    WarmUp.Result result = WarmUp.run(pool, WARM_UP_TIMEOUT_NS, count, stopping);
    LOG.info(
        "warm-up: {} packets in {} ms, {}",
        result.packets(),
        result.elapsedNs() / 1_000_000,
        result.compiled() ? "all stages compiled" : "ended before all was compiled");
  }

  /** Only now: until the workers start, the compilers may have their cores. */
  private void keepOffWorkersCores() {
    List<Integer> cores = workers.workers().stream().map(Worker::core).toList();
    if (!CpuAffinity.keepOff(cores)) {
      LOG.warn("workers share their cores with the collector and the compiler: cores={}", cores);
    }
  }

  List<OpenPort> ports() {
    return ports.list();
  }

  WorkerGroup workers() {
    return workers;
  }

  void reload() {
    readCookieSecret();
    live.reload(tables -> {
      workers.publish(tables, TABLES_TIMEOUT_NS);
      // While rules that are gone still have their slots.
      recordFirewallLogs();
    });
    host.reconfigure(live.running());
    tunnels.configure(live.running(), live.tables());
    defence.configure(live.running());
  }

  /** With a file that is wrong, the secret stays as it was. */
  private void readCookieSecret() {
    try {
      if (cookies.read(live.running().synCookieSecret())) {
        LOG.info("syn-cookies.secret: in use");
      }
    } catch (IOException e) {
      LOG.warn("syn-cookies.secret: stays as it was: {}", e.getMessage());
    }
  }

  /** Gives the workers keys for the time to come. */
  void refreshCookieKeys() {
    cookies.refresh();
  }

  private static long wallNs() {
    Instant now = Instant.now();
    return now.getEpochSecond() * 1_000_000_000L + now.getNano();
  }

  /** Passes on to the kernel which links are up. */
  void followLinks() {
    host.followLinks(ports.list());
  }

  /** Looks whether packets get to the workers as they should. */
  void watchDistribution() {
    distribution.look();
  }

  /** Puts into effect what has become of the tunnels' health, and then tells it. */
  void pollTunnels() {
    List<Integer> changed = tunnels.poll();
    if (changed.isEmpty()) {
      return;
    }
    var tables = live.rechoose(TunnelWatch.tenantsOf(changed, live.tables()));
    try {
      workers.publish(tables, TABLES_TIMEOUT_NS);
    } catch (IllegalStateException e) {
      // As at a reload: a slow worker takes them up later, a broken one ends the loop.
      LOG.error("tunnels' health: {}", e.getMessage());
    }
    changed.forEach(tunnel -> events.record(tunnels.event(tunnel)));
  }

  /** Lets the workers know what routers said of tunnels' paths, and what of it is too old. */
  void refreshTunnelMtus(long nowNs) {
    workers.drainTunnelMtus((tunnel, mtuBytes) -> mtuWatch.exceeded(tunnel, mtuBytes, nowNs));
    if (mtuWatch.isChanged(nowNs)) {
      live.recompile(tables -> workers.publish(tables, TABLES_TIMEOUT_NS));
    }
  }

  /** Tells of packets that tenants' firewalls log. */
  void recordFirewallLogs() {
    workers.drainFirewallLogs(firewallJournal);
  }

  /** What detects attacks on tenants, and mitigates them. */
  Defence defence() {
    return defence;
  }

  Snapshot snapshot() {
    return snapshots.read();
  }

  /** Which way a flow takes, for each port that it may come in by. */
  List<FlowRow> flow(FlowText flow) {
    return new FlowWay(live, slots, distribution).of(flow);
  }

  /**
   * A tenant's firewall with its counts.
   *
   * @throws IllegalArgumentException saying that there is none
   */
  FirewallReport firewall(String name) {
    Tenant tenant = live.running().tenants().get(name);
    if (tenant == null) {
      throw new IllegalArgumentException("no tenant of this name runs: tenant=" + name);
    }
    return tenant
        .firewall()
        .map(firewall -> FirewallReport.of(tenant, firewall, slots.firewalls()))
        .orElseThrow(
            () -> new IllegalArgumentException("the tenant has no firewall: tenant=" + name));
  }

  /** What explains packets by all that runs at this moment. */
  LiveExplainer explainer(ControlLoop control) {
    return new LiveExplainer(
        live.running(),
        live.tables(),
        SlotNames.of(slots),
        tunnels.states(),
        ports.macs(),
        tracer,
        control);
  }

  /** Packets since the start, by code of fate. */
  long[] fates() {
    return FateReport.totals(slots, counters());
  }

  long receivedPackets() {
    return counters().stream().mapToLong(Counters::received).sum();
  }

  long missedPackets() {
    return ports.missedPackets();
  }

  private List<Counters> counters() {
    return workers.workers().stream().map(Worker::counters).toList();
  }

  /** Says that a worker has broken, and why, or null. */
  String failure() {
    for (Worker worker : workers.workers()) {
      if (failure == null && worker.failure() != null) {
        LOG.fatal("worker {} on core {} broke", worker.index(), worker.core(), worker.failure());
        failure = "worker " + worker.index() + " broke: " + worker.failure();
      }
    }
    if (failure == null && host.failure() != null) {
      LOG.fatal("the host thread broke", host.failure());
      failure = "the host thread broke: " + host.failure();
    }
    return failure;
  }

  /** Stops workers and ports, counts the buffers that are not back, and tells it. */
  void stop(String reason) {
    if (stopped) {
      return;
    }
    stopped = true;
    LOG.info("stopping: {}", reason);
    try {
      workers.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw CommandException.failure("interrupted while workers were stopping", e);
    }
    recordFirewallLogs();
    long[] fates = fates();
    distribution.close();
    host.close();
    ports.close();
    int outstanding = pool.inUse();
    checkFates(fates);
    long further = counters().stream().mapToLong(Counters::furtherFrames).sum();
    long sent = fates[Fate.DELIVERED.code()] + fates[Fate.ANSWERED.code()] + further;
    events.record(new Stopped(reason, outstanding, receivedPackets(), sent));
    if (outstanding != 0) {
      failure = "packet buffers were not returned: outstanding=" + outstanding;
      LOG.error("{}", failure);
    } else {
      pool.close();
    }
  }

  /** Every packet has one fate: with the workers stopped, the counters must show it. */
  private void checkFates(long[] fates) {
    long decided = Arrays.stream(fates).sum();
    if (decided != receivedPackets() || fates[Fate.UNDECIDED] != 0) {
      failure = "packets without a fate: received=" + receivedPackets() + " decided=" + decided;
      LOG.error("{}", failure);
    }
  }

  @Override
  public void close() {
    stop("failure");
  }
}

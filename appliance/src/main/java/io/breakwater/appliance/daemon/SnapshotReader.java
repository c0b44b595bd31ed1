package io.breakwater.appliance.daemon;

import io.breakwater.appliance.command.VersionText;
import io.breakwater.appliance.report.FateReport;
import io.breakwater.appliance.report.Snapshot;
import io.breakwater.appliance.report.Snapshot.DropRow;
import io.breakwater.appliance.report.Snapshot.HostClassRow;
import io.breakwater.appliance.report.Snapshot.NeighbourRow;
import io.breakwater.appliance.report.Snapshot.PortRow;
import io.breakwater.appliance.report.Snapshot.StageRow;
import io.breakwater.appliance.report.Snapshot.Stats;
import io.breakwater.appliance.report.Snapshot.TenantRow;
import io.breakwater.appliance.report.Snapshot.TunnelRow;
import io.breakwater.appliance.report.Snapshot.WorkerRow;
import io.breakwater.config.HostInterface;
import io.breakwater.config.IpAddress;
import io.breakwater.config.MacAddress;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.dpdk.Cycles;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.dpdk.PortStatistics;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.pipeline.StageMeters;
import io.breakwater.workers.pipeline.StageMeters.Stage;
import io.breakwater.workers.table.HostClass;
import io.breakwater.workers.table.NeighbourKey;
import io.breakwater.workers.table.NeighbourTable;
import io.breakwater.workers.worker.HostPort;
import io.breakwater.workers.worker.Worker;
import io.breakwater.workers.worker.WorkerGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reads a {@link Snapshot} of the appliance while it forwards. Control thread only; the workers do
 * not notice.
 */
final class SnapshotReader {

  private final LiveConfiguration live;
  private final Slots slots;
  private final WorkerGroup workers;
  private final TunnelWatch tunnels;
  private final OpenPorts ports;
  private final HostInterfaces host;
  private final PacketPool pool;
  private final Distribution distribution;
  private final long startNs = System.nanoTime();
  private final long startCycles = Cycles.now();

  SnapshotReader(
      LiveConfiguration live,
      Slots slots,
      WorkerGroup workers,
      TunnelWatch tunnels,
      OpenPorts ports,
      HostInterfaces host,
      PacketPool pool,
      Distribution distribution) {
    this.live = live;
    this.slots = slots;
    this.workers = workers;
    this.tunnels = tunnels;
    this.ports = ports;
    this.host = host;
    this.pool = pool;
    this.distribution = distribution;
  }

  Snapshot read() {
    List<Counters> counters = workers.workers().stream().map(Worker::counters).toList();
    long[] totals = FateReport.totals(slots, counters);
    return new Snapshot(
        stats(counters, totals),
        tenants(counters),
        tunnels(counters),
        drops(totals),
        stages(),
        workers(),
        IntStream.range(0, ports.list().size()).mapToObj(this::port).toList(),
        neighbours(),
        distribution.rows(),
        hostClasses());
  }

  private Stats stats(List<Counters> counters, long[] totals) {
    return new Stats(
        live.running().name(),
        VersionText.ofProgram(),
        (System.nanoTime() - startNs) / 1_000_000_000L,
        workers.workers().size(),
        live.tables().generation(),
        counters.stream().mapToLong(Counters::received).sum(),
        totals[Fate.DELIVERED.code()],
        totals[Fate.ANSWERED.code()],
        totals[Fate.CONSUMED.code()],
        totals[Fate.HOST.code()],
        dropped(totals),
        ports.missedPackets(),
        pool.inUse(),
        pool.capacity());
  }

  private List<TenantRow> tenants(List<Counters> counters) {
    List<TenantRow> rows = new ArrayList<>();
    for (String name : live.running().tenants().keySet()) {
      long[] fates = FateReport.ofTenant(slots.tenants().slot(name), counters);
      rows.add(
          new TenantRow(
              name,
              Arrays.stream(fates).sum(),
              fates[Fate.DELIVERED.code()],
              fates[Fate.ANSWERED.code()],
              fates[Fate.CONSUMED.code()],
              fates[Fate.HOST.code()],
              dropped(fates)));
    }
    return rows;
  }

  private List<TunnelRow> tunnels(List<Counters> counters) {
    List<TunnelRow> rows = new ArrayList<>();
    double[] shares = new double[slots.tunnels().bound()];
    for (Tenant tenant : live.running().tenants().values()) {
      live.tables().tunnels().addShares(slots.tenants().slot(tenant.name()), shares);
      for (Tunnel tunnel : tenant.tunnels()) {
        int slot = slots.tunnels().slot(new Slots.TunnelId(tenant.name(), tunnel.name()));
        rows.add(tunnel(tenant.name(), tunnel, slot, shares[slot], counters));
      }
    }
    return rows;
  }

  private TunnelRow tunnel(
      String tenant, Tunnel tunnel, int slot, double share, List<Counters> counters) {
    int probes = tunnels.probes(slot);
    int lost = tunnels.lost(slot);
    return new TunnelRow(
        tenant,
        tunnel.name(),
        tunnels.stateName(slot),
        tunnel.priority(),
        tunnel.priority() + tunnels.penalty(slot),
        tunnel.weight(),
        percent(share),
        percent(probes == 0 ? 0 : (double) lost / probes),
        tunnels.roundTripUs(slot),
        probes,
        lost,
        counters.stream().mapToLong(each -> each.tunnelSentPackets(slot)).sum(),
        counters.stream().mapToLong(each -> each.tunnelSentBytes(slot)).sum(),
        counters.stream().mapToLong(each -> each.tunnelReceivedPackets(slot)).sum(),
        counters.stream().mapToLong(each -> each.tunnelReceivedBytes(slot)).sum(),
        counters.stream().mapToLong(each -> each.tunnelDroppedPackets(slot)).sum(),
        counters.stream().mapToLong(each -> each.tunnelErrors(slot)).sum());
  }

  private static double percent(double part) {
    return Math.round(part * 10_000) / 100.0;
  }

  private static List<DropRow> drops(long[] totals) {
    return Arrays.stream(DropReason.values())
        .filter(reason -> totals[reason.code()] > 0)
        .sorted(Comparator.comparingLong(reason -> -totals[reason.code()]))
        .map(reason ->
            new DropRow(
                reason.kebabName(),
                totals[reason.code()],
                kebab(reason.severity()),
                reason.meaning()))
        .toList();
  }

  private static long dropped(long[] fates) {
    return Arrays.stream(DropReason.values()).mapToLong(reason -> fates[reason.code()]).sum();
  }

  private List<StageRow> stages() {
    List<StageRow> rows = new ArrayList<>();
    for (Worker worker : workers.workers()) {
      StageMeters meters = worker.meters();
      for (Stage stage : Stage.values()) {
        long sampled = meters.sampledPackets(stage);
        double cycles = sampled == 0 ? 0 : (double) meters.sampledCycles(stage) / sampled;
        rows.add(
            new StageRow(
                worker.index(),
                kebab(stage),
                meters.packets(stage),
                meters.drops(stage),
                Math.round(cycles * 10) / 10.0));
      }
    }
    return rows;
  }

  private List<WorkerRow> workers() {
    WorkerRows.Clock clock = WorkerRows.Clock.since(startCycles, startNs);
    return workers.workers().stream()
        .map(worker ->
            WorkerRows.row(
                worker.index(),
                worker.core(),
                worker.gaps().histogram(),
                worker.gaps().longest(),
                clock))
        .toList();
  }

  private PortRow port(int index) {
    OpenPort port = ports.list().get(index);
    PortStatistics statistics = port.device().statistics();
    return new PortRow(
        port.port(),
        port.deviceName(),
        new MacAddress(port.device().mac()).toString(),
        port.up() ? "up" : "down",
        Math.max(0, port.speedMbps()),
        statistics.rxPackets(),
        statistics.txPackets(),
        statistics.rxMissed(),
        statistics.rxErrors(),
        statistics.txErrors(),
        statistics.rxNoBuffer(),
        port.settings().host().map(HostInterface::name).orElse(""),
        hostPort(index).mapToLong(HostPort::received).sum(),
        hostPort(index).mapToLong(_ -> workers.hostDuty().sent(index)).sum(),
        hostPort(index).mapToLong(side -> hostLost(side, index)).sum());
  }

  /** The kernel's side of a port, if it has one. */
  private Stream<HostPort> hostPort(int index) {
    return host.ports().stream().filter(side -> side.index() == index);
  }

  private long hostLost(HostPort side, int index) {
    return side.refused() + side.invalid() + side.overflowed() + workers.hostDuty().refused(index);
  }

  private List<HostClassRow> hostClasses() {
    List<HostClassRow> rows = new ArrayList<>();
    for (HostClass hostClass : HostClass.values()) {
      rows.add(
          new HostClassRow(
              hostClass.kebabName(),
              live.tables().host().packetsPerSecond().get(hostClass.ordinal()),
              workers.hostOutputs().stream().mapToLong(host -> host.passed(hostClass)).sum(),
              workers.hostOutputs().stream().mapToLong(host -> host.limited(hostClass)).sum()));
    }
    return rows;
  }

  private List<NeighbourRow> neighbours() {
    List<NeighbourRow> rows = new ArrayList<>();
    NeighbourKey[] keys = live.tables().neighbours();
    for (int slot = 0; slot < keys.length; slot++) {
      NeighbourKey key = keys[slot];
      if (key == null) {
        continue;
      }
      long hop = workers.neighbours().hop(slot);
      IpAddress address =
          key.ipv6() ? IpAddress.ipv6(key.high(), key.low()) : IpAddress.ipv4((int) key.low());
      String state = key.pinnedMac() >= 0 ? "pinned" : hop == 0 ? "unresolved" : "resolved";
      rows.add(
          new NeighbourRow(
              ports.list().get(key.port()).port(),
              address.toString(),
              hop == 0 ? "" : new MacAddress(NeighbourTable.mac(hop)).toString(),
              state));
    }
    return rows;
  }

  private static String kebab(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

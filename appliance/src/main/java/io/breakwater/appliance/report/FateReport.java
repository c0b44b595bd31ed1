package io.breakwater.appliance.report;

import io.breakwater.appliance.report.ReplayReport.RuleReport;
import io.breakwater.appliance.report.ReplayReport.TenantReport;
import io.breakwater.appliance.report.ReplayReport.TunnelReport;
import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import io.breakwater.workers.pipeline.Counters;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.pipeline.firewall.FirewallRegistry;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Makes the report of the workers' counters: adds them up and gives slots their names.
 *
 * <p>A tenant that was removed has its packets in the whole, not in a part of its own. Called when
 * the workers stand still, so that the sums hold; on running workers the report's own check may
 * fail.
 */
public final class FateReport {

  private final Slots slots;
  private final List<Counters> workers;

  private FateReport(Slots slots, List<Counters> workers) {
    this.slots = slots;
    this.workers = workers;
  }

  /**
   * @param workers each worker's counters
   * @param sent frames written
   */
  public static ReplayReport of(
      Appliance configuration, Slots slots, List<Counters> workers, long sent) {
    return new FateReport(slots, workers).whole(configuration, sent);
  }

  /** Packets of all tenants and of none, by code of fate. */
  public static long[] totals(Slots slots, List<Counters> workers) {
    long[] fates = new long[Fate.CODES];
    for (int tenant = 0; tenant < slots.tenants().bound(); tenant++) {
      addFates(fates, tenant, workers);
    }
    return fates;
  }

  /** Packets of one tenant, by code of fate. */
  public static long[] ofTenant(int slot, List<Counters> workers) {
    long[] fates = new long[Fate.CODES];
    addFates(fates, slot, workers);
    return fates;
  }

  private ReplayReport whole(Appliance configuration, long sent) {
    long[] fates = totals(slots, workers);
    SortedMap<String, TenantReport> tenants = new TreeMap<>();
    configuration.tenants().forEach((name, tenant) -> tenants.put(name, tenant(tenant)));
    SortedMap<String, Long> drops = drops(fates);
    return new ReplayReport(
        workers.stream().mapToLong(Counters::received).sum(),
        fates[Fate.DELIVERED.code()],
        fates[Fate.ANSWERED.code()],
        fates[Fate.CONSUMED.code()],
        fates[Fate.HOST.code()],
        sum(drops),
        sent,
        drops,
        tenants);
  }

  private TenantReport tenant(Tenant tenant) {
    long[] fates = ofTenant(slots.tenants().slot(tenant.name()), workers);
    SortedMap<String, Long> drops = drops(fates);
    long received = 0;
    for (long packets : fates) {
      received += packets;
    }
    return new TenantReport(
        received,
        fates[Fate.DELIVERED.code()],
        fates[Fate.ANSWERED.code()],
        fates[Fate.CONSUMED.code()],
        fates[Fate.HOST.code()],
        sum(drops),
        drops,
        rules(tenant),
        tunnels(tenant));
  }

  /** Every rule in the order of the tenant's file. */
  private List<RuleReport> rules(Tenant tenant) {
    return tenant.firewall().stream()
        .flatMap(firewall -> firewall.rules().stream())
        .map(rule -> {
          FirewallRegistry.Count count = slots.firewalls().count(tenant.name(), rule.index());
          return new RuleReport(rule.text(), count.packets(), count.bytes());
        })
        .toList();
  }

  private Map<String, TunnelReport> tunnels(Tenant tenant) {
    Map<String, TunnelReport> tunnels = new LinkedHashMap<>();
    for (Tunnel tunnel : tenant.tunnels()) {
      int slot = slots.tunnels().slot(new Slots.TunnelId(tenant.name(), tunnel.name()));
      long packets = workers.stream().mapToLong(w -> w.tunnelSentPackets(slot)).sum();
      long bytes = workers.stream().mapToLong(w -> w.tunnelSentBytes(slot)).sum();
      long received = workers.stream().mapToLong(w -> w.tunnelReceivedPackets(slot)).sum();
      long receivedBytes = workers.stream().mapToLong(w -> w.tunnelReceivedBytes(slot)).sum();
      long dropped = workers.stream().mapToLong(w -> w.tunnelDroppedPackets(slot)).sum();
      long errors = workers.stream().mapToLong(w -> w.tunnelErrors(slot)).sum();
      tunnels.put(
          tunnel.name(),
          new TunnelReport(packets, bytes, received, receivedBytes, dropped, errors));
    }
    return tunnels;
  }

  private static void addFates(long[] fates, int tenant, List<Counters> workers) {
    for (Counters worker : workers) {
      for (int code = 0; code < fates.length; code++) {
        fates[code] += worker.fates(tenant, code);
      }
    }
  }

  private static SortedMap<String, Long> drops(long[] fates) {
    SortedMap<String, Long> drops = new TreeMap<>();
    for (DropReason reason : DropReason.values()) {
      if (fates[reason.code()] > 0) {
        drops.put(reason.kebabName(), fates[reason.code()]);
      }
    }
    return drops;
  }

  private static long sum(Map<String, Long> drops) {
    return drops.values().stream().mapToLong(Long::longValue).sum();
  }
}

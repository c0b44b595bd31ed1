package io.breakwater.appliance.daemon;

import io.breakwater.appliance.report.FlowRow;
import io.breakwater.appliance.report.FlowText;
import io.breakwater.config.IpAddress;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.pipeline.Slots.TunnelId;
import io.breakwater.workers.table.Destination;
import io.breakwater.workers.table.FlowHash;
import io.breakwater.workers.table.SymmetricHash;
import io.breakwater.workers.worker.SpreadModes.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Finds, from the tables that run, which queue, worker and tunnel the packets of a flow take.
 * Control thread only.
 */
final class FlowWay {

  private static final String ANY = "any";

  private final ForwardingTables tables;
  private final Map<String, Tenant> tenants;
  private final Slots slots;
  private final Distribution distribution;

  FlowWay(LiveConfiguration live, Slots slots, Distribution distribution) {
    this.tables = live.tables();
    this.tenants = live.running().tenants();
    this.slots = slots;
    this.distribution = distribution;
  }

  /** A row for each port that the flow may come in by. */
  List<FlowRow> of(FlowText flow) {
    TunnelId tunnel = flow.outer().map(this::cameOutOf).orElseGet(() -> leavesThrough(flow));
    List<FlowRow> rows = new ArrayList<>();
    List<PortSpread> ports = distribution.ports();
    for (int i = 0; i < ports.size(); i++) {
      rows.add(row(flow, ports.get(i), distribution.modes().of(i), tunnel));
    }
    return rows;
  }

  private FlowRow row(FlowText flow, PortSpread port, Mode mode, TunnelId tunnel) {
    int words = words(flow.source(), flow.destination(), flow.ports());
    int half = SymmetricHash.half(words);
    // The NIC looks at the outer packet, which has no ports.
    int outerHalf =
        flow.outer()
            .map(outer -> SymmetricHash.half(words(outer.remote(), outer.local(), 0)))
            .orElse(half);
    int queue = port.queue(outerHalf);
    boolean isSpread =
        mode == Mode.EVERYTHING || mode == Mode.TUNNELLED && flow.outer().isPresent();
    int worker = isSpread ? distribution.spread().worker(half) : queue;
    String handedOver = queue < 0 ? isSpread ? "maybe" : "no" : queue == worker ? "no" : "yes";
    return new FlowRow(
        port.name(),
        queue < 0 ? ANY : Integer.toString(queue),
        "%08x".formatted(SymmetricHash.whole(words)),
        worker < 0 ? ANY : Integer.toString(worker),
        handedOver,
        tunnel.tenant(),
        tunnel.tunnel());
  }

  private static int words(IpAddress source, IpAddress destination, int ports) {
    return source.isIpv4()
        ? SymmetricHash.ipv4((int) source.low(), (int) destination.low(), ports)
        : SymmetricHash.ipv6(
            source.high(), source.low(), destination.high(), destination.low(), ports);
  }

  /** The tunnel with these ends; both names are empty where there is none. */
  private TunnelId cameOutOf(FlowText.Outer outer) {
    for (Tenant tenant : tenants.values()) {
      for (Tunnel tunnel : tenant.tunnels()) {
        if (tunnel.remote().equals(outer.remote())
            && tunnel.local().equals(outer.local())
            && tunnel.key().equals(outer.key())) {
          return new TunnelId(tenant.name(), tunnel.name());
        }
      }
    }
    return new TunnelId("", "");
  }

  /** The tunnel that the flow is put into on its way to a tenant. */
  private TunnelId leavesThrough(FlowText flow) {
    IpAddress source = flow.source();
    IpAddress to = flow.destination();
    int destination =
        to.isIpv4()
            ? tables.ipv4Destinations().find((int) to.low())
            : tables.ipv6Destinations().find(to.high(), to.low());
    if (!Destination.isTenant(destination)) {
      return new TunnelId("", "");
    }
    int hash =
        to.isIpv4()
            ? FlowHash.ipv4((int) source.low(), (int) to.low(), flow.protocol(), flow.ports())
            : FlowHash.ipv6(
                source.high(), source.low(), to.high(), to.low(), flow.protocol(), flow.ports());
    int tunnel = tables.tunnels().choose(destination, hash);
    String tenant = name(slots.tenants().slots(), destination, "");
    return name(slots.tunnels().slots(), tunnel, new TunnelId(tenant, ""));
  }

  private static <K> K name(Map<K, Integer> slotByName, int slot, K none) {
    return slotByName.entrySet().stream()
        .filter(entry -> entry.getValue() == slot)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse(none);
  }
}

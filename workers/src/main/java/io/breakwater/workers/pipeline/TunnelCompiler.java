package io.breakwater.workers.pipeline;

import io.breakwater.config.Appliance;
import io.breakwater.config.Fit;
import io.breakwater.config.OuterHeader;
import io.breakwater.config.Port;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.Tcp;
import io.breakwater.workers.table.OuterFields;
import io.breakwater.workers.table.TunnelEnds;
import io.breakwater.workers.table.TunnelFit;
import io.breakwater.workers.table.TunnelIdentity;
import io.breakwater.workers.table.TunnelIndex;
import io.breakwater.workers.table.TunnelTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * Compiles the tunnels of all tenants, with the routes that lead to them.
 *
 * <p>Used by the control thread, once for each configuration.
 */
final class TunnelCompiler {

  private static final int DSCP_MASK = 0xfc;
  private static final int ECN_MASK = 0x03;
  private static final int ECN_BITS = 2;

  private final Slots slots;
  private final TunnelMtus mtus;
  private final List<Port> ports;
  private final RouteCompiler routes;
  private final ProbeCompiler probes;
  private final TunnelTable.Builder table;
  private final TunnelFit fit;
  private final TunnelChoices choices;
  private final int[] tenantByTunnel;
  private final List<TunnelTable.Entry> entries = new ArrayList<>();

  TunnelCompiler(Slots slots, TunnelMtus mtus, List<Port> ports) {
    int bound = slots.tunnels().bound();
    this.slots = slots;
    this.mtus = mtus;
    this.ports = ports;
    routes = new RouteCompiler(ports, slots.neighbours());
    probes = new ProbeCompiler(ports);
    table = new TunnelTable.Builder(slots.tenants().bound(), bound);
    fit = new TunnelFit(bound);
    choices = new TunnelChoices(bound);
    tenantByTunnel = new int[bound];
  }

  /**
   * @param penaltyByTunnel what to add to a tunnel's priority, by its slot
   * @param before what was compiled before, whose rows are taken over where they are the same; may
   *     be null
   */
  CompiledTunnels compile(
      Appliance configuration, IntUnaryOperator penaltyByTunnel, CompiledTunnels before) {
    for (Tenant tenant : configuration.tenants().values()) {
      int tenantSlot = slots.tenants().slot(tenant.name());
      for (Tunnel tunnel : tenant.tunnels()) {
        add(tenant, tenantSlot, tunnel);
      }
    }
    choices.choose(table, penaltyByTunnel, before);
    return new CompiledTunnels(
        table.build(),
        fit,
        new TunnelIndex(entries, tenantByTunnel),
        tenantByTunnel,
        routes.nextHops(),
        routes.neighbours(),
        probes.build(),
        choices,
        mtus.changes());
  }

  private void add(Tenant tenant, int tenantSlot, Tunnel tunnel) {
    int slot = slots.tunnels().slot(new Slots.TunnelId(tenant.name(), tunnel.name()));
    RouteCompiler.Route route = routes.towards(tunnel.remote());
    TunnelTable.Entry entry = entry(slot, tunnel, route);
    table.tunnel(entry);
    setFit(tunnel.fit(), entry);
    tenantByTunnel[slot] = tenantSlot;
    entries.add(entry);
    choices.add(tenantSlot, entry, tunnel.priority());
    probes.add(slot, tunnel, route.port());
  }

  /** An MSS is what is left of the MTU behind IP and TCP headers (RFC 9293 3.7.1). */
  private void setFit(Fit how, TunnelTable.Entry tunnel) {
    int slot = tunnel.slot();
    int mtuBytes = tunnel.mtuBytes();
    boolean cutsOuter = how.fragment() == Fit.Fragment.OUTER;
    switch (how.mss()) {
      case AUTO ->
          fit.set(
              slot,
              mtuBytes - Ipv4.HEADER_BYTES - Tcp.HEADER_BYTES,
              Math.max(mtuBytes, FitPath.IPV6_MTU_MIN) - Ipv6.HEADER_BYTES - Tcp.HEADER_BYTES,
              cutsOuter);
      case FIXED -> {
        int mss = how.mssBytes().orElseThrow();
        fit.set(slot, mss, mss, cutsOuter);
      }
      case OFF -> fit.set(slot, TunnelFit.MSS_UNLIMITED, TunnelFit.MSS_UNLIMITED, cutsOuter);
    }
  }

  private TunnelTable.Entry entry(int slot, Tunnel tunnel, RouteCompiler.Route route) {
    TunnelEnds ends =
        new TunnelEnds(
            tunnel.remote().isIpv6(),
            tunnel.local().high(),
            tunnel.local().low(),
            tunnel.remote().high(),
            tunnel.remote().low());
    OuterFields outer = outerFields(tunnel.outer());
    boolean keyed = tunnel.key().isPresent();
    int key = (int) tunnel.key().orElse(0);
    int outerBytes = TunnelTable.Entry.outerBytes(ends.ipv6(), keyed, outer.checksum());
    int mtuBytes = tunnel.mtuBytes().orElse(ports.get(route.port()).mtuBytes() - outerBytes);
    return new TunnelTable.Entry(
        slot,
        TunnelIdentity.of(
            ends.localHigh(), ends.localLow(), ends.remoteHigh(), ends.remoteLow(), keyed, key),
        ends,
        outer,
        keyed,
        key,
        tunnel.weight(),
        route.group(),
        mtus.effectiveBytes(slot, tunnel.remote(), mtuBytes));
  }

  private static OuterFields outerFields(OuterHeader outer) {
    int copied = (outer.dscp().isPresent() ? 0 : DSCP_MASK) | (outer.ecn() ? ECN_MASK : 0);
    return new OuterFields(
        outer.checksum(), outer.ttl(), copied, outer.dscp().orElse(0) << ECN_BITS);
  }
}

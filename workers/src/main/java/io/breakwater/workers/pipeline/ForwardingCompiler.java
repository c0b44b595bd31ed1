package io.breakwater.workers.pipeline;

import io.breakwater.config.Appliance;
import io.breakwater.config.Fit;
import io.breakwater.config.HostInterface;
import io.breakwater.config.HostLimits;
import io.breakwater.config.IpAddress;
import io.breakwater.config.IpAddress.Family;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.OuterHeader;
import io.breakwater.config.Port;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.workers.firewall.FirewallTable;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.Tcp;
import io.breakwater.workers.pipeline.protection.ProtectionCompiler;
import io.breakwater.workers.protection.Fingerprints;
import io.breakwater.workers.table.Destination;
import io.breakwater.workers.table.HostRules;
import io.breakwater.workers.table.OuterFields;
import io.breakwater.workers.table.OwnAddresses;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.PrefixTable;
import io.breakwater.workers.table.TunnelEnds;
import io.breakwater.workers.table.TunnelFit;
import io.breakwater.workers.table.TunnelIdentity;
import io.breakwater.workers.table.TunnelIndex;
import io.breakwater.workers.table.TunnelTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;

/**
 * Compiles a configuration into {@link ForwardingTables}.
 *
 * <p>Used by the control thread only. Every table is built anew, which is simpler than changing
 * tables that workers read: a reload that changes a thousand tenants, from reading their files to
 * the last worker's pick-up, took 207 to 357 ms under traffic.
 */
public final class ForwardingCompiler {

  private static final int DSCP_MASK = 0xfc;
  private static final int ECN_MASK = 0x03;
  private static final int ECN_BITS = 2;

  private final Slots slots;
  private final long[] portMacs;
  private final TunnelMtus mtus;
  private final ProtectionCompiler protection = new ProtectionCompiler();
  private LongSupplier clock = () -> 0;
  private long generation;

  /** Of the configuration compiled last. */
  private TunnelChoices choices;

  /**
   * Makes tables with MTUs as they are configured.
   *
   * @param portMacs Ethernet address of each port, in the configuration's order
   */
  public ForwardingCompiler(Slots slots, long[] portMacs) {
    this(slots, portMacs, new TunnelMtus(slots.tunnels().bound()));
  }

  /**
   * @param mtus what was learned of the tunnels' paths
   */
  public ForwardingCompiler(Slots slots, long[] portMacs, TunnelMtus mtus) {
    this.slots = slots;
    this.portMacs = portMacs.clone();
    this.mtus = mtus;
  }

  /** The workers' clock, by which elements of sets expire that have a timeout from the start. */
  public void setClock(LongSupplier nowNs) {
    clock = nowNs;
  }

  /** Compiles with all tunnels in health. */
  public ForwardingTables compile(Appliance configuration) {
    return compile(configuration, tunnel -> 0);
  }

  /**
   * Compiles a configuration.
   *
   * @param penaltyByTunnel what to add to a tunnel's priority, by its slot
   */
  public ForwardingTables compile(Appliance configuration, IntUnaryOperator penaltyByTunnel) {
    PortSettings[] ports = ports(configuration);
    var destinations = new DestinationBuilder();
    destinations.addOwn(ports);
    if (configuration.ports().stream().anyMatch(port -> port.host().isPresent())) {
      destinations.addRoutingGroups();
    }
    destinations.addEndpoints(configuration.endpoints());
    var routes = new RouteCompiler(configuration.ports(), slots.neighbours());

    int[] tenantByTunnel = new int[slots.tunnels().bound()];
    boolean[] egressByTenant = new boolean[slots.tenants().bound()];
    var tunnels = new TunnelTable.Builder(slots.tenants().bound(), slots.tunnels().bound());
    var fit = new TunnelFit(slots.tunnels().bound());
    List<TunnelTable.Entry> allTunnels = new ArrayList<>();
    var probes = new ProbeCompiler(configuration.ports());
    choices = new TunnelChoices();
    for (Tenant tenant : configuration.tenants().values()) {
      int tenantSlot = slots.tenants().slot(tenant.name());
      egressByTenant[tenantSlot] = tenant.egress();
      for (IpPrefix prefix : tenant.prefixes()) {
        destinations.add(prefix, tenantSlot);
      }
      for (Tunnel tunnel : tenant.tunnels()) {
        int tunnelSlot = slots.tunnels().slot(new Slots.TunnelId(tenant.name(), tunnel.name()));
        RouteCompiler.Route route = routes.towards(tunnel.remote());
        TunnelTable.Entry entry = entry(tunnelSlot, tunnel, route, configuration.ports());
        tunnels.tunnel(entry);
        setFit(fit, tunnel.fit(), entry);
        tenantByTunnel[tunnelSlot] = tenantSlot;
        allTunnels.add(entry);
        choices.add(tenantSlot, entry, tunnel.priority());
        probes.add(tunnelSlot, tunnel, route.port());
      }
    }
    choices.choose(tunnels, penaltyByTunnel);
    return new ForwardingTables(
        ++generation,
        destinations.ipv4.build(),
        destinations.ipv6.build(),
        ownAddresses(ports, configuration.endpoints()),
        tunnels.build(),
        fit,
        new TunnelIndex(allTunnels, tenantByTunnel),
        tenantByTunnel,
        egressByTenant,
        protection.compile(
            configuration.tenants().values(), slots.tenants()::slot, slots.tenants().bound()),
        firewalls(configuration),
        routes.nextHops(),
        routes.neighbours(),
        ports,
        slots.tenants().takeReused(),
        slots.tunnels().takeReused(),
        hostRules(configuration),
        probes.build(),
        configuration.bogonsDropped());
  }

  private FirewallTable firewalls(Appliance configuration) {
    return slots
        .firewalls()
        .compile(
            configuration.tenants().values(),
            slots.tenants()::slot,
            slots.tenants().bound(),
            clock.getAsLong());
  }

  private static HostRules hostRules(Appliance configuration) {
    HostLimits limits = configuration.hostLimits();
    return new HostRules(
        // In the order of HostClass.
        List.of(
            limits.control(),
            limits.controlNew(),
            limits.management(),
            limits.managementNew(),
            limits.icmp(),
            limits.neighbour(),
            limits.other()),
        configuration.ports().stream()
            .map(port -> port.host().map(HostInterface::endpoints).orElse(false))
            .toList());
  }

  /** An MSS is what is left of the MTU behind IP and TCP headers (RFC 9293 3.7.1). */
  private static void setFit(TunnelFit table, Fit fit, TunnelTable.Entry tunnel) {
    int slot = tunnel.slot();
    int mtuBytes = tunnel.mtuBytes();
    boolean cutsOuter = fit.fragment() == Fit.Fragment.OUTER;
    switch (fit.mss()) {
      case AUTO ->
          table.set(
              slot,
              mtuBytes - Ipv4.HEADER_BYTES - Tcp.HEADER_BYTES,
              Math.max(mtuBytes, FitPath.IPV6_MTU_MIN) - Ipv6.HEADER_BYTES - Tcp.HEADER_BYTES,
              cutsOuter);
      case FIXED -> {
        int mss = fit.mssBytes().orElseThrow();
        table.set(slot, mss, mss, cutsOuter);
      }
      case OFF -> table.set(slot, TunnelFit.MSS_UNLIMITED, TunnelFit.MSS_UNLIMITED, cutsOuter);
    }
  }

  /**
   * The tables compiled last with other choices of tunnels for some tenants: after a change of
   * health. All other tables are the same objects.
   *
   * @param tables made from the configuration that was compiled last
   * @param tenants slots
   */
  public ForwardingTables rechoose(
      ForwardingTables tables, Collection<Integer> tenants, IntUnaryOperator penaltyByTunnel) {
    var tunnels = new TunnelTable.Builder(tables.tunnels());
    choices.choose(tunnels, tenants, penaltyByTunnel);
    return tables.withTunnels(++generation, tunnels.build());
  }

  /** The fingerprints that each table has which is compiled: see {@link #refingerprint}. */
  public Fingerprints fingerprints() {
    return protection.fingerprints();
  }

  /**
   * The tables compiled last with the {@link #fingerprints} of now. All other tables are the same
   * objects.
   *
   * @param tables made from the configuration that was compiled last
   */
  public ForwardingTables refingerprint(ForwardingTables tables) {
    return tables.withProtection(
        ++generation, protection.refingerprint(tables.protection(), slots.tenants()::slot));
  }

  private TunnelTable.Entry entry(
      int slot, Tunnel tunnel, RouteCompiler.Route route, List<Port> ports) {
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

  private PortSettings[] ports(Appliance configuration) {
    List<Port> ports = configuration.ports();
    PortSettings[] settings = new PortSettings[ports.size()];
    for (int i = 0; i < settings.length; i++) {
      settings[i] = settings(i, ports.get(i), portMacs[i]);
    }
    return settings;
  }

  private static PortSettings settings(int index, Port port, long mac) {
    List<Port.InterfaceAddress> ipv4 = of(port, Family.IPV4);
    List<Port.InterfaceAddress> ipv6 = of(port, Family.IPV6);
    // An EUI-64 interface identifier with the universal bit turned: RFC 4291 appendix A.
    long identifier =
        (mac >>> 24 << 40 | 0xff_fe00_0000L | mac & 0xff_ffffL) ^ 0x0200_0000_0000_0000L;
    long[] high = new long[ipv6.size() + 1];
    long[] low = new long[ipv6.size() + 1];
    int[] lengths = new int[ipv6.size() + 1];
    for (int i = 0; i < ipv6.size(); i++) {
      high[i] = ipv6.get(i).address().high();
      low[i] = ipv6.get(i).address().low();
      lengths[i] = ipv6.get(i).subnet().length();
    }
    high[ipv6.size()] = 0xfe80_0000_0000_0000L;
    low[ipv6.size()] = identifier;
    lengths[ipv6.size()] = 64;
    return new PortSettings(
        index,
        port.name(),
        mac,
        port.mtuBytes(),
        port.vlanIds().stream().mapToInt(Integer::intValue).toArray(),
        ipv4.stream().mapToInt(address -> (int) address.address().low()).toArray(),
        ipv4.stream().mapToInt(address -> address.subnet().length()).toArray(),
        high,
        low,
        lengths);
  }

  private static List<Port.InterfaceAddress> of(Port port, Family family) {
    return port.addresses().stream()
        .filter(address -> address.address().family() == family)
        .toList();
  }

  private static OwnAddresses ownAddresses(PortSettings[] ports, List<IpAddress> endpoints) {
    List<Integer> ipv4 = new ArrayList<>();
    List<Long> high = new ArrayList<>();
    List<Long> low = new ArrayList<>();
    for (PortSettings port : ports) {
      for (int i = 0; i < port.ipv4Addresses().length; i++) {
        ipv4.add(port.ipv4Addresses()[i]);
        // RFC 1122 3.2.1.3: a broadcast address is nobody's source.
        if (port.ipv4Lengths()[i] < 31) {
          ipv4.add(port.ipv4Addresses()[i] | -1 >>> port.ipv4Lengths()[i]);
        }
      }
      for (int i = 0; i < port.ipv6High().length; i++) {
        high.add(port.ipv6High()[i]);
        low.add(port.ipv6Low()[i]);
      }
    }
    for (IpAddress endpoint : endpoints) {
      if (endpoint.family() == Family.IPV4) {
        ipv4.add((int) endpoint.low());
      } else {
        high.add(endpoint.high());
        low.add(endpoint.low());
      }
    }
    return new OwnAddresses(
        ipv4.stream().mapToInt(Integer::intValue).toArray(),
        high.stream().mapToLong(Long::longValue).toArray(),
        low.stream().mapToLong(Long::longValue).toArray());
  }

  /** Collects what destinations mean, for both families. */
  private static final class DestinationBuilder {

    private static final int LIMITED_BROADCAST = 0xffff_ffff;
    private static final int ALL_SYSTEMS = 0xe000_0001;
    private static final int LINK_LOCAL_IPV4_GROUPS = 0xe000_0000;
    private static final long LINK_LOCAL_GROUPS = 0xff02_0000_0000_0000L;
    private static final long ALL_NODES = 1;
    private static final long ALL_ROUTERS = 2;

    private final PrefixTable.Builder ipv4 = new PrefixTable.Builder();
    private final PrefixTable.Builder ipv6 = new PrefixTable.Builder();

    void add(IpPrefix prefix, int destination) {
      IpAddress address = prefix.address();
      if (address.family() == Family.IPV4) {
        ipv4.add((int) address.low(), prefix.length(), destination);
      } else {
        ipv6.add(address.high(), address.low(), prefix.length(), destination);
      }
    }

    void addEndpoints(List<IpAddress> endpoints) {
      for (IpAddress endpoint : endpoints) {
        add(new IpPrefix(endpoint, endpoint.family().bits()), Destination.ENDPOINT);
      }
    }

    /** The kernel may speak OSPF and VRRP: RFC 2328 A.1, RFC 5340 A.1, RFC 5798 5.1. */
    void addRoutingGroups() {
      for (int group : new int[] {5, 6, 18}) {
        ipv4.add(LINK_LOCAL_IPV4_GROUPS | group, 32, Destination.OWN);
        ipv6.add(LINK_LOCAL_GROUPS, group, 128, Destination.OWN);
      }
    }

    void addOwn(PortSettings[] ports) {
      ipv4.add(LIMITED_BROADCAST, 32, Destination.OWN).add(ALL_SYSTEMS, 32, Destination.OWN);
      ipv6.add(LINK_LOCAL_GROUPS, ALL_NODES, 128, Destination.OWN)
          .add(LINK_LOCAL_GROUPS, ALL_ROUTERS, 128, Destination.OWN);
      for (PortSettings port : ports) {
        for (int i = 0; i < port.ipv4Addresses().length; i++) {
          int address = port.ipv4Addresses()[i];
          int length = port.ipv4Lengths()[i];
          ipv4.add(address, 32, Destination.OWN);
          // RFC 2644: a broadcast directed at a subnet of ours is not forwarded; RFC 3021: a /31
          // has none.
          if (length < 31) {
            ipv4.add(address | -1 >>> length, 32, Destination.OWN);
          }
        }
        for (int i = 0; i < port.ipv6High().length; i++) {
          ipv6.add(port.ipv6High()[i], port.ipv6Low()[i], 128, Destination.OWN);
          // The solicited-node group ff02::1:ffXX:XXXX (RFC 4291 2.7.1).
          ipv6.add(
              LINK_LOCAL_GROUPS,
              0x1_ff00_0000L | port.ipv6Low()[i] & 0xff_ffffL,
              128,
              Destination.OWN);
        }
      }
    }
  }
}

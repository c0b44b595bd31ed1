package io.breakwater.workers.pipeline;

import io.breakwater.config.Appliance;
import io.breakwater.config.HostInterface;
import io.breakwater.config.HostLimits;
import io.breakwater.config.IpAddress;
import io.breakwater.config.IpAddress.Family;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.Port;
import io.breakwater.config.Tenant;
import io.breakwater.config.TenantChange;
import io.breakwater.workers.firewall.FirewallTable;
import io.breakwater.workers.pipeline.protection.ProtectionCompiler;
import io.breakwater.workers.protection.Fingerprints;
import io.breakwater.workers.protection.ProtectionTable;
import io.breakwater.workers.table.Destination;
import io.breakwater.workers.table.HostRules;
import io.breakwater.workers.table.OwnAddresses;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.PrefixTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;

/**
 * Compiles a configuration into {@link ForwardingTables}.
 *
 * <p>Used by the control thread only. No table that workers read is changed. A table is either the
 * object that was compiled before, where nothing that it is made from has changed, or built anew:
 * destinations from prefixes, the tables of tunnels from tunnels, protection from itself and
 * prefixes. Those of a tenant's firewall are {@link
 * io.breakwater.workers.pipeline.firewall.FirewallRegistry}'s to keep. After any change but of
 * tenants all are built anew.
 */
public final class ForwardingCompiler {

  private final Slots slots;
  private final long[] portMacs;
  private final TunnelMtus mtus;
  private final ProtectionCompiler protection = new ProtectionCompiler();
  private LongSupplier clock = () -> 0;
  private long generation;

  /** What was compiled last, to build on; null at first, and after a failure. */
  private Compiled last;

  /** Of the tables that were compiled last without a failure: they go on being chosen from. */
  private CompiledTunnels current;

  /** A configuration and what was made of it. */
  private record Compiled(
      Appliance configuration, CompiledTunnels tunnels, ForwardingTables tables) {

    /** In which tenants another configuration differs; null if it does in anything else. */
    List<TenantChange> changes(Appliance next) {
      return configuration.hasSameMainAs(next)
          ? TenantChange.between(configuration.tenants(), next.tenants())
          : null;
    }
  }

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
    Compiled before = last;
    // What fails halfway is nothing to build on.
    last = null;
    List<TenantChange> changes = before == null ? null : before.changes(configuration);
    PortSettings[] ports = ports(configuration);
    var destinations =
        keep(changes, Tenant::prefixes)
            ? Destinations.of(before.tables)
            : destinations(configuration, ports);
    CompiledTunnels tunnels =
        keep(changes, Tenant::tunnels) && before.tunnels.mtuChanges() == mtus.changes()
            ? before.tunnels.chosenBy(penaltyByTunnel)
            : new TunnelCompiler(slots, mtus, configuration.ports())
                .compile(configuration, penaltyByTunnel, before == null ? null : before.tunnels);
    var tables =
        new ForwardingTables(
            ++generation,
            destinations.ipv4,
            destinations.ipv6,
            ownAddresses(ports, configuration.endpoints()),
            tunnels.table(),
            tunnels.fit(),
            tunnels.index(),
            tunnels.tenantByTunnel(),
            keep(changes, Tenant::egress) ? before.tables.egressByTenant() : egress(configuration),
            keep(changes, Tenant::protection) && keep(changes, Tenant::prefixes)
                ? protection.keep(before.tables.protection(), slots.tenants()::slot)
                : protection(configuration),
            changes == null
                ? firewalls(configuration)
                : firewalls(before.tables.firewalls(), changes),
            tunnels.nextHops(),
            tunnels.neighbours(),
            ports,
            slots.tenants().takeReused(),
            slots.tunnels().takeReused(),
            hostRules(configuration),
            tunnels.probes(),
            configuration.bogonsDropped());
    last = new Compiled(configuration, tunnels, tables);
    current = tunnels;
    return tables;
  }

  /** Whether all tenants have the same as before in one part of them. */
  private static boolean keep(List<TenantChange> changes, Function<Tenant, ?> part) {
    return changes != null && changes.stream().allMatch(change -> change.keeps(part));
  }

  private Destinations destinations(Appliance configuration, PortSettings[] ports) {
    var destinations = new DestinationBuilder();
    destinations.addOwn(ports);
    if (configuration.ports().stream().anyMatch(port -> port.host().isPresent())) {
      destinations.addRoutingGroups();
    }
    destinations.addEndpoints(configuration.endpoints());
    for (Tenant tenant : configuration.tenants().values()) {
      int slot = slots.tenants().slot(tenant.name());
      tenant.prefixes().forEach(prefix -> destinations.add(prefix, slot));
    }
    return new Destinations(destinations.ipv4.build(), destinations.ipv6.build());
  }

  private boolean[] egress(Appliance configuration) {
    boolean[] egressByTenant = new boolean[slots.tenants().bound()];
    for (Tenant tenant : configuration.tenants().values()) {
      egressByTenant[slots.tenants().slot(tenant.name())] = tenant.egress();
    }
    return egressByTenant;
  }

  private ProtectionTable protection(Appliance configuration) {
    return protection.compile(
        configuration.tenants().values(), slots.tenants()::slot, slots.tenants().bound());
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

  private FirewallTable firewalls(FirewallTable before, List<TenantChange> changes) {
    return slots.firewalls().compile(before, changes, slots.tenants()::slot, clock.getAsLong());
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

  /**
   * The tables compiled last with other choices of tunnels for some tenants: after a change of
   * health. All other tables are the same objects.
   *
   * @param tables made from the configuration that was compiled last
   * @param tenants slots
   */
  public ForwardingTables rechoose(
      ForwardingTables tables, Collection<Integer> tenants, IntUnaryOperator penaltyByTunnel) {
    current = current.rechoose(tenants, penaltyByTunnel);
    ForwardingTables rechosen = tables.withTunnels(++generation, current.table());
    if (last != null) {
      last = new Compiled(last.configuration, current, rechosen);
    }
    return rechosen;
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

  /** What destinations mean, for both families. */
  private record Destinations(PrefixTable ipv4, PrefixTable ipv6) {

    static Destinations of(ForwardingTables tables) {
      return new Destinations(tables.ipv4Destinations(), tables.ipv6Destinations());
    }
  }

  /** Collects what destinations mean. */
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

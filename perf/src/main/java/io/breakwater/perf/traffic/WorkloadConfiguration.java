package io.breakwater.perf.traffic;

import io.breakwater.config.Appliance;
import io.breakwater.config.Fit;
import io.breakwater.config.Gateway;
import io.breakwater.config.IpAddress;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.Journal;
import io.breakwater.config.Limits;
import io.breakwater.config.MacAddress;
import io.breakwater.config.OuterHeader;
import io.breakwater.config.Port;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.config.TunnelHealth;
import io.breakwater.config.Workers;
import io.breakwater.config.firewall.Firewall;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntFunction;

/** A {@link Workload} as the configuration of an appliance with one port. */
public final class WorkloadConfiguration {

  public static final int MTU_BYTES = 1_500;

  private static final int PORT_ADDRESS = 0xC0_00_02_02; // 192.0.2.2
  private static final int ROUTER_ADDRESS = 0xC0_00_02_01; // 192.0.2.1
  private static final int SUBNET = 0xC0_00_02_00;

  private WorkloadConfiguration() {}

  /** On a port that leads nowhere: for benchmarks inside one process. */
  public static Appliance of(Workload workload, int core) {
    return of(workload, core, tenant -> Optional.empty());
  }

  /**
   * The same with firewalls.
   *
   * @param firewalls by tenant
   */
  public static Appliance of(
      Workload workload, int core, IntFunction<Optional<Firewall>> firewalls) {
    return of(
        workload,
        "bench",
        List.of(core),
        "net_null0,size=64",
        MTU_BYTES,
        Workload.ROUTER_MAC,
        new Journal(Optional.empty(), 0),
        firewalls);
  }

  /**
   * @param device of the port
   * @param routerMac of the gateway, pinned: nobody there answers ARP
   */
  public static Appliance of(
      Workload workload,
      String name,
      List<Integer> cores,
      String device,
      int mtuBytes,
      long routerMac,
      Journal journal) {
    return of(
        workload, name, cores, device, mtuBytes, routerMac, journal, tenant -> Optional.empty());
  }

  private static Appliance of(
      Workload workload,
      String name,
      List<Integer> cores,
      String device,
      int mtuBytes,
      long routerMac,
      Journal journal,
      IntFunction<Optional<Firewall>> firewalls) {
    Port port =
        new Port(
            "uplink",
            device,
            mtuBytes,
            List.of(
                new Port.InterfaceAddress(
                    address(PORT_ADDRESS), new IpPrefix(address(SUBNET), 24))),
            List.of(),
            List.of(
                new Gateway(
                    address(ROUTER_ADDRESS),
                    Optional.of(new MacAddress(routerMac)),
                    List.of(new IpPrefix(address(0), 0)))));
    return new Appliance(
        name,
        new Workers(cores),
        List.of(port),
        List.of(address(workload.endpoint())),
        Optional.empty(),
        false,
        limits(workload),
        journal,
        tenants(workload, firewalls));
  }

  /** The default, or more where the workload needs it. */
  private static Limits limits(Workload workload) {
    Limits least = Limits.DEFAULT;
    int tenants = workload.tunnels().getLast().tenant() + 1;
    return new Limits(
        Math.max(least.tenants(), tenants),
        Math.max(least.tunnels(), workload.tunnels().size()),
        Math.max(least.prefixes(), workload.prefixes().size()),
        least.neighbours(),
        least.packets());
  }

  private static SortedMap<String, Tenant> tenants(
      Workload workload, IntFunction<Optional<Firewall>> firewalls) {
    List<List<IpPrefix>> prefixes = new ArrayList<>();
    List<List<Tunnel>> tunnels = new ArrayList<>();
    for (Workload.Tunnel tunnel : workload.tunnels()) {
      if (tunnel.tenant() == tunnels.size()) {
        prefixes.add(new ArrayList<>());
        tunnels.add(new ArrayList<>());
      }
      List<Tunnel> ofTenant = tunnels.get(tunnel.tenant());
      ofTenant.add(
          new Tunnel(
              "tunnel-" + ofTenant.size(),
              address(workload.endpoint()),
              address(tunnel.remote()),
              10,
              1,
              tunnel.key() < 0 ? OptionalLong.empty() : OptionalLong.of(tunnel.key()),
              OptionalInt.empty(),
              OuterHeader.DEFAULT,
              Fit.DEFAULT,
              // Nobody answers.
              TunnelHealth.OFF));
    }
    for (Workload.Prefix prefix : workload.prefixes()) {
      prefixes.get(prefix.tenant()).add(new IpPrefix(address(prefix.address()), prefix.length()));
    }
    SortedMap<String, Tenant> tenants = new TreeMap<>();
    for (int i = 0; i < tunnels.size(); i++) {
      String name = "tenant-%04d".formatted(i);
      tenants.put(
          name, new Tenant(name, prefixes.get(i), tunnels.get(i), true, firewalls.apply(i)));
    }
    return tenants;
  }

  private static IpAddress address(int bits) {
    return new IpAddress(IpAddress.Family.IPV4, 0, Integer.toUnsignedLong(bits));
  }
}

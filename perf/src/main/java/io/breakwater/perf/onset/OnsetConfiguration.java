package io.breakwater.perf.onset;

import io.breakwater.config.Appliance;
import io.breakwater.config.IpAddress;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.Port;
import io.breakwater.config.Tenant;
import io.breakwater.perf.traffic.Workload;
import io.breakwater.perf.traffic.WorkloadConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The benchmarks' appliance with what attacks are aimed at beside the tenants' IPv4: an address of
 * its own and a tenant's prefix in IPv6.
 */
final class OnsetConfiguration {

  /** What {@link WorkloadConfiguration} gives the port. */
  static final int OWN_IPV4 = 0xC0_00_02_02;

  static final int SUBNET = 0xC0_00_02_00;

  static final long[] OWN_IPV6 = {0x2001_0db8_0001_0000L, 2};

  /** The upper half of a tenant's addresses: a /64. */
  static final long TENANT_IPV6 = 0x2001_0db8_0acc_0000L;

  private OnsetConfiguration() {}

  static Appliance of(Workload workload, int core) {
    Appliance plain = WorkloadConfiguration.of(workload, core);
    Port port = plain.ports().getFirst();
    List<Port.InterfaceAddress> addresses = new ArrayList<>(port.addresses());
    addresses.add(
        new Port.InterfaceAddress(
            IpAddress.ipv6(OWN_IPV6[0], OWN_IPV6[1]),
            new IpPrefix(IpAddress.ipv6(OWN_IPV6[0], 0), 64)));
    SortedMap<String, Tenant> tenants = new TreeMap<>(plain.tenants());
    tenants.computeIfPresent(tenants.firstKey(), (name, tenant) -> withIpv6(tenant));
    return new Appliance(
        plain.name(),
        plain.workers(),
        List.of(
            new Port(
                port.name(),
                port.device(),
                port.mtuBytes(),
                addresses,
                port.vlanIds(),
                port.gateways())),
        plain.endpoints(),
        plain.synCookieSecret(),
        plain.bogonsDropped(),
        plain.limits(),
        plain.journal(),
        tenants);
  }

  private static Tenant withIpv6(Tenant tenant) {
    List<IpPrefix> prefixes = new ArrayList<>(tenant.prefixes());
    prefixes.add(new IpPrefix(IpAddress.ipv6(TENANT_IPV6, 0), 64));
    return new Tenant(tenant.name(), prefixes, tenant.tunnels(), tenant.egress());
  }
}

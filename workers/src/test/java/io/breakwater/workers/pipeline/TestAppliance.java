package io.breakwater.workers.pipeline;

import io.breakwater.config.Appliance;
import io.breakwater.config.Fit;
import io.breakwater.config.Gateway;
import io.breakwater.config.IpAddress;
import io.breakwater.config.IpAddress.Family;
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
import io.breakwater.workers.Frames;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The configuration that the pipeline's tests run on: two ports, the second tagged, and three
 * tenants.
 *
 * <pre>
 * acme  203.0.113.0/24, 2001:db8:acc::/48   tunnel to 198.18.0.1, through the gateways of uplink; egress
 * beta  100.64.0.0/16, 2001:db8:be::/48     tunnel to 10.0.0.9 with key 7, on the link of inside; no egress
 * gamma 100.96.0.0/16, 2001:db8:ca::/48     tunnel over IPv6 to 2600:6::1, through the gateways of uplink; egress
 * </pre>
 */
final class TestAppliance {

  static final String UPLINK_MAC = "02:00:00:00:00:02";
  static final String INSIDE_MAC = "02:00:00:00:00:03";
  static final String GATEWAY_MAC = "02:00:5e:00:00:01";
  static final String GATEWAY6_MAC = "02:00:5e:00:00:06";
  static final String REMOTE_MAC = "02:00:0a:00:00:09";

  static final String UPLINK_IPV4 = "192.0.2.2";
  static final String UPLINK_IPV6 = "2001:db8:1::2";
  static final String INSIDE_IPV4 = "10.0.0.1";
  static final String ENDPOINT = "198.51.100.1";
  static final String ENDPOINT6 = "2001:db8:a::1";
  static final String ACME_REMOTE = "198.18.0.1";
  static final String BETA_REMOTE = "10.0.0.9";
  static final int BETA_KEY = 7;
  static final String GAMMA_REMOTE = "2600:6::1";

  static final int UPLINK = 0;
  static final int INSIDE = 1;

  static final Limits LIMITS = new Limits(16, 32, 1_000, 64, 1_024);

  private TestAppliance() {}

  static long[] portMacs() {
    return new long[] {Frames.mac(UPLINK_MAC), Frames.mac(INSIDE_MAC)};
  }

  static Appliance standard() {
    Tenant acme =
        tenant(
            "acme",
            true,
            List.of("203.0.113.0/24", "2001:db8:acc::/48"),
            tunnel("chicago", ACME_REMOTE, 10, 1));
    Tenant beta =
        tenant(
            "beta",
            false,
            List.of("100.64.0.0/16", "2001:db8:be::/48"),
            tunnel("dublin", BETA_REMOTE, 10, 1, BETA_KEY));
    Tenant gamma =
        tenant(
            "gamma",
            true,
            List.of("100.96.0.0/16", "2001:db8:ca::/48"),
            tunnel6("essen", GAMMA_REMOTE, OuterHeader.DEFAULT));
    return appliance(List.of(uplink(), inside()), acme, beta, gamma);
  }

  static Port uplink() {
    return port(
        "uplink",
        List.of(UPLINK_IPV4 + "/24", UPLINK_IPV6 + "/64"),
        List.of(),
        gateway("192.0.2.1", GATEWAY_MAC, "0.0.0.0/0"),
        gateway("2001:db8:1::1", GATEWAY6_MAC, "::/0"));
  }

  static Port inside() {
    return port("inside", List.of(INSIDE_IPV4 + "/24"), List.of(7));
  }

  static Appliance appliance(List<Port> ports, Tenant... tenants) {
    SortedMap<String, Tenant> byName = new TreeMap<>();
    for (Tenant tenant : tenants) {
      byName.put(tenant.name(), tenant);
    }
    return new Appliance(
        "edge-1",
        new Workers(List.of()),
        ports,
        List.of(address(ENDPOINT), address(ENDPOINT6)),
        Optional.empty(),
        false,
        LIMITS,
        new Journal(Optional.empty(), 1 << 20),
        byName);
  }

  /** The same with other tenants. */
  static Appliance with(Appliance standard, SortedMap<String, Tenant> tenants) {
    return new Appliance(
        standard.name(),
        standard.workers(),
        standard.ports(),
        standard.endpoints(),
        standard.synCookieSecret(),
        standard.bogonsDropped(),
        standard.limits(),
        standard.journal(),
        tenants);
  }

  static Port port(
      String name, List<String> addresses, List<Integer> vlanIds, Gateway... gateways) {
    return new Port(
        name,
        "net_null0",
        1500,
        addresses.stream().map(TestAppliance::interfaceAddress).toList(),
        vlanIds,
        Arrays.asList(gateways));
  }

  /** {@code mac} may be null: not pinned. */
  static Gateway gateway(String address, String mac, String... routes) {
    return new Gateway(
        address(address),
        Optional.ofNullable(mac).map(text -> new MacAddress(Frames.mac(text))),
        Arrays.stream(routes).map(TestAppliance::prefix).toList());
  }

  static Tenant tenant(String name, boolean egress, List<String> prefixes, Tunnel... tunnels) {
    List<IpPrefix> parsed = prefixes.stream().map(TestAppliance::prefix).toList();
    return new Tenant(name, parsed, Arrays.asList(tunnels), egress);
  }

  static Tunnel tunnel(String name, String remote, int priority, int weight, long... key) {
    return new Tunnel(
        name,
        address(ENDPOINT),
        address(remote),
        priority,
        weight,
        key.length == 0 ? OptionalLong.empty() : OptionalLong.of(key[0]),
        OptionalInt.empty());
  }

  static Tunnel tunnel6(String name, String remote, OuterHeader outer, long... key) {
    return new Tunnel(
        name,
        address(ENDPOINT6),
        address(remote),
        10,
        1,
        key.length == 0 ? OptionalLong.empty() : OptionalLong.of(key[0]),
        OptionalInt.empty(),
        outer,
        Fit.DEFAULT,
        TunnelHealth.DEFAULT);
  }

  static IpAddress address(String text) {
    return Frames.address(text).length == 4
        ? new IpAddress(Family.IPV4, 0, Frames.ipv4(text) & 0xffff_ffffL)
        : new IpAddress(Family.IPV6, Frames.high(text), Frames.low(text));
  }

  static IpPrefix prefix(String text) {
    String[] parts = text.split("/");
    return new IpPrefix(address(parts[0]), Integer.parseInt(parts[1]));
  }

  private static Port.InterfaceAddress interfaceAddress(String text) {
    String[] parts = text.split("/");
    IpAddress address = address(parts[0]);
    int length = Integer.parseInt(parts[1]);
    IpAddress network =
        address.family() == Family.IPV4
            ? new IpAddress(Family.IPV4, 0, address.low() & (-1L << 32 - length))
            : new IpAddress(Family.IPV6, address.high() & (-1L << 64 - Math.min(64, length)), 0);
    return new Port.InterfaceAddress(address, new IpPrefix(network, length));
  }
}

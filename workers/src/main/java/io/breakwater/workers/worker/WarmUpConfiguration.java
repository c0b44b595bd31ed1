package io.breakwater.workers.worker;

import io.breakwater.config.Appliance;
import io.breakwater.config.Fit;
import io.breakwater.config.Gateway;
import io.breakwater.config.HostInterface;
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
import io.breakwater.config.protection.Protection;
import io.breakwater.config.protection.SynFlood;
import io.breakwater.config.protection.TcpState;
import io.breakwater.config.protection.When;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The configuration that {@link WarmUp} runs on: tenants with IPv4 and IPv6, with and without
 * egress, tunnels over both, with and without a key and a checksum; addresses for documentation and
 * benchmarks only.
 */
final class WarmUpConfiguration {

  static final String OWN_IPV4 = "192.0.2.2";
  static final String OWN_IPV6 = "2001:db8:1::2";
  static final String GATEWAY_IPV4 = "192.0.2.1";
  static final String GATEWAY_IPV6 = "2001:db8:1::1";
  static final String ENDPOINT = "198.51.100.1";
  static final String REMOTE = "198.51.100.200";
  static final String KEYED_REMOTE = "198.51.100.201";
  static final int KEY = 7;

  static final String ENDPOINT_IPV6 = "2001:db8:a::1";
  static final String REMOTE_IPV6 = "2001:db8:f::200";

  /** Behind the second port. */
  static final String CUTTING_REMOTE = "198.51.100.202";

  static final String NARROW_REMOTE = "2001:db8:f::202";

  /** The second port's. */
  static final int VLAN = 5;

  /** One router with as many tunnels as make a table in which some have the same place. */
  static final String MANY_REMOTE = "198.51.100.203";

  static final int MANY = 24;

  /** Of some of these: less than IPv6 asks for. */
  static final int NARROW_MTU = 1_200;

  private static final OuterHeader CHECKED = new OuterHeader(true, 255, OptionalInt.of(46), false);

  private static final Limits LIMITS = new Limits(16, 64, 64, 64, 4_096);

  private WarmUpConfiguration() {}

  static Appliance make() {
    return make(
        List.of(
            outer("a", ENDPOINT_IPV6, REMOTE_IPV6, OuterHeader.DEFAULT),
            outer("b", ENDPOINT_IPV6, "2001:db8:f::201", CHECKED),
            outer("c", ENDPOINT, "198.51.100.204", CHECKED),
            narrowOverIpv6()));
  }

  /** The same without tunnels over IPv6 or with a checksum. */
  static Appliance makeWithPlainTunnels() {
    return make(List.of(outer("d", ENDPOINT, "198.51.100.204", OuterHeader.DEFAULT)));
  }

  /** Most appliances have none at first, or are given the first one by a reload. */
  static Appliance makeWithoutFirewalls() {
    Appliance made = make();
    Map<String, Tenant> tenants = new TreeMap<>();
    made.tenants()
        .forEach((name, tenant) ->
            tenants.put(
                name, new Tenant(name, tenant.prefixes(), tenant.tunnels(), tenant.egress())));
    return made.withTenants(new TreeMap<>(tenants));
  }

  private static Appliance make(List<Tunnel> tunnelsOfFourth) {
    Tenant first =
        new Tenant(
            "first",
            List.of(IpPrefix.parse("203.0.113.0/24"), IpPrefix.parse("2001:db8:acc::/48")),
            List.of(
                tunnel("a", REMOTE, 3, OptionalLong.empty()),
                tunnel("b", KEYED_REMOTE, 1, OptionalLong.of(KEY))),
            true,
            Optional.of(WarmUpFirewall.ofPrograms()),
            guarded(SynFlood.Mode.CHALLENGE, TcpState.Mode.OBSERVE));
    Tenant second =
        new Tenant(
            "second",
            List.of(IpPrefix.parse("198.18.0.0/25")),
            List.of(outerCutting()),
            false,
            Optional.empty(),
            Optional.of(WarmUpProtection.ofChecksAndRates()));
    List<Tunnel> many = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      OptionalInt mtu = i % 4 == 0 ? OptionalInt.of(NARROW_MTU) : OptionalInt.empty();
      many.add(tunnel("t" + i, MANY_REMOTE, 1 + i % 3, OptionalLong.of(i), mtu, Fit.DEFAULT));
    }
    // Prefixes of many lengths, one within the other, are a table of many levels.
    Tenant third =
        new Tenant(
            "third",
            Stream.of(
                    "198.18.64.0/18",
                    "198.18.0.128/25",
                    "198.19.0.0/20",
                    "198.19.16.1/32",
                    "198.19.17.0/28",
                    "2001:db8:acd::/64",
                    "2001:db8:ace::1/128",
                    "2001:db9::/32")
                .map(IpPrefix::parse)
                .toList(),
            many,
            true,
            Optional.of(WarmUpFirewall.ofTrees()),
            Optional.of(WarmUpProtection.ofChecksAndRates()));
    Tenant fourth =
        new Tenant(
            "fourth",
            List.of(IpPrefix.parse("198.18.1.0/24"), IpPrefix.parse("2001:db8:acf::/48")),
            tunnelsOfFourth,
            true,
            Optional.empty(),
            guarded(SynFlood.Mode.RESET, TcpState.Mode.ENFORCE));
    return new Appliance(
        "warm-up",
        new Workers(List.of(0)),
        List.of(firstPort(), secondPort()),
        List.of(IpAddress.parse(ENDPOINT), IpAddress.parse(ENDPOINT_IPV6)),
        Optional.empty(),
        false,
        LIMITS,
        new Journal(Optional.empty(), 0),
        new TreeMap<>(Map.of("first", first, "second", second, "third", third, "fourth", fourth)));
  }

  /** Unknown sources are met in two modes of the SYN guard, by port; verified ones pass. */
  private static Optional<Protection> guarded(SynFlood.Mode guard, TcpState.Mode mode) {
    Protection defaults = Protection.DEFAULT;
    var retransmit =
        new SynFlood.Exception(
            Optional.empty(), List.of(new SynFlood.PortRange(80, 80)), SynFlood.Mode.RETRANSMIT);
    return Optional.of(
        new Protection(
            new SynFlood(guard, When.ATTACK, 1_000, 1_000, 0, 1, List.of(retransmit)),
            new TcpState(mode, When.ALWAYS),
            defaults.checks(),
            defaults.amplification(),
            defaults.rates(),
            defaults.automatic()));
  }

  private static Port firstPort() {
    return new Port(
        "warm-up",
        "warm-up",
        1500,
        List.of(
            Port.InterfaceAddress.parse(OWN_IPV4 + "/24"),
            Port.InterfaceAddress.parse(OWN_IPV6 + "/64")),
        List.of(),
        List.of(gateway(GATEWAY_IPV4, "0.0.0.0/0"), gateway(GATEWAY_IPV6, "::/0")),
        Optional.of(new HostInterface("warm-up", false)));
  }

  /** Another than the first in all that a packet's way depends on: in a VLAN, without a kernel. */
  private static Port secondPort() {
    return new Port(
        "warm-up-2",
        "warm-up-2",
        1500,
        List.of(
            Port.InterfaceAddress.parse("198.18.2.2/24"),
            Port.InterfaceAddress.parse("2001:db8:2::2/64")),
        List.of(VLAN),
        List.of(
            gateway("198.18.2.1", CUTTING_REMOTE + "/32"),
            gateway("2001:db8:2::1", NARROW_REMOTE + "/128")));
  }

  private static Gateway gateway(String address, String route) {
    return new Gateway(
        IpAddress.parse(address),
        Optional.of(new MacAddress(0x0200_5e00_0001L)),
        List.of(IpPrefix.parse(route)));
  }

  private static Tunnel outerCutting() {
    Fit fit = new Fit(Fit.Mss.FIXED, OptionalInt.of(1_300), Fit.Fragment.OUTER);
    return tunnel("a", CUTTING_REMOTE, 1, OptionalLong.empty(), OptionalInt.empty(), fit);
  }

  /** Less than IPv6 asks for, which is cut outside, as all else here. */
  private static Tunnel narrowOverIpv6() {
    return new Tunnel(
        "narrow",
        IpAddress.parse(ENDPOINT_IPV6),
        IpAddress.parse(NARROW_REMOTE),
        10,
        1,
        OptionalLong.empty(),
        OptionalInt.of(NARROW_MTU),
        OuterHeader.DEFAULT,
        new Fit(Fit.Mss.AUTO, OptionalInt.empty(), Fit.Fragment.OUTER),
        TunnelHealth.DEFAULT);
  }

  private static Tunnel tunnel(String name, String remote, int weight, OptionalLong key) {
    return tunnel(name, remote, weight, key, OptionalInt.empty(), Fit.DEFAULT);
  }

  private static Tunnel tunnel(
      String name, String remote, int weight, OptionalLong key, OptionalInt mtu, Fit fit) {
    return new Tunnel(
        name,
        IpAddress.parse(ENDPOINT),
        IpAddress.parse(remote),
        10,
        weight,
        key,
        mtu,
        OuterHeader.DEFAULT,
        fit,
        TunnelHealth.DEFAULT);
  }

  private static Tunnel outer(String name, String local, String remote, OuterHeader header) {
    return new Tunnel(
        name,
        IpAddress.parse(local),
        IpAddress.parse(remote),
        10,
        1,
        OptionalLong.empty(),
        OptionalInt.empty(),
        header,
        Fit.DEFAULT,
        TunnelHealth.DEFAULT);
  }
}

package io.breakwater.config.yaml;

import io.breakwater.config.Gateway;
import io.breakwater.config.IpAddress;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.MacAddress;
import io.breakwater.config.Port;
import io.breakwater.config.Port.InterfaceAddress;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads one port with its addresses and gateways. */
final class PortReader {

  private static final int ADDRESSES_MAX = 64;
  private static final int GATEWAYS_MAX = 64;
  private static final int ROUTES_MAX = 1_024;
  private static final int VLAN_ID_MAX = 4_094;
  private static final int MTU_DEFAULT = 1_500;
  private static final int IPV6_MTU_MIN = 1_280;

  /** A PCI address or a vdev with its arguments: printable ASCII, no space at the ends. */
  private static final Pattern DEVICE = Pattern.compile("[!-~]([ -~]{0,254}[!-~])?");

  private static final IpPrefix IPV4_DEFAULT_ROUTE = IpPrefix.parse("0.0.0.0/0");
  private static final IpPrefix IPV6_DEFAULT_ROUTE = IpPrefix.parse("::/0");

  private final Reading reading;
  private final Unique<String> names = new Unique<>("port name");
  private final Unique<String> devices = new Unique<>("device");
  private final Unique<IpAddress> ownAddresses = new Unique<>("own address");

  /** Reads all ports of one file, so that it sees what is written twice. */
  PortReader(Reading reading) {
    this.reading = reading;
  }

  Optional<Port> read(YamlValue item) {
    return item.mapping().flatMap(this::read);
  }

  private Optional<Port> read(YamlMapping mapping) {
    Optional<String> name =
        mapping.required("name").flatMap(v -> Name.read(v).filter(text -> names.add(text, v)));
    Optional<String> device = mapping.required("device").flatMap(this::device);
    int problemsBefore = reading.problems().count();
    List<InterfaceAddress> addresses =
        mapping
            .value("addresses")
            .map(value -> value.each(0, ADDRESSES_MAX, this::ownAddress))
            .orElse(List.of());
    boolean addressesComplete = reading.problems().count() == problemsBefore;
    int mtu = mapping.value("mtu").flatMap(v -> mtu(v, addresses)).orElse(MTU_DEFAULT);
    List<Integer> vlanIds = mapping.value("vlan").map(PortReader::vlanIds).orElse(List.of());
    Unique<IpAddress> gatewayAddresses = new Unique<>("gateway");
    List<Gateway> gateways =
        mapping
            .value("gateways")
            .map(value ->
                value.each(
                    0,
                    GATEWAYS_MAX,
                    item -> gateway(item, addresses, addressesComplete, gatewayAddresses)))
            .orElse(List.of());
    mapping.end();
    return name.flatMap(
        n -> device.map(d -> mapping.noted(new Port(n, d, mtu, addresses, vlanIds, gateways))));
  }

  private Optional<String> device(YamlValue value) {
    return value
        .text()
        .filter(text -> {
          boolean matches = DEVICE.matcher(text).matches();
          if (!matches) {
            value.problem(
                "must be a PCI address or a DPDK vdev, 1..256 printable ASCII characters: "
                    + Shown.value(text));
          }
          return matches && devices.add(text, value);
        });
  }

  private Optional<InterfaceAddress> ownAddress(YamlValue value) {
    return value
        .parsed(Addresses::interfaceAddress)
        .filter(own -> ownAddresses.add(own.address(), value));
  }

  private static Optional<Integer> mtu(YamlValue value, List<InterfaceAddress> addresses) {
    Optional<Integer> mtu = value.integer(576, 9_000);
    boolean ipv6 = addresses.stream().anyMatch(own -> own.address().isIpv6());
    if (ipv6 && mtu.isPresent() && mtu.get() < IPV6_MTU_MIN) {
      // RFC 8200 section 5.
      value.problem("must be at least 1280, since the port has an IPv6 address: " + mtu.get());
    }
    return mtu;
  }

  /** {@code vlan: 100}, or {@code vlan: [outer, inner]}. */
  private static List<Integer> vlanIds(YamlValue value) {
    return value.isList()
        ? value.each(2, 2, id -> id.integer(1, VLAN_ID_MAX))
        : value.integer(1, VLAN_ID_MAX).map(List::of).orElse(List.of());
  }

  private static Optional<Gateway> gateway(
      YamlValue item,
      List<InterfaceAddress> ports,
      boolean addressesComplete,
      Unique<IpAddress> unique) {
    return item.mapping().flatMap(mapping -> gateway(mapping, ports, addressesComplete, unique));
  }

  private static Optional<Gateway> gateway(
      YamlMapping mapping,
      List<InterfaceAddress> ports,
      boolean addressesComplete,
      Unique<IpAddress> unique) {
    Optional<IpAddress> address =
        mapping
            .required("address")
            .flatMap(value -> {
              Optional<IpAddress> parsed = value.parsed(Addresses::host);
              parsed.ifPresent(gateway -> {
                unique.add(gateway, value);
                if (addressesComplete) {
                  checkReachable(gateway, ports, value);
                }
              });
              return parsed;
            });
    Optional<MacAddress> mac = mapping.value("mac").flatMap(v -> v.parsed(PortReader::hostMac));
    Optional<List<IpPrefix>> routes = mapping.value("routes").map(v -> routes(v, address));
    mapping.end();
    return address.map(
        a -> mapping.noted(new Gateway(a, mac, routes.orElseGet(() -> defaultRoute(a)))));
  }

  private static void checkReachable(
      IpAddress gateway, List<InterfaceAddress> ports, YamlValue value) {
    if (gateway.isIpv6() && gateway.isLinkLocal()) {
      return;
    }
    boolean own = ports.stream().anyMatch(port -> port.address().equals(gateway));
    Optional<IpPrefix> subnet =
        ports.stream().map(InterfaceAddress::subnet).filter(s -> s.contains(gateway)).findFirst();
    if (own) {
      value.problem("gateway is the port's own address: " + gateway);
    } else if (subnet.isEmpty()) {
      value.problem("gateway is in none of the port's subnets: " + gateway);
    } else {
      try {
        Addresses.requireHostOf(subnet.get(), gateway);
      } catch (IllegalArgumentException e) {
        value.problem(e.getMessage());
      }
    }
  }

  private static MacAddress hostMac(String text) {
    MacAddress mac = MacAddress.parse(text);
    if (mac.isGroup() || mac.bits() == 0) {
      throw new IllegalArgumentException("not the Ethernet address of one host: " + mac);
    }
    return mac;
  }

  private static List<IpPrefix> routes(YamlValue value, Optional<IpAddress> gateway) {
    Unique<IpPrefix> unique = new Unique<>("route");
    return value.each(
        1,
        ROUTES_MAX,
        item -> {
          Optional<IpPrefix> route = item.parsed(IpPrefix::parse);
          route.ifPresent(prefix -> unique.add(prefix, item));
          if (route.isPresent()
              && gateway.isPresent()
              && route.get().address().family() != gateway.get().family()) {
            item.problem(
                "must be of the gateway's family, " + gateway.get().family() + ": " + route.get());
          }
          return route;
        });
  }

  private static List<IpPrefix> defaultRoute(IpAddress gateway) {
    return List.of(gateway.isIpv4() ? IPV4_DEFAULT_ROUTE : IPV6_DEFAULT_ROUTE);
  }
}

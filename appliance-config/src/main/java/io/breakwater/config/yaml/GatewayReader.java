package io.breakwater.config.yaml;

import io.breakwater.config.Gateway;
import io.breakwater.config.IpAddress;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.MacAddress;
import io.breakwater.config.Port.InterfaceAddress;
import java.util.List;
import java.util.Optional;

/** Reads the gateways of one port. */
final class GatewayReader {

  private static final int ROUTES_MAX = 1_024;
  private static final IpPrefix IPV4_DEFAULT_ROUTE = IpPrefix.parse("0.0.0.0/0");
  private static final IpPrefix IPV6_DEFAULT_ROUTE = IpPrefix.parse("::/0");

  private final List<InterfaceAddress> ownAddresses;
  private final boolean ownAddressesComplete;
  private final Unique<IpAddress> addresses = new Unique<>("gateway");

  /**
   * @param ownAddressesComplete whether all of the port's addresses could be read; if not, a
   *     gateway that seems to be in no subnet may well be in one
   */
  GatewayReader(List<InterfaceAddress> ownAddresses, boolean ownAddressesComplete) {
    this.ownAddresses = ownAddresses;
    this.ownAddressesComplete = ownAddressesComplete;
  }

  Optional<Gateway> read(YamlValue item) {
    return item.mapping(this::gateway);
  }

  private Optional<Gateway> gateway(YamlMapping mapping) {
    Optional<IpAddress> address = mapping.required("address").flatMap(this::address);
    Optional<MacAddress> mac =
        mapping.value("mac").flatMap(value -> value.parsed(GatewayReader::hostMac));
    Optional<List<IpPrefix>> routes = mapping.value("routes").map(value -> routes(value, address));
    return address.map(gateway ->
        mapping.noted(new Gateway(gateway, mac, routes.orElseGet(() -> defaultRoute(gateway)))));
  }

  private Optional<IpAddress> address(YamlValue value) {
    Optional<IpAddress> address = value.parsed(Addresses::host);
    address.ifPresent(gateway -> addresses.add(gateway, value));
    if (ownAddressesComplete) {
      address.flatMap(this::whyUnreachable).ifPresent(value::problem);
    }
    return address;
  }

  private Optional<String> whyUnreachable(IpAddress gateway) {
    if (gateway.isIpv6() && gateway.isLinkLocal()) {
      return Optional.empty();
    }
    if (ownAddresses.stream().anyMatch(own -> own.address().equals(gateway))) {
      return Optional.of("gateway is the port's own address: " + gateway);
    }
    Optional<IpPrefix> subnet =
        ownAddresses.stream()
            .map(InterfaceAddress::subnet)
            .filter(candidate -> candidate.contains(gateway))
            .findFirst();
    return subnet.isEmpty()
        ? Optional.of("gateway is in none of the port's subnets: " + gateway)
        : Addresses.whyNoHost(subnet.get(), gateway);
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
    return value.each(1, ROUTES_MAX, item -> route(item, gateway, unique));
  }

  private static Optional<IpPrefix> route(
      YamlValue item, Optional<IpAddress> gateway, Unique<IpPrefix> unique) {
    Optional<IpPrefix> route = item.parsed(IpPrefix::parse);
    if (route.isPresent()
        && gateway.isPresent()
        && route.get().address().family() != gateway.get().family()) {
      item.problem(
          "must be of the gateway's family, %s: %s".formatted(gateway.get().family(), route.get()));
    }
    return route.flatMap(prefix -> unique.add(prefix, item));
  }

  private static List<IpPrefix> defaultRoute(IpAddress gateway) {
    return List.of(gateway.isIpv4() ? IPV4_DEFAULT_ROUTE : IPV6_DEFAULT_ROUTE);
  }
}

package io.breakwater.config.yaml;

import io.breakwater.config.HostInterface;
import io.breakwater.config.IpAddress;
import io.breakwater.config.Port;
import io.breakwater.config.Port.InterfaceAddress;
import io.breakwater.config.text.Shown;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the ports of one file, so that it sees what is written twice. */
final class PortReader {

  private static final int ADDRESSES_MAX = 64;
  private static final int GATEWAYS_MAX = 64;
  private static final int VLAN_ID_MAX = 4_094;
  private static final int MTU_DEFAULT = 1_500;
  private static final int IPV6_MTU_MIN = 1_280;

  /** Printable ASCII, no space at the ends. */
  private static final Pattern DEVICE = Pattern.compile("[!-~]([ -~]{0,254}[!-~])?");

  /**
   * What the kernel takes for a device's name, without what needs quoting somewhere (a comma would
   * be DPDK's). `all` and `default` are sysctl's.
   */
  private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,14}");

  private static final Set<String> INTERFACES_TAKEN = Set.of("all", "default", "lo");

  private final Reading reading;
  private final Unique<String> names = new Unique<>("port name");
  private final Unique<String> devices = new Unique<>("device");
  private final Unique<IpAddress> ownAddresses = new Unique<>("own address");
  private final Unique<String> interfaces = new Unique<>("host interface");

  PortReader(Reading reading) {
    this.reading = reading;
  }

  Optional<Port> read(YamlValue item) {
    return item.mapping(this::port);
  }

  private Optional<Port> port(YamlMapping mapping) {
    Optional<String> name = mapping.required("name").flatMap(value -> Name.read(value, names));
    Optional<String> device = mapping.required("device").flatMap(this::device);
    int problemsBefore = reading.problems().count();
    List<InterfaceAddress> addresses =
        mapping.list("addresses", 0, ADDRESSES_MAX, this::ownAddress);
    boolean addressesComplete = reading.problems().count() == problemsBefore;
    int mtu = mapping.value("mtu").flatMap(value -> mtu(value, addresses)).orElse(MTU_DEFAULT);
    List<Integer> vlanIds = mapping.value("vlan").map(PortReader::vlanIds).orElse(List.of());
    GatewayReader gateways = new GatewayReader(addresses, addressesComplete);
    Port port =
        new Port(
            name.orElse(""),
            device.orElse(""),
            mtu,
            addresses,
            vlanIds,
            mapping.list("gateways", 0, GATEWAYS_MAX, gateways::read),
            mapping.section("host", this::host, Optional.empty()));
    return name.isPresent() && device.isPresent()
        ? Optional.of(mapping.noted(port))
        : Optional.empty();
  }

  private Optional<String> device(YamlValue value) {
    Optional<String> device = value.text();
    if (device.isPresent() && !DEVICE.matcher(device.get()).matches()) {
      value.problem(
          "must be a PCI address or a DPDK vdev, 1..256 printable ASCII characters: "
              + Shown.value(device.get()));
      return Optional.empty();
    }
    return device.flatMap(text -> devices.add(text, value));
  }

  private Optional<InterfaceAddress> ownAddress(YamlValue value) {
    return value
        .parsed(Addresses::interfaceAddress)
        .filter(own -> ownAddresses.add(own.address(), value).isPresent());
  }

  private Optional<HostInterface> host(YamlMapping mapping) {
    boolean endpoints = mapping.value("endpoints").flatMap(YamlValue::bool).orElse(false);
    return mapping
        .required("interface")
        .flatMap(this::hostInterface)
        .map(name -> new HostInterface(name, endpoints));
  }

  private Optional<String> hostInterface(YamlValue value) {
    Optional<String> name = value.text();
    if (name.isPresent()
        && (!INTERFACE.matcher(name.get()).matches() || INTERFACES_TAKEN.contains(name.get()))) {
      value.problem(
          "must be 1..15 of a-z, A-Z, 0-9, '.', '_' and '-', the first a letter or digit, and none"
              + " of all, default and lo: "
              + Shown.value(name.get()));
      return Optional.empty();
    }
    return name.flatMap(text -> interfaces.add(text, value));
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
}

package io.breakwater.config.yaml;

import io.breakwater.config.IpAddress;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.Port.InterfaceAddress;
import java.util.Optional;

/**
 * Addresses and prefixes as values, with the rules that need nothing but the value itself.
 *
 * <p>Most methods are the {@code parse} of {@link YamlValue#parsed}: they throw {@code
 * IllegalArgumentException} with the message of the problem.
 */
final class Addresses {

  private static final int IPV4_TENANT_LENGTH_MIN = 8;
  private static final int IPV6_TENANT_LENGTH_MIN = 16;

  private Addresses() {}

  /** The address of one host. */
  static IpAddress host(String text) {
    IpAddress address = IpAddress.parse(text);
    require(address.isUnicast(), "not a unicast address", address);
    return address;
  }

  /** An own address with its subnet, such as {@code 192.0.2.2/24}. */
  static InterfaceAddress interfaceAddress(String text) {
    InterfaceAddress own = InterfaceAddress.parse(text);
    require(own.address().isUnicast(), "not a unicast address", own);
    require(own.subnet().length() > 0, "not a subnet", own);
    whyNoHost(own.subnet(), own.address())
        .ifPresent(why -> {
          throw new IllegalArgumentException(why);
        });
    return own;
  }

  /** RFC 1122 3.2.1.3, RFC 3021: of an IPv4 subnet neither the first address nor the last. */
  static Optional<String> whyNoHost(IpPrefix subnet, IpAddress address) {
    if (address.isIpv6() || subnet.length() >= 31) {
      return Optional.empty();
    }
    if (address.equals(subnet.address())) {
      return Optional.of("the network address of " + subnet + ": " + address);
    }
    return address.equals(subnet.last())
        ? Optional.of("the broadcast address of " + subnet + ": " + address)
        : Optional.empty();
  }

  /** A prefix of a tenant: something the Internet can route to it. */
  static IpPrefix tenantPrefix(String text) {
    IpPrefix prefix = IpPrefix.parse(text);
    int lengthMin = prefix.address().isIpv4() ? IPV4_TENANT_LENGTH_MIN : IPV6_TENANT_LENGTH_MIN;
    require(prefix.length() >= lengthMin, "prefix length must be at least " + lengthMin, prefix);
    require(prefix.address().isUnicast(), "not a unicast prefix", prefix);
    require(!prefix.address().isLinkLocal(), "a link-local prefix", prefix);
    return prefix;
  }

  private static void require(boolean rule, String broken, Object value) {
    if (!rule) {
      throw new IllegalArgumentException(broken + ": " + value);
    }
  }
}

package io.breakwater.config;

import java.util.List;
import java.util.stream.Stream;

/**
 * The ranges whose sources {@code bogons: drop} refuses: private (RFC 1918), shared (RFC 6598),
 * link-local (RFC 3927), protocol assignments (RFC 6890), documentation (RFC 5737, RFC 3849, RFC
 * 9637) and benchmarking (RFC 2544), unique local IPv6 (RFC 4193), discard (RFC 6666) and 6bone
 * (RFC 3701).
 *
 * <p>The packet path has the same as comparisons; a test there compares the two.
 */
public final class Bogons {

  public static final List<IpPrefix> PREFIXES =
      Stream.of(
              "10.0.0.0/8",
              "100.64.0.0/10",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "fc00::/7",
              "2001:db8::/32",
              "3fff::/20",
              "3ffe::/16",
              "100::/64")
          .map(IpPrefix::parse)
          .toList();

  private Bogons() {}

  public static boolean contains(IpAddress address) {
    return PREFIXES.stream().anyMatch(prefix -> prefix.contains(address));
  }
}

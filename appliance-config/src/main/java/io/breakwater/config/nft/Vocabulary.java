package io.breakwater.config.nft;

import java.util.Map;

/**
 * The names that values have in a ruleset, for whoever else reads or prints them: in the order in
 * which they are listed, of several names of one value that which is printed first.
 */
public final class Vocabulary {

  private Vocabulary() {}

  /** IANA, Protocol Numbers. */
  public static Map<String, Integer> protocols() {
    return Symbols.PROTOCOLS;
  }

  /** {@code fin}, {@code syn} ...: bits of the flags byte. */
  public static Map<String, Integer> tcpFlags() {
    return Symbols.TCP_FLAGS;
  }

  public static Map<String, Integer> dscp() {
    return Symbols.DSCP;
  }

  public static Map<String, Integer> ecn() {
    return Symbols.ECN;
  }

  public static Map<String, Integer> icmpTypes(boolean ipv6) {
    return ipv6 ? Symbols.ICMPV6_TYPES : Symbols.ICMP_TYPES;
  }

  /** Of {@code destination-unreachable}. */
  public static Map<String, Integer> icmpCodes(boolean ipv6) {
    return ipv6 ? Symbols.ICMPV6_CODES : Symbols.ICMP_CODES;
  }
}

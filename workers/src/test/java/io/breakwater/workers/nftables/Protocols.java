package io.breakwater.workers.nftables;

import java.util.ArrayList;
import java.util.List;

/**
 * The headers that a rule is about: nft refuses a rule that names two of one layer, and some
 * headers bring the one below with them.
 */
final class Protocols {

  /** A header of layer 3. */
  enum Network {
    IPV4,
    IPV6
  }

  /** A header of layer 4. */
  enum Transport {
    TCP,
    UDP,
    ICMP,
    ICMPV6
  }

  private final Draw draw;
  private final boolean both;
  private final boolean transports;

  /** Null as long as the rule is about both. */
  private Network network;

  /** Null as long as the rule is about any. */
  private Transport transport;

  /** Whether the rule names a protocol by its number: nft refuses the header of another one. */
  private boolean closed;

  private boolean equal;
  private boolean unequal;

  private Protocols(Draw draw, boolean both, Network network, boolean transports) {
    this.both = both;
    this.draw = draw;
    this.network = network;
    this.transports = transports;
    closed = !transports;
  }

  /**
   * Of a rule to come.
   *
   * @param family of its table
   * @param transports whether it may name transport headers
   */
  static Protocols of(Draw draw, String family, boolean transports) {
    Network network =
        switch (family) {
          case "ip" -> Network.IPV4;
          case "ip6" -> Network.IPV6;
          default -> null;
        };
    return new Protocols(draw, family.equals("inet"), network, transports);
  }

  /** Whether its table is of family inet. */
  boolean isOfBoth() {
    return both;
  }

  /** Whether it may name transport headers, as long as it does not name another protocol. */
  boolean hasTransports() {
    return transports;
  }

  Network network() {
    return network;
  }

  Transport transport() {
    return transport;
  }

  boolean mayBe(Network wanted) {
    return network == null || network == wanted;
  }

  boolean mayBe(Transport wanted) {
    boolean fits =
        switch (wanted) {
          case ICMP -> mayBe(Network.IPV4);
          case ICMPV6 -> mayBe(Network.IPV6);
          case TCP, UDP -> true;
        };
    return fits && !closed && (transport == null || transport == wanted);
  }

  /**
   * Whether one more field may be compared with one value. nft 1.0.6 joins such comparisons of
   * neighbouring fields (its src/rule.c, stmt_reduce()), also if they are {@code !=}: then it says
   * that one of two fields is different, where the rule says that both are.
   *
   * @param equality whether for equality
   */
  boolean mayCompare(boolean equality) {
    boolean may = !unequal && (equality || !equal);
    equal |= may && equality;
    unequal |= may && !equality;
    return may;
  }

  /** Whether the rule may say which protocol it is about by its number. */
  boolean mayClose() {
    return transport == null;
  }

  /** From here on the rule names no transport header. */
  void close() {
    closed = true;
  }

  /** The rule names this header. */
  Protocols narrow(Network wanted) {
    network = wanted;
    return this;
  }

  /** The rule names this header. */
  Protocols narrow(Transport wanted) {
    transport = wanted;
    network =
        switch (wanted) {
          case ICMP -> Network.IPV4;
          case ICMPV6 -> Network.IPV6;
          case TCP, UDP -> network;
        };
    return this;
  }

  /** An address or another field of IP. */
  RuleField networkField() {
    boolean ipv4 = network == null ? draw.chance(50) : network == Network.IPV4;
    narrow(ipv4 ? Network.IPV4 : Network.IPV6);
    return draw.of(ipv4 ? RuleField.IPV4 : RuleField.IPV6);
  }

  /** A field of a transport header; of IP where the rule has named its protocol. */
  RuleField transportField() {
    List<Transport> possible = new ArrayList<>();
    for (Transport each : Transport.values()) {
      if (mayBe(each)) {
        possible.add(each);
      }
    }
    if (possible.isEmpty()) {
      return networkField();
    }
    Transport chosen = draw.of(possible);
    narrow(chosen);
    return draw.of(
        switch (chosen) {
          case TCP -> RuleField.TCP;
          case UDP -> RuleField.UDP;
          case ICMP -> RuleField.ICMP;
          case ICMPV6 -> RuleField.ICMPV6;
        });
  }

  /** An address. */
  RuleField address() {
    boolean ipv4 = network == null ? draw.chance(50) : network == Network.IPV4;
    narrow(ipv4 ? Network.IPV4 : Network.IPV6);
    return ipv4
        ? draw.of(RuleField.IPV4_SOURCE, RuleField.IPV4_DESTINATION)
        : draw.of(RuleField.IPV6_SOURCE, RuleField.IPV6_DESTINATION);
  }

  /** A port, of TCP, of UDP or of whatever the packet is; null if the rule is about neither. */
  RuleField port() {
    if (!mayBe(Transport.TCP) && !mayBe(Transport.UDP)) {
      return null;
    }
    Transport chosen = transport == null ? draw.of(Transport.TCP, Transport.UDP) : transport;
    narrow(chosen);
    return (chosen == Transport.TCP ? RuleField.TCP : RuleField.UDP).get(draw.below(2));
  }
}

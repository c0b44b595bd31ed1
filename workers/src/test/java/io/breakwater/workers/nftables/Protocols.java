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

  /** Null as long as the rule is about both. */
  private Network network;

  /** Null as long as the rule is about any. */
  private Transport transport;

  /** Whether the rule names a protocol by its number: nft refuses the header of another one. */
  private boolean closed;

  private Protocols(Draw draw, Network network) {
    this.draw = draw;
    this.network = network;
  }

  /**
   * Of a rule to come.
   *
   * @param family of its table
   */
  static Protocols of(Draw draw, String family) {
    return switch (family) {
      case "ip" -> new Protocols(draw, Network.IPV4);
      case "ip6" -> new Protocols(draw, Network.IPV6);
      default -> new Protocols(draw, null);
    };
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

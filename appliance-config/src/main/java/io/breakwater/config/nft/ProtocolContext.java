package io.breakwater.config.nft;

import io.breakwater.config.firewall.Field.Meta;
import io.breakwater.config.firewall.Intervals;
import io.breakwater.config.firewall.Key;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.firewall.TableFamily;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which headers a rule has settled on so far, and the matches that nft adds so that a field means
 * what it says (its src/payload.c, {@code payload_gen_dependency}).
 *
 * <p>In a table of family inet {@code ip saddr} needs {@code meta nfproto ipv4} before it, in
 * netdev {@code meta protocol ip}; {@code tcp dport} needs {@code meta l4proto tcp}; {@code icmp}
 * needs both. What the rule has matched already is not added again, and what contradicts it is
 * refused.
 */
final class ProtocolContext {

  /**
   * What nft knows to follow {@code ip protocol} and {@code ip6 nexthdr}: ICMP, IGMP, TCP, UDP,
   * DCCP, ESP, AH, ICMPv6, IPComp, SCTP, UDP-Lite. Others leave the transport header open.
   */
  private static final Set<Integer> KNOWN_PROTOCOLS =
      Set.of(1, 2, 6, 17, 33, 50, 51, 58, 108, 132, 136);

  private final TableFamily family;

  /** The network header, if it is known; not empty of a header that we don't know. */
  private Optional<String> network;

  /** Protocols of the transport header that were matched, by their names or numbers. */
  private final Set<String> transports = new LinkedHashSet<>();

  ProtocolContext(TableFamily family) {
    this.family = family;
    this.network =
        switch (family) {
          case IP -> Optional.of(Header.IP.toString());
          case IP6 -> Optional.of(Header.IP6.toString());
          case INET, NETDEV -> Optional.empty();
        };
  }

  boolean knowsNetwork() {
    return network.isPresent();
  }

  boolean isNetwork(Header header) {
    return network.equals(Optional.of(header.toString()));
  }

  boolean knowsTransport() {
    return !transports.isEmpty();
  }

  boolean isTransport(Header header) {
    return transports.equals(Set.of(header.toString()));
  }

  /** The matches that have to come before a field of this header. */
  List<Step> require(Header header, Token at) {
    List<Step> steps = new ArrayList<>();
    switch (header) {
      case IP, IP6, EXTENSION -> requireNetwork(header, at, steps);
      case TCP, UDP, ICMP, ICMPV6 -> requireTransport(header, at, steps);
      case NONE -> {}
    }
    return steps;
  }

  private void requireNetwork(Header header, Token at, List<Step> steps) {
    Header needed = header == Header.EXTENSION ? Header.IP6 : header;
    if (network.isEmpty()) {
      steps.add(networkMatch(needed));
      network = Optional.of(needed.toString());
    } else if (!isNetwork(needed)) {
      throw conflict(at, network.get(), header);
    }
  }

  private static Refusal conflict(Token at, String first, Header second) {
    return new Refusal(
        at,
        "conflicting protocols: the rule has matched " + first + " already, and this is " + second);
  }

  private Step networkMatch(Header header) {
    return family == TableFamily.NETDEV
        ? match(Meta.PROTOCOL, header.etherType())
        : match(Meta.NFPROTO, header.number());
  }

  private void requireTransport(Header header, Token at, List<Step> steps) {
    if (transports.isEmpty()) {
      if (network.isPresent() && !isNetwork(Header.IP) && !isNetwork(Header.IP6)) {
        throw conflict(at, network.get(), header);
      }
      if (network.isEmpty() && (header == Header.ICMP || header == Header.ICMPV6)) {
        requireNetwork(header == Header.ICMP ? Header.IP : Header.IP6, at, steps);
      }
      steps.add(match(Meta.L4PROTO, header.number()));
      transports.add(header.toString());
    } else if (!isTransport(header)) {
      String other =
          transports.stream()
              .filter(name -> !name.equals(header.toString()))
              .findFirst()
              .orElseThrow();
      throw conflict(at, other, header);
    }
  }

  private static Step match(Meta field, int value) {
    return new Step.Match(Key.of(field), Intervals.of(field.bits(), value, value), false);
  }

  /** Takes note of a match of a field that names the next header. */
  void matched(FieldSpec field, Bits128 value) {
    if (field.field() == Meta.NFPROTO) {
      network = Optional.of(Header.ofFamily(value).map(Header::toString).orElse("" + value));
    } else if (field.field() == Meta.PROTOCOL) {
      if (family == TableFamily.NETDEV) {
        network =
            Optional.of(
                Header.ofEtherType(value)
                    .map(Header::toString)
                    .orElse(DataType.ETHER_TYPE.show(value)));
      }
    } else if (field.field() == Meta.L4PROTO || KNOWN_PROTOCOLS.contains((int) value.low())) {
      transports.add(DataType.PROTOCOL.show(value).replace("ipv6-icmp", "icmpv6"));
    }
  }
}

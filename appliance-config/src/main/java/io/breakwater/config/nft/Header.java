package io.breakwater.config.nft;

import java.util.Optional;

/** The header that a field belongs to: what has to be matched before the field means anything. */
enum Header {
  IP("ip", true, 2, 0x0800),
  IP6("ip6", true, 10, 0x86dd),
  TCP("tcp", false, 6, -1),
  UDP("udp", false, 17, -1),
  ICMP("icmp", false, 1, -1),
  ICMPV6("icmpv6", false, 58, -1),
  /** An extension header of IPv6, which is looked for anywhere. */
  EXTENSION("exthdr", false, -1, -1),
  /**
   * None: raw payload, what is known of a packet, and TCP options, which look for TCP themselves.
   */
  NONE("", false, -1, -1);

  private final String text;
  private final boolean network;
  private final int number;
  private final int etherType;

  Header(String text, boolean network, int number, int etherType) {
    this.text = text;
    this.network = network;
    this.number = number;
    this.etherType = etherType;
  }

  boolean isNetwork() {
    return network;
  }

  boolean isTransport() {
    return number >= 0 && !network;
  }

  /** The value of {@code meta nfproto} or {@code meta l4proto}. */
  int number() {
    return number;
  }

  /** The value of {@code meta protocol}. */
  int etherType() {
    return etherType;
  }

  static Optional<Header> ofFamily(Bits128 number) {
    return number.equals(Bits128.of(IP.number))
        ? Optional.of(IP)
        : number.equals(Bits128.of(IP6.number)) ? Optional.of(IP6) : Optional.empty();
  }

  static Optional<Header> ofEtherType(Bits128 type) {
    return type.equals(Bits128.of(IP.etherType))
        ? Optional.of(IP)
        : type.equals(Bits128.of(IP6.etherType)) ? Optional.of(IP6) : Optional.empty();
  }

  @Override
  public String toString() {
    return text;
  }
}

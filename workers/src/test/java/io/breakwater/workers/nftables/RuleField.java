package io.breakwater.workers.nftables;

import java.util.List;
import java.util.stream.Stream;

/**
 * A field as rules name it.
 *
 * @param type of sets that it can be looked up in; null: of none that has a name
 * @param bits its width
 * @param slot whose constants it is compared with
 */
record RuleField(String text, String type, int bits, Slot slot) {

  static final RuleField IPV4_SOURCE = new RuleField("ip saddr", "ipv4_addr", 32, Slot.IPV4_SOURCE);
  static final RuleField IPV4_DESTINATION =
      new RuleField("ip daddr", "ipv4_addr", 32, Slot.IPV4_DESTINATION);
  static final RuleField IPV6_SOURCE =
      new RuleField("ip6 saddr", "ipv6_addr", 128, Slot.IPV6_SOURCE);
  static final RuleField IPV6_DESTINATION =
      new RuleField("ip6 daddr", "ipv6_addr", 128, Slot.IPV6_DESTINATION);
  static final RuleField PROTOCOL = new RuleField("meta l4proto", "inet_proto", 8, Slot.PROTOCOL);
  static final RuleField MARK = new RuleField("meta mark", "mark", 32, Slot.MARK);

  static final List<RuleField> IPV4 =
      List.of(
          IPV4_SOURCE,
          IPV4_SOURCE,
          IPV4_DESTINATION,
          IPV4_DESTINATION,
          new RuleField("ip protocol", "inet_proto", 8, Slot.PROTOCOL),
          number("ip version", 4, Slot.VERSION),
          number("ip length", 16, Slot.LENGTH),
          number("ip ttl", 8, Slot.TTL),
          number("ip id", 16, Slot.ID),
          number("ip frag-off", 16, Slot.FRAGMENT),
          number("ip dscp", 6, Slot.DSCP),
          number("ip ecn", 2, Slot.ECN),
          number("ip hdrlength", 4, Slot.HEADER_WORDS),
          number("ip checksum", 16, Slot.CHECKSUM));

  static final List<RuleField> IPV6 =
      List.of(
          IPV6_SOURCE,
          IPV6_SOURCE,
          IPV6_DESTINATION,
          IPV6_DESTINATION,
          new RuleField("ip6 nexthdr", "inet_proto", 8, Slot.PROTOCOL),
          number("ip6 version", 4, Slot.VERSION),
          number("ip6 hoplimit", 8, Slot.TTL),
          number("ip6 length", 16, Slot.LENGTH_BEHIND),
          number("ip6 dscp", 6, Slot.DSCP),
          number("ip6 ecn", 2, Slot.ECN),
          number("ip6 flowlabel", 20, Slot.FLOW_LABEL));

  static final List<RuleField> TCP =
      List.of(
          port("tcp sport"),
          port("tcp dport"),
          port("tcp dport"),
          number("tcp sequence", 32, Slot.SEQUENCE),
          number("tcp ackseq", 32, Slot.SEQUENCE),
          number("tcp doff", 4, Slot.HEADER_WORDS),
          number("tcp reserved", 4, Slot.TCP_RESERVED),
          number("tcp window", 16, Slot.WINDOW),
          number("tcp checksum", 16, Slot.CHECKSUM),
          number("tcp urgptr", 16, Slot.URGENT));

  static final List<RuleField> UDP =
      List.of(
          port("udp sport"),
          port("udp dport"),
          port("udp dport"),
          number("udp length", 16, Slot.LENGTH_BEHIND),
          number("udp checksum", 16, Slot.CHECKSUM));

  static final List<RuleField> ICMP =
      List.of(
          new RuleField("icmp type", "icmp_type", 8, Slot.ICMP_TYPE),
          number("icmp code", 8, Slot.ICMP_CODE),
          number("icmp checksum", 16, Slot.CHECKSUM));

  static final List<RuleField> ICMPV6 =
      List.of(
          new RuleField("icmpv6 type", "icmpv6_type", 8, Slot.ICMPV6_TYPE),
          number("icmpv6 code", 8, Slot.ICMP_CODE),
          number("icmpv6 checksum", 16, Slot.CHECKSUM));

  /** Of whatever packet. */
  static final List<RuleField> NO_TRANSPORT =
      List.of(
          PROTOCOL,
          PROTOCOL,
          number("meta length", 32, Slot.LENGTH),
          MARK,
          MARK,
          number("@ll,96,16", 16, Slot.ETHER_TYPE),
          number("@nh,96,32", 32, Slot.IPV4_SOURCE),
          number("@nh,48,8", 8, Slot.PROTOCOL),
          number("@nh,72,8", 8, Slot.PROTOCOL));

  /** The same, and what is behind the IP header. */
  static final List<RuleField> ANY =
      Stream.concat(
              NO_TRANSPORT.stream(),
              Stream.of(port("th sport"), port("th dport"), number("@th,16,16", 16, Slot.PORT)))
          .toList();

  static final List<RuleField> TCP_OPTIONS =
      List.of(
          number("tcp option maxseg size", 16, Slot.SEGMENT_SIZE),
          number("tcp option maxseg length", 8, Slot.OPTION_LENGTH),
          number("tcp option window count", 8, Slot.WINDOW_SCALE),
          number("tcp option timestamp tsval", 32, Slot.TIMESTAMP),
          number("tcp option timestamp tsecr", 32, Slot.TIMESTAMP),
          number("tcp option sack left", 32, Slot.TIMESTAMP),
          number("tcp option sack1 right", 32, Slot.TIMESTAMP),
          number("tcp option sack length", 8, Slot.OPTION_LENGTH),
          number("tcp option @2,16,16", 16, Slot.SEGMENT_SIZE),
          number("tcp option @8,48,32", 32, Slot.TIMESTAMP),
          number("tcp option md5sig length", 8, Slot.OPTION_LENGTH));

  /** Whether it begins and ends with a byte, as nft 1.0.6 wants it of some comparisons. */
  boolean isWholeBytes() {
    return bits % 8 == 0;
  }

  String show(long value) {
    return switch (slot) {
      case IPV4_SOURCE, IPV4_DESTINATION ->
          type == null
              ? Long.toString(value)
              : "%d.%d.%d.%d"
                  .formatted(value >>> 24, value >>> 16 & 255, value >>> 8 & 255, value & 255);
      case IPV6_SOURCE, IPV6_DESTINATION -> Ipv6Addresses.text(slot, value);
      default -> Long.toString(value);
    };
  }

  boolean isAddress() {
    return "ipv4_addr".equals(type) || isIpv6Address();
  }

  boolean isIpv6Address() {
    return "ipv6_addr".equals(type);
  }

  private static RuleField number(String text, int bits, Slot slot) {
    return new RuleField(text, null, bits, slot);
  }

  private static RuleField port(String text) {
    return new RuleField(text, "inet_service", 16, Slot.PORT);
  }
}

package io.breakwater.config.nft;

import io.breakwater.config.firewall.Field;
import io.breakwater.config.firewall.Field.Base;
import io.breakwater.config.firewall.Field.Meta;
import io.breakwater.config.firewall.Field.Payload;
import java.util.LinkedHashMap;
import java.util.Map;

/** The fields of each header, with their offsets in bits as the RFCs' diagrams have them. */
final class Fields {

  /** RFC 791 section 3.1. */
  static final Map<String, FieldSpec> IP =
      new Table(Header.IP, Base.NETWORK)
          .integer("version", 0, 4)
          .integer("hdrlength", 4, 4)
          .add("dscp", 8, DataType.DSCP)
          .add("ecn", 14, DataType.ECN)
          .integer("length", 16, 16)
          .integer("id", 32, 16)
          .integer("frag-off", 48, 16)
          .integer("ttl", 64, 8)
          .protocol("protocol", 72)
          .integer("checksum", 80, 16)
          .add("saddr", 96, DataType.IPV4_ADDRESS)
          .add("daddr", 128, DataType.IPV4_ADDRESS)
          .fields;

  /** RFC 8200 section 3. */
  static final Map<String, FieldSpec> IP6 =
      new Table(Header.IP6, Base.NETWORK)
          .integer("version", 0, 4)
          .add("dscp", 4, DataType.DSCP)
          .add("ecn", 10, DataType.ECN)
          .integer("flowlabel", 12, 20)
          .integer("length", 32, 16)
          .protocol("nexthdr", 48)
          .integer("hoplimit", 56, 8)
          .add("saddr", 64, DataType.IPV6_ADDRESS)
          .add("daddr", 192, DataType.IPV6_ADDRESS)
          .fields;

  /** RFC 9293 section 3.1. */
  static final Map<String, FieldSpec> TCP =
      new Table(Header.TCP, Base.TRANSPORT)
          .add("sport", 0, DataType.SERVICE)
          .add("dport", 16, DataType.SERVICE)
          .integer("sequence", 32, 32)
          .integer("ackseq", 64, 32)
          .integer("doff", 96, 4)
          .integer("reserved", 100, 4)
          .add("flags", 104, DataType.TCP_FLAGS)
          .integer("window", 112, 16)
          .integer("checksum", 128, 16)
          .integer("urgptr", 144, 16)
          .fields;

  /** RFC 768. */
  static final Map<String, FieldSpec> UDP =
      new Table(Header.UDP, Base.TRANSPORT)
          .add("sport", 0, DataType.SERVICE)
          .add("dport", 16, DataType.SERVICE)
          .integer("length", 32, 16)
          .integer("checksum", 48, 16)
          .fields;

  /** RFC 792. */
  static final Map<String, FieldSpec> ICMP =
      new Table(Header.ICMP, Base.TRANSPORT)
          .add("type", 0, DataType.ICMP_TYPE)
          .add("code", 8, DataType.ICMP_CODE)
          .integer("checksum", 16, 16)
          .fields;

  /** RFC 4443 section 2.1. */
  static final Map<String, FieldSpec> ICMPV6 =
      new Table(Header.ICMPV6, Base.TRANSPORT)
          .add("type", 0, DataType.ICMPV6_TYPE)
          .add("code", 8, DataType.ICMPV6_CODE)
          .integer("checksum", 16, 16)
          .fields;

  /** Whatever transport has its ports where UDP and TCP have them. */
  static final Map<String, FieldSpec> TH =
      Map.of(
          "sport",
              new FieldSpec(
                  "th sport", new Payload(Base.TRANSPORT, 0, 16), DataType.SERVICE, Header.NONE),
          "dport",
              new FieldSpec(
                  "th dport", new Payload(Base.TRANSPORT, 16, 16), DataType.SERVICE, Header.NONE));

  static final Map<String, FieldSpec> META =
      Map.of(
          "l4proto",
              new FieldSpec("meta l4proto", Meta.L4PROTO, DataType.PROTOCOL, Header.NONE, true),
          "nfproto",
              new FieldSpec("meta nfproto", Meta.NFPROTO, DataType.FAMILY, Header.NONE, true),
          "protocol",
              new FieldSpec("meta protocol", Meta.PROTOCOL, DataType.ETHER_TYPE, Header.NONE, true),
          "length", new FieldSpec("meta length", Meta.LENGTH, DataType.integer(32), Header.NONE),
          "mark", new FieldSpec("meta mark", Meta.MARK, DataType.MARK, Header.NONE));

  /** IANA, Protocol Numbers: the extension headers of IPv6. */
  static final Map<String, Integer> EXTENSION_HEADERS =
      Map.of("hbh", 0, "rt", 43, "frag", 44, "dst", 60, "mh", 135);

  private Fields() {}

  static Map<String, FieldSpec> of(Header header) {
    return switch (header) {
      case IP -> IP;
      case IP6 -> IP6;
      case TCP -> TCP;
      case UDP -> UDP;
      case ICMP -> ICMP;
      case ICMPV6 -> ICMPV6;
      case EXTENSION, NONE -> Map.of();
    };
  }

  /** {@code exthdr frag}. */
  static FieldSpec extensionHeader(String name) {
    return new FieldSpec(
        "exthdr " + name,
        new Field.ExtensionHeader(EXTENSION_HEADERS.get(name)),
        DataType.BOOLEAN,
        Header.EXTENSION);
  }

  private static final class Table {

    private final Header header;
    private final Base base;
    private final Map<String, FieldSpec> fields = new LinkedHashMap<>();

    Table(Header header, Base base) {
      this.header = header;
      this.base = base;
    }

    Table add(String name, int offsetBits, DataType type) {
      return put(name, offsetBits, type, false);
    }

    Table integer(String name, int offsetBits, int bits) {
      return put(name, offsetBits, DataType.integer(bits), false);
    }

    Table protocol(String name, int offsetBits) {
      return put(name, offsetBits, DataType.PROTOCOL, true);
    }

    private Table put(String name, int offsetBits, DataType type, boolean namesProtocol) {
      Payload payload = new Payload(base, offsetBits, type.bits());
      fields.put(name, new FieldSpec(header + " " + name, payload, type, header, namesProtocol));
      return this;
    }
  }
}

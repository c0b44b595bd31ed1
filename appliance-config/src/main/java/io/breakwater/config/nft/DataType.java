package io.breakwater.config.nft;

import io.breakwater.config.IpAddress;
import io.breakwater.config.text.NearestKey;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The type of a field or a set: how its values are written and printed (nft's src/datatype.c and
 * src/proto.c).
 *
 * @param name as in {@code type ipv4_addr}
 * @param description for messages
 */
record DataType(
    String name, String description, int bits, Format format, Map<String, Integer> symbols) {

  /** How a value is printed that has no symbol, or that is never printed by its symbol. */
  enum Format {
    DECIMAL,
    /** {@code 0x}, and as many digits as the width has, or one. */
    HEXADECIMAL,
    PADDED_HEXADECIMAL,
    IPV4,
    IPV6,
    /** Symbols may be written but numbers are printed. */
    SERVICE,
    FLAGS
  }

  static final DataType IPV4_ADDRESS = plain("ipv4_addr", "IPv4 address", 32, Format.IPV4);
  static final DataType IPV6_ADDRESS = plain("ipv6_addr", "IPv6 address", 128, Format.IPV6);
  static final DataType SERVICE =
      new DataType("inet_service", "service", 16, Format.SERVICE, Symbols.SERVICES);
  static final DataType PROTOCOL =
      new DataType("inet_proto", "protocol", 8, Format.DECIMAL, Symbols.PROTOCOLS);
  static final DataType MARK = plain("mark", "packet mark", 32, Format.PADDED_HEXADECIMAL);
  static final DataType ETHER_TYPE =
      new DataType("ether_type", "EtherType", 16, Format.PADDED_HEXADECIMAL, Symbols.ETHER_TYPES);
  static final DataType FAMILY =
      new DataType("nf_proto", "protocol family", 8, Format.DECIMAL, Symbols.FAMILIES);
  static final DataType DSCP =
      new DataType("dscp", "DSCP", 6, Format.PADDED_HEXADECIMAL, Symbols.DSCP);
  static final DataType ECN = new DataType("ecn", "ECN", 2, Format.HEXADECIMAL, Symbols.ECN);
  static final DataType TCP_FLAGS =
      new DataType("tcp_flag", "TCP flag", 8, Format.FLAGS, Symbols.TCP_FLAGS);
  static final DataType ICMP_TYPE =
      new DataType("icmp_type", "ICMP type", 8, Format.DECIMAL, Symbols.ICMP_TYPES);
  static final DataType ICMP_CODE =
      new DataType("icmp_code", "ICMP code", 8, Format.DECIMAL, Symbols.ICMP_CODES);
  static final DataType ICMPV6_TYPE =
      new DataType("icmpv6_type", "ICMPv6 type", 8, Format.DECIMAL, Symbols.ICMPV6_TYPES);
  static final DataType ICMPV6_CODE =
      new DataType("icmpv6_code", "ICMPv6 code", 8, Format.DECIMAL, Symbols.ICMPV6_CODES);
  static final DataType ICMPX_CODE =
      new DataType("icmpx_code", "ICMPX code", 8, Format.DECIMAL, Symbols.ICMPX_CODES);
  static final DataType BOOLEAN =
      new DataType("boolean", "exists or missing", 1, Format.DECIMAL, Symbols.BOOLEANS);

  /** Those that {@code type} of a set may name. */
  static final List<DataType> OF_SETS =
      List.of(
          IPV4_ADDRESS,
          IPV6_ADDRESS,
          SERVICE,
          PROTOCOL,
          MARK,
          ETHER_TYPE,
          FAMILY,
          DSCP,
          ECN,
          TCP_FLAGS,
          ICMP_TYPE,
          ICMP_CODE,
          ICMPV6_TYPE,
          ICMPV6_CODE);

  static DataType integer(int bits) {
    return plain("integer", "integer", bits, Format.DECIMAL);
  }

  /** An integer that is printed in hexadecimal, as raw payload is. */
  static DataType raw(int bits) {
    return plain("integer", "integer", bits, Format.HEXADECIMAL);
  }

  private static DataType plain(String name, String description, int bits, Format format) {
    return new DataType(name, description, bits, format, Map.of());
  }

  boolean isFlags() {
    return format == Format.FLAGS;
  }

  boolean isAddress() {
    return format == Format.IPV4 || format == Format.IPV6;
  }

  /** Whether a value of this type can be compared with one of the other. */
  boolean isSame(DataType other) {
    return name.equals(other.name) && (!name.equals("integer") || bits == other.bits);
  }

  /** The value of a number, an address or a symbol. */
  Bits128 parse(Token token) {
    return switch (token.kind()) {
      case ADDRESS -> address(token);
      case NUMBER -> number(token);
      default -> symbol(token);
    };
  }

  private Bits128 address(Token token) {
    IpAddress address;
    try {
      address = IpAddress.parse(token.text());
    } catch (IllegalArgumentException e) {
      throw wrong(token);
    }
    if (format == Format.IPV4 && address.isIpv4() || format == Format.IPV6 && address.isIpv6()) {
      return new Bits128(address.high(), address.low());
    }
    throw wrong(token);
  }

  private Bits128 number(Token token) {
    if (format == Format.IPV6) {
      throw wrong(token);
    }
    Bits128 value = bits > Long.SIZE ? Numbers.wide(token) : Bits128.of(Numbers.parse(token));
    Bits128 max = Bits128.ones(bits);
    if (value.compareTo(max) > 0) {
      throw new Refusal(token, description + " must be 0.." + max + ": " + token.shown());
    }
    return value;
  }

  private Bits128 symbol(Token token) {
    Integer value = symbols.get(token.text());
    if (value != null) {
      return Bits128.of(value);
    }
    throw wrong(token);
  }

  private Refusal wrong(Token token) {
    if (isAddress() && token.kind() == Token.Kind.WORD) {
      return new Refusal(
          token, "not an " + description + ", and names are not resolved: " + token.shown());
    }
    String advice =
        NearestKey.of(token.text(), symbols.keySet())
            .map(nearest -> ": did you mean " + nearest + "?")
            .orElse("");
    String article = "AEIO".indexOf(description.charAt(0)) >= 0 ? "an " : "a ";
    return new Refusal(token, "not " + article + description + ": " + token.shown() + advice);
  }

  /** As {@code nft list ruleset} prints it. */
  String show(Bits128 value) {
    return switch (format) {
      case IPV4 -> IpAddress.ipv4((int) value.low()).toString();
      case IPV6 -> IpAddress.ipv6(value.high(), value.low()).toString();
      case SERVICE -> value.toString();
      case FLAGS -> flags(value, ",");
      default -> symbolOf(value).orElseGet(() -> showNumber(value));
    };
  }

  /** Flags between others, {@code syn | ack}, as in a set. */
  String flags(Bits128 value, String between) {
    if (value.isZero()) {
      return "0x0";
    }
    return symbols.entrySet().stream()
        .filter(symbol -> (value.low() & symbol.getValue()) != 0)
        .map(Map.Entry::getKey)
        .collect(Collectors.joining(between));
  }

  private java.util.Optional<String> symbolOf(Bits128 value) {
    return symbols.entrySet().stream()
        .filter(symbol -> value.equals(Bits128.of(symbol.getValue())))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private String showNumber(Bits128 value) {
    return switch (format) {
      case HEXADECIMAL, FLAGS -> "0x" + value.hex();
      case PADDED_HEXADECIMAL -> {
        String digits = value.hex();
        yield "0x" + "0".repeat(Math.max(0, (bits + 3) / 4 - digits.length())) + digits;
      }
      default -> value.toString();
    };
  }

  /** A single value, a prefix, or a range. */
  String show(Span span) {
    return show(span, isAddress());
  }

  /**
   * @param asPrefix whether a range that is a prefix is printed as one
   */
  String show(Span span, boolean asPrefix) {
    if (span.isSingle()) {
      return isFlags() ? flags(span.first(), " | ") : show(span.first());
    }
    int length = asPrefix ? span.prefixLength(bits) : -1;
    if (length >= 0) {
      return show(span.first()) + "/" + length;
    }
    return isAddress()
        ? show(span.first()) + "-" + show(span.last())
        : showNumber(span.first()) + "-" + showNumber(span.last());
  }
}

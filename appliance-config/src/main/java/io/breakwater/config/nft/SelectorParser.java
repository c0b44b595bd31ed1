package io.breakwater.config.nft;

import io.breakwater.config.firewall.Field.Base;
import io.breakwater.config.firewall.Field.Payload;
import io.breakwater.config.nft.Selector.Operation;
import io.breakwater.config.nft.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Parses what a rule looks at: {@code ip saddr . tcp dport}, {@code meta mark & 0xff}. */
final class SelectorParser {

  private static final Map<String, Header> HEADERS =
      Map.of(
          "ip", Header.IP,
          "ip6", Header.IP6,
          "tcp", Header.TCP,
          "udp", Header.UDP,
          "icmp", Header.ICMP,
          "icmpv6", Header.ICMPV6);

  private static final Map<String, Base> RAW_BASES =
      Map.of("ll", Base.LINK, "nh", Base.NETWORK, "th", Base.TRANSPORT);

  private static final int RAW_OFFSET_MAX_BITS = 2_040;

  private final Tokens tokens;
  private final ExpressionParser expressions;

  SelectorParser(Tokens tokens, ExpressionParser expressions) {
    this.tokens = tokens;
    this.expressions = expressions;
  }

  /** Whether a selector can begin with this token. */
  static boolean begins(Token token) {
    return token.is("@")
        || token.is("(")
        || token.kind() == Kind.WORD
            && (HEADERS.containsKey(token.text())
                || List.of("meta", "mark", "exthdr", "th").contains(token.text()));
  }

  Selector selector() {
    List<Selector.Part> parts = new ArrayList<>();
    do {
      parts.add(part());
    } while (tokens.accept("."));
    return new Selector(parts);
  }

  private Selector.Part part() {
    Token at = tokens.peek();
    FieldSpec field = field();
    List<Operation> operations = new ArrayList<>();
    while (tokens.at("&") || tokens.at("|") || tokens.at("^")) {
      // Several are taken from left to right.
      operations.add(new Operation(tokens.next(), expressions.operand()));
    }
    if (tokens.at("<<") || tokens.at(">>")) {
      throw new Refusal(tokens.peek(), "not supported: a shift of a field");
    }
    return new Selector.Part(at, field, List.copyOf(operations));
  }

  private FieldSpec field() {
    Token word = tokens.next();
    if (word.is("@")) {
      return raw();
    }
    if (word.kind() != Kind.WORD) {
      throw Refusal.unexpected(word, "a field such as ip saddr");
    }
    Header header = HEADERS.get(word.text());
    if (header != null) {
      return header(header);
    }
    return switch (word.text()) {
      case "meta" -> named(Fields.META, "meta");
      case "mark" -> Fields.META.get("mark");
      case "th" -> named(Fields.TH, "th");
      case "exthdr" -> extensionHeader();
      default -> throw Unsupported.field(word);
    };
  }

  private FieldSpec header(Header header) {
    Token name = tokens.peek();
    if (name.is("option")) {
      tokens.next();
      if (header == Header.TCP) {
        return TcpOptions.parse(tokens);
      }
      throw new Refusal(name, "not supported: options of " + header);
    }
    return named(Fields.of(header), header.toString());
  }

  private FieldSpec named(Map<String, FieldSpec> fields, String owner) {
    Token name = tokens.next();
    FieldSpec field = name.kind() == Kind.WORD ? fields.get(name.text()) : null;
    if (field == null) {
      throw Unsupported.fieldOf(owner, name, fields.keySet());
    }
    return field;
  }

  private FieldSpec extensionHeader() {
    Token name = tokens.next();
    if (name.kind() != Kind.WORD || !Fields.EXTENSION_HEADERS.containsKey(name.text())) {
      throw Refusal.unexpected(name, "hbh, rt, frag, dst or mh");
    }
    return Fields.extensionHeader(name.text());
  }

  /** {@code @th,16,16}: base, offset and length in bits. */
  private FieldSpec raw() {
    Token name = tokens.expect(Kind.WORD, "ll, nh or th");
    Base base = RAW_BASES.get(name.text());
    if (name.text().equals("ih")) {
      throw new Refusal(name, "not supported: payload behind the transport header");
    }
    if (base == null) {
      throw Refusal.unexpected(name, "ll, nh or th");
    }
    tokens.expect(",");
    int offsetBits = number("offset of raw payload in bits", 0, RAW_OFFSET_MAX_BITS);
    tokens.expect(",");
    int bits = number("length of raw payload in bits", 1, 128);
    if (base == Base.TRANSPORT && bits == 16 && offsetBits <= 16 && offsetBits % 16 == 0) {
      return Fields.TH.get(offsetBits == 0 ? "sport" : "dport");
    }
    String text = "@%s,%d,%d".formatted(name.text(), offsetBits, bits);
    Payload payload = new Payload(base, offsetBits, bits);
    return new FieldSpec(text, payload, DataType.raw(bits), Header.NONE);
  }

  private int number(String what, int min, int max) {
    return (int) Numbers.parse(tokens.expect(Kind.NUMBER, "a number"), what, min, max);
  }
}

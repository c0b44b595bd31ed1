package io.breakwater.config.nft;

import io.breakwater.config.firewall.Field.TcpOption;
import io.breakwater.config.firewall.Field.TcpOptionExists;
import java.util.Comparator;
import java.util.Map;

/**
 * TCP options (IANA, TCP Option Kind Numbers) and their fields: RFC 9293 3.2, RFC 7323, RFC 2018,
 * RFC 7413, RFC 2385, RFC 8684.
 */
final class TcpOptions {

  private record Part(int offsetBits, int bits) {}

  private record Option(int kind, String printed, Map<String, Part> parts) {}

  private static final Part LENGTH = new Part(8, 8);
  private static final Map<String, Part> LENGTH_ONLY = Map.of("length", LENGTH);

  private static final Map<String, Option> OPTIONS =
      Map.ofEntries(
          option("eol", 0, "eol", Map.of()),
          option("nop", 1, "nop", Map.of()),
          option("noop", 1, "nop", Map.of()),
          option("maxseg", 2, "maxseg", maxseg()),
          option("mss", 2, "maxseg", maxseg()),
          option("window", 3, "window", Map.of("length", LENGTH, "count", new Part(16, 8))),
          option("sack-perm", 4, "sack-perm", LENGTH_ONLY),
          option("sack-permitted", 4, "sack-perm", LENGTH_ONLY),
          option("sack", 5, "sack", sack(0)),
          option("sack0", 5, "sack", sack(0)),
          option("sack1", 5, "sack1", sack(1)),
          option("sack2", 5, "sack2", sack(2)),
          option("sack3", 5, "sack3", sack(3)),
          option(
              "timestamp",
              8,
              "timestamp",
              Map.of("length", LENGTH, "tsval", new Part(16, 32), "tsecr", new Part(48, 32))),
          option("md5sig", 19, "md5sig", LENGTH_ONLY),
          option("mptcp", 30, "mptcp", Map.of("length", LENGTH, "subtype", new Part(16, 4))),
          option("fastopen", 34, "fastopen", LENGTH_ONLY));

  private TcpOptions() {}

  private static Map.Entry<String, Option> option(
      String name, int kind, String printed, Map<String, Part> parts) {
    return Map.entry(name, new Option(kind, printed, parts));
  }

  private static Map<String, Part> maxseg() {
    return Map.of("length", LENGTH, "size", new Part(16, 16));
  }

  private static Map<String, Part> sack(int block) {
    int offsetBits = 16 + 64 * block;
    return Map.of(
        "length", LENGTH, "left", new Part(offsetBits, 32), "right", new Part(offsetBits + 32, 32));
  }

  /** {@code tcp option maxseg size}, {@code tcp option sack-perm exists} behind the name. */
  static FieldSpec parse(Tokens tokens) {
    if (tokens.at("@")) {
      return raw(tokens);
    }
    Token name = tokens.next();
    if (name.kind() == Token.Kind.NUMBER) {
      int kind = (int) Numbers.parse(name, "kind of a TCP option", 0, 255);
      return new FieldSpec(
          "tcp option " + kind, new TcpOptionExists(kind), DataType.BOOLEAN, Header.NONE);
    }
    Option option = name.kind() == Token.Kind.WORD ? OPTIONS.get(name.text()) : null;
    if (option == null) {
      throw Refusal.unexpected(name, "a TCP option such as maxseg");
    }
    String text = "tcp option " + option.printed;
    Token next = tokens.peek();
    Part part = next.kind() == Token.Kind.WORD ? option.parts.get(next.text()) : null;
    if (part == null) {
      return new FieldSpec(text, new TcpOptionExists(option.kind), DataType.BOOLEAN, Header.NONE);
    }
    tokens.next();
    return new FieldSpec(
        text + " " + next.text(),
        new TcpOption(option.kind, part.offsetBits, part.bits),
        DataType.integer(part.bits),
        Header.NONE);
  }

  /** {@code tcp option @2,16,16}: kind, offset and length in bits. */
  private static FieldSpec raw(Tokens tokens) {
    tokens.expect("@");
    int kind = number(tokens, "kind of a TCP option", 0, 255);
    tokens.expect(",");
    int offsetBits = number(tokens, "offset in a TCP option", 0, 320);
    tokens.expect(",");
    int bits = number(tokens, "length in a TCP option", 1, 128);
    String text = "tcp option @%d,%d,%d".formatted(kind, offsetBits, bits);
    return new FieldSpec(
        text, new TcpOption(kind, offsetBits, bits), DataType.integer(bits), Header.NONE);
  }

  /** The names of a field, found back; bits without a name are told by their place. */
  static FieldSpec of(TcpOption field) {
    return OPTIONS.values().stream()
        .filter(option -> option.kind == field.kind())
        .sorted(Comparator.comparing(Option::printed))
        .flatMap(option ->
            option.parts.entrySet().stream()
                .filter(part -> part.getValue().equals(new Part(field.offsetBits(), field.bits())))
                .map(part -> "tcp option " + option.printed + " " + part.getKey()))
        .findFirst()
        .map(text -> spec(text, field))
        .orElseGet(() ->
            spec(
                "tcp option @%d,%d,%d".formatted(field.kind(), field.offsetBits(), field.bits()),
                field));
  }

  static FieldSpec of(TcpOptionExists field) {
    String name =
        OPTIONS.values().stream()
            .filter(option -> option.kind == field.kind())
            .map(Option::printed)
            .min(Comparator.naturalOrder())
            .orElse("" + field.kind());
    return new FieldSpec("tcp option " + name, field, DataType.BOOLEAN, Header.NONE);
  }

  private static FieldSpec spec(String text, TcpOption field) {
    return new FieldSpec(text, field, DataType.integer(field.bits()), Header.NONE);
  }

  private static int number(Tokens tokens, String what, int min, int max) {
    return (int) Numbers.parse(tokens.expect(Token.Kind.NUMBER, "a number"), what, min, max);
  }
}

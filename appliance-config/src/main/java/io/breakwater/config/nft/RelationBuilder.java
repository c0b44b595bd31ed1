package io.breakwater.config.nft;

import io.breakwater.config.firewall.Intervals;
import io.breakwater.config.firewall.Key;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.firewall.Values;
import io.breakwater.config.nft.Expression.Atom;
import io.breakwater.config.nft.Expression.Bits;
import io.breakwater.config.nft.Expression.Concatenation;
import io.breakwater.config.nft.Expression.Listing;
import io.breakwater.config.nft.Expression.Prefix;
import io.breakwater.config.nft.Expression.Range;
import io.breakwater.config.nft.Expression.SetLiteral;
import io.breakwater.config.nft.Expression.SetName;
import io.breakwater.config.nft.Statement.Relation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Turns a comparison into a match of intervals, and its normal text.
 *
 * <p>{@code < 5} is the interval 0..4, {@code != 5} the negated interval 5..5; {@code tcp flags
 * syn} without an operator means any of the flags: {@code flags & syn} is not 0.
 */
final class RelationBuilder {

  /** Sets in rules are printed up to here. */
  private static final int SHOWN_MAX = 256;

  private final Relation relation;
  private final KeyReader left;
  private final Sets sets;
  private final String operator;

  /** How a named set is looked up. */
  interface Sets {

    /** The index of the set, whose elements must have these types. */
    int set(Token name, KeyReader key);
  }

  /**
   * @param values those that a whole field may have, if it is compared for equality
   */
  record Result(Step step, String text, List<Bits128> values) {}

  RelationBuilder(Relation relation, KeyReader left, Sets sets) {
    this.relation = relation;
    this.left = left;
    this.sets = sets;
    this.operator = relation.operator().map(Token::text).orElse("");
  }

  Result build() {
    if (relation.flagMask().isPresent()) {
      return flagMask(relation.flagMask().get());
    }
    return switch (relation.right()) {
      case SetName(Token name) -> namedSet(name);
      case SetLiteral literal when onlyValue(literal).isPresent() ->
          compare(onlyValue(literal).get(), left.first());
      case SetLiteral literal -> set(literal);
      case Concatenation concatenation ->
          throw new Refusal(
              concatenation.at(), "a concatenation is compared with a set: write it in { }");
      case Expression value when !left.isSingle() ->
          throw new Refusal(value.at(), "a concatenation is compared with a set: expected { or @");
      case Expression value -> compare(value, left.first());
    };
  }

  private boolean negated(Token at) {
    if (!operator.isEmpty() && !operator.equals("==") && !operator.equals("!=")) {
      throw new Refusal(at, "operator " + operator + " cannot compare with a set: use !=");
    }
    return operator.equals("!=");
  }

  private Result namedSet(Token name) {
    boolean negated = negated(relation.operator().orElse(name));
    Values values = new Values.SetReference(sets.set(name, left));
    String text = left.text() + (negated ? " != @" : isMasked() ? " == @" : " @") + name.text();
    return new Result(new Step.Match(left.key(), values, negated), text, List.of());
  }

  private boolean isMasked() {
    return left.parts().stream().anyMatch(part -> !part.isWhole());
  }

  /** nft takes a set of one element of one field for the element itself. */
  private Optional<Expression> onlyValue(SetLiteral literal) {
    if (literal.elements().count() != 1 || !left.isSingle()) {
      return Optional.empty();
    }
    List<Expression> values = new ArrayList<>();
    literal
        .elements()
        .forEach(element -> {
          boolean plain = element.data().isEmpty() && element.verdict().isEmpty();
          boolean value =
              !(element.key() instanceof SetLiteral
                  || element.key() instanceof SetName
                  || element.key() instanceof Concatenation);
          if (plain && value) {
            values.add(element.key());
          }
        });
    return values.stream().findFirst();
  }

  private Result set(SetLiteral literal) {
    boolean negated = negated(relation.operator().orElse(literal.at()));
    ElementBuilder builder = new ElementBuilder(left.types(), false, ElementBuilder.Overlap.JOINED);
    builder.addAll(literal, true, element -> 0);
    ElementBuilder.Result built = builder.build();
    List<String> shown = builder.shown(built.elements(), SHOWN_MAX);
    String more = shown.size() == SHOWN_MAX ? ", ..." : "";
    String set = "{ " + String.join(", ", shown) + more + " }";
    String text = left.text() + (negated ? " != " : isMasked() ? " == " : " ") + set;
    Step step = new Step.Match(left.key(), built.elements(), negated);
    boolean names = !negated && !isMasked() && left.first().field().namesProtocol();
    List<Bits128> values =
        names && left.isSingle() ? singles(literal, left.types().getFirst()) : List.of();
    return new Result(step, text, values);
  }

  /** The single values in the order of the file: of headers the last one named counts. */
  private static List<Bits128> singles(SetLiteral literal, DataType type) {
    List<Bits128> singles = new ArrayList<>();
    literal
        .elements()
        .forEach(element -> {
          if (element.key() instanceof SetLiteral inner) {
            singles.addAll(singles(inner, type));
          } else if (element.key() instanceof Atom || element.key() instanceof Bits) {
            singles.add(ValueReader.single(element.key(), type));
          }
        });
    return singles;
  }

  /** {@code tcp flags a / b}: {@code flags & b == a}. */
  private Result flagMask(Expression mask) {
    KeyReader.Part part = left.first();
    DataType type = part.field().type();
    if (!left.isSingle() || !type.isFlags() || !part.isWhole()) {
      throw new Refusal(mask.at(), "/ and a mask is for tcp flags only");
    }
    if (!operator.isEmpty() && !operator.equals("==") && !operator.equals("!=")) {
      throw new Refusal(
          relation.operator().get(), "operator " + operator + " has no mask: use == or !=");
    }
    Bits128 value = ValueReader.single(relation.right(), type);
    KeyReader.Part masked =
        new KeyReader.Part(part.at(), part.field(), ValueReader.single(mask, type), Bits128.ZERO);
    return equal(masked, Span.of(value), operator.equals("!="), false);
  }

  private Result compare(Expression value, KeyReader.Part part) {
    DataType type = part.field().type();
    boolean implicitFlags =
        type.isFlags()
            && operator.isEmpty()
            && part.isWhole()
            && !(value instanceof Prefix || value instanceof Range);
    if (implicitFlags || operator.equals("!")) {
      return flags(value, part);
    }
    if (value instanceof Listing && !type.isFlags()) {
      // Says what is wrong.
      ValueReader.single(value, type);
    }
    return switch (operator) {
      case "", "==", "!=" ->
          equal(
              part, ValueReader.span(value, type), operator.equals("!="), value instanceof Prefix);
      default -> order(part, ValueReader.single(value, type));
    };
  }

  /**
   * Any of the flags, or with {@code !} none of them. If the flags were masked before, nft compares
   * them for equality.
   */
  private Result flags(Expression value, KeyReader.Part part) {
    DataType type = part.field().type();
    boolean none = operator.equals("!");
    if (!type.isFlags() || none && !part.isWhole()) {
      throw new Refusal(relation.operator().orElse(value.at()), "! is for tcp flags only");
    }
    Bits128 flags = ValueReader.single(value, type);
    Key key = new Key(List.of(new Key.Part(part.field().field(), flags.high(), flags.low())));
    Step step = new Step.Match(key, Intervals.of(type.bits(), 0, 0), !none);
    String text = part.field().text() + (none ? " ! " : " ") + type.show(flags);
    return new Result(step, text, List.of());
  }

  private Result equal(KeyReader.Part part, Span span, boolean negated, boolean asPrefix) {
    if (!part.flip().isZero() && !span.isSingle()) {
      throw new Refusal(part.at(), "not supported: | or ^ of a field that is not one value");
    }
    if (!part.flip().and(part.mask().not(part.bits())).isZero()) {
      return set(part, span.first(), negated);
    }
    Span compared = part.flip().isZero() ? span : Span.of(span.first().xor(part.flip()));
    int prefix = prefixLength(part, compared);
    Step step =
        prefix >= 0
            ? match(part, Bits128.ones(part.bits()), prefixSpan(compared, part, prefix), negated)
            : match(part, part.mask(), compared, negated);
    String text =
        prefix >= 0
            ? part.field().text()
                + (negated ? " != " : " ")
                + part.field().type().show(compared.first())
                + "/"
                + prefix
            : equalText(part, compared, negated, asPrefix);
    boolean names = !negated && part.isWhole() && span.isSingle();
    return new Result(step, text, names ? List.of(span.first()) : List.of());
  }

  /** {@code meta mark | 3 == 7}: bits that are set first are known, whatever the packet has. */
  private static Result set(KeyReader.Part part, Bits128 value, boolean negated) {
    Step step = match(part, part.mask(), Span.of(value.xor(part.flip())), negated);
    String sign = negated ? " != " : " == ";
    return new Result(step, part.text() + sign + part.field().type().show(value), List.of());
  }

  /** The length of the prefix that a mask of leading ones is, if the value fits it; else -1. */
  private static int prefixLength(KeyReader.Part part, Span span) {
    if (part.isWhole() || !span.isSingle() || !part.field().type().isAddress()) {
      return -1;
    }
    Bits128 hostBits = part.mask().not(part.bits());
    boolean leading = hostBits.equals(Bits128.ones(hostBits.bitCount()));
    return leading && span.first().and(hostBits).isZero() ? part.bits() - hostBits.bitCount() : -1;
  }

  private static Span prefixSpan(Span span, KeyReader.Part part, int length) {
    return new Span(span.first(), span.first().or(Bits128.ones(part.bits() - length)));
  }

  private static Step match(KeyReader.Part part, Bits128 mask, Span span, boolean negated) {
    Key key = new Key(List.of(new Key.Part(part.field().field(), mask.high(), mask.low())));
    Intervals intervals =
        Intervals.builder(part.bits(), 1)
            .add(span.first().high(), span.first().low(), span.last().high(), span.last().low())
            .build();
    return new Step.Match(key, intervals, negated);
  }

  private static String equalText(
      KeyReader.Part part, Span span, boolean negated, boolean asPrefix) {
    DataType type = part.field().type();
    String sign = negated ? " != " : " ";
    if (part.mask().equals(Bits128.ones(part.bits()))) {
      boolean flags = type.isFlags();
      String shown =
          flags && span.isSingle() ? show(type, span.first()) : type.show(span, asPrefix);
      return part.field().text()
          + (flags && span.isSingle() && !negated && !span.first().isZero() ? " == " : sign)
          + shown;
    }
    if (type.isFlags()) {
      return flagText(part, span.first(), negated);
    }
    return masked(part) + (negated ? " != " : " == ") + type.show(span, false);
  }

  /** {@code tcp flags syn / fin,syn}; of no flag set {@code ! fin,syn}, of any {@code fin,syn}. */
  private static String flagText(KeyReader.Part part, Bits128 value, boolean negated) {
    DataType type = part.field().type();
    String mask = type.show(part.mask());
    if (value.isZero()) {
      return part.field().text() + (negated ? " " : " ! ") + mask;
    }
    if (part.mask().equals(value) && value.bitCount() == 1) {
      return part.field().text() + " & " + mask + (negated ? " != " : " == ") + mask;
    }
    return part.field().text() + (negated ? " != " : " ") + type.show(value) + " / " + mask;
  }

  private static String masked(KeyReader.Part part) {
    return new KeyReader.Part(part.at(), part.field(), part.mask(), Bits128.ZERO).text();
  }

  private Result order(KeyReader.Part part, Bits128 value) {
    if (!part.flip().isZero()) {
      throw new Refusal(part.at(), "not supported: | or ^ of a field that is not one value");
    }
    Bits128 max = Bits128.ones(part.bits());
    Optional<Span> span =
        switch (operator) {
          case "<" ->
              value.isZero()
                  ? Optional.empty()
                  : Optional.of(new Span(Bits128.ZERO, value.minusOne()));
          case "<=" -> Optional.of(new Span(Bits128.ZERO, value));
          case ">" ->
              value.equals(max) ? Optional.empty() : Optional.of(new Span(value.plusOne(), max));
          default -> Optional.of(new Span(value, max));
        };
    Step step = span.map(s -> match(part, part.mask(), s, false)).orElseGet(() -> never(part));
    String text = part.text() + " " + operator + " " + show(part.field().type(), value);
    return new Result(step, text, List.of());
  }

  /** Of several flags nft prints the number. */
  private static String show(DataType type, Bits128 value) {
    return type.isFlags() && value.bitCount() > 1 ? "0x" + value.hex() : type.show(value);
  }

  private static Step never(KeyReader.Part part) {
    Intervals nothing = Intervals.builder(part.bits(), 0).build();
    return new Step.Match(Key.of(part.field().field()), nothing, false);
  }
}

package io.breakwater.config.nft;

import io.breakwater.config.nft.Expression.Atom;
import io.breakwater.config.nft.Expression.Bits;
import io.breakwater.config.nft.Expression.Listing;
import io.breakwater.config.nft.Expression.Prefix;
import io.breakwater.config.nft.Expression.Range;

/** Gives an expression its value, once the other side has told its type. */
final class ValueReader {

  private ValueReader() {}

  /** A value, a prefix or a range. */
  static Span span(Expression expression, DataType type) {
    return switch (expression) {
      case Prefix prefix -> prefix(prefix, type);
      case Range range -> range(range, type);
      default -> Span.of(single(expression, type));
    };
  }

  /** One value. */
  static Bits128 single(Expression expression, DataType type) {
    return switch (expression) {
      case Atom(Token at) -> type.parse(at);
      case Bits bits -> computed(bits, type);
      case Listing listing -> flags(listing, type);
      case Prefix prefix when span(prefix, type).isSingle() -> span(prefix, type).first();
      case Prefix prefix -> throw wrong(prefix, "a prefix", type);
      case Range range -> throw wrong(range, "a range", type);
      case Expression.Negative negative -> throw wrong(negative, "a negative number", type);
      case Expression.Concatenation concatenation ->
          throw wrong(concatenation, "a concatenation", type);
      case Expression.SetLiteral set -> throw wrong(set, "a set", type);
      case Expression.SetName set -> throw wrong(set, "a set", type);
    };
  }

  private static Refusal wrong(Expression expression, String what, DataType type) {
    return new Refusal(
        expression.at(), "unexpected " + what + ": expected one " + type.description());
  }

  /** Host bits are cleared, as nft does. */
  private static Span prefix(Prefix prefix, DataType type) {
    int length = (int) Numbers.parse(prefix.length(), "prefix length", 0, type.bits());
    Bits128 hostBits = Bits128.ones(type.bits() - length);
    Bits128 base = single(prefix.base(), type);
    return new Span(base.and(hostBits.not(type.bits())), base.or(hostBits));
  }

  private static Span range(Range range, DataType type) {
    Bits128 first = single(range.first(), type);
    Bits128 last = single(range.last(), type);
    if (first.compareTo(last) > 0) {
      throw new Refusal(
          range.at(), "range must ascend: " + type.show(first) + "-" + type.show(last));
    }
    return new Span(first, last);
  }

  private static Bits128 computed(Bits bits, DataType type) {
    Bits128 left = single(bits.left(), type);
    boolean shifts = bits.operator().is("<<") || bits.operator().is(">>");
    if (shifts) {
      if (!(bits.right() instanceof Atom(Token at)) || at.kind() != Token.Kind.NUMBER) {
        throw Refusal.unexpected(bits.right().at(), "a number of bits");
      }
      int count = (int) Numbers.parse(at, "shift", 0, type.bits() - 1);
      Bits128 shifted = bits.operator().is("<<") ? left.shiftLeft(count) : left.shiftRight(count);
      return shifted.and(Bits128.ones(type.bits()));
    }
    Bits128 right = single(bits.right(), type);
    return switch (bits.operator().text()) {
      case "|" -> left.or(right);
      case "&" -> left.and(right);
      default -> left.xor(right);
    };
  }

  private static Bits128 flags(Listing listing, DataType type) {
    if (!type.isFlags()) {
      throw new Refusal(
          listing.items().get(1).at(),
          "unexpected list: expected one " + type.description() + ", or a set in braces");
    }
    return listing.items().stream()
        .map(item -> single(item, type))
        .reduce(Bits128.ZERO, Bits128::or);
  }
}

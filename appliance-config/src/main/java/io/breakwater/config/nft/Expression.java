package io.breakwater.config.nft;

import java.util.List;
import java.util.Optional;

/**
 * What stands on the right-hand side: a value as it was written, whose type the left side gives.
 */
sealed interface Expression {

  Token at();

  /** A number, an address, a word or a quoted text. */
  record Atom(Token at) implements Expression {}

  /** {@code -5}, of a priority. */
  record Negative(Token at, Token number) implements Expression {}

  record Prefix(Expression base, Token length) implements Expression {
    @Override
    public Token at() {
      return base.at();
    }
  }

  record Range(Expression first, Expression last) implements Expression {
    @Override
    public Token at() {
      return first.at();
    }
  }

  /** {@code |}, {@code &}, {@code ^}, {@code <<} or {@code >>} of constants. */
  record Bits(Token operator, Expression left, Expression right) implements Expression {
    @Override
    public Token at() {
      return left.at();
    }
  }

  /** {@code syn,ack}: flags of which any counts. */
  record Listing(List<Expression> items) implements Expression {
    @Override
    public Token at() {
      return items.getFirst().at();
    }
  }

  record Concatenation(List<Expression> fields) implements Expression {
    @Override
    public Token at() {
      return fields.getFirst().at();
    }
  }

  record SetLiteral(Token at, ElementList elements) implements Expression {}

  /** {@code @office}; {@code at} is the name. */
  record SetName(Token at) implements Expression {}

  /**
   * An element of a set or a map.
   *
   * @param data of a map to values
   * @param verdict of a verdict map
   */
  record Element(
      Expression key,
      Optional<Token> timeout,
      Optional<Expression> data,
      Optional<VerdictSyntax> verdict) {}

  /**
   * A verdict as it was written.
   *
   * @param at the word {@code accept}, {@code jump} ...
   * @param chain of {@code jump} and {@code goto}
   */
  record VerdictSyntax(Token at, Optional<Token> chain) {}
}

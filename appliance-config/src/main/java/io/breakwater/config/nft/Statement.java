package io.breakwater.config.nft;

import io.breakwater.config.firewall.Limit;
import io.breakwater.config.firewall.Quota;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.nft.Expression.VerdictSyntax;
import java.util.List;
import java.util.Optional;

/** A part of a rule as it was written: names are not looked up, values have no type yet. */
sealed interface Statement {

  Token at();

  /**
   * A comparison.
   *
   * @param operator empty if none is written
   * @param flagMask b of {@code tcp flags a / b}
   */
  record Relation(
      Token at,
      Selector left,
      Optional<Token> operator,
      Expression right,
      Optional<Expression> flagMask)
      implements Statement {}

  record VerdictMap(Token at, Selector left, Expression map) implements Statement {}

  record Decision(VerdictSyntax verdict) implements Statement {
    @Override
    public Token at() {
      return verdict.at();
    }
  }

  record Counter(Token at, long packets, long bytes) implements Statement {}

  record LimitStatement(Token at, Limit limit) implements Statement {}

  record QuotaStatement(Token at, Quota quota) implements Statement {}

  /**
   * {@code counter name "x"}, {@code limit name "x"}, {@code quota name "x"}; {@code at} says
   * which.
   */
  record Named(Token at, Token name) implements Statement {}

  /**
   * @param text as it is printed
   */
  record Log(Token at, String prefix, String text) implements Statement {}

  /**
   * @param with empty: {@code reject} alone
   */
  record Reject(Token at, Optional<Step.Reject.With> with, Optional<Expression> code)
      implements Statement {}

  /** {@code meta mark set} to a constant. */
  record MarkConstant(Token at, Expression value) implements Statement {}

  /** {@code meta mark set} to what a field holds, or what a map has for it. */
  record MarkFrom(Token at, Selector source, Optional<Expression> map) implements Statement {}

  /**
   * {@code add @set { key timeout 1m counter }}.
   *
   * @param set the name
   */
  record SetUpdate(
      Token at,
      Step.UpdateSet.Operation operation,
      Token set,
      Selector key,
      Optional<Token> timeout,
      List<Statement> perElement)
      implements Statement {}

  /** {@code meter name size 128 { key limit ... }}. */
  record Meter(
      Token at,
      Token name,
      Optional<Token> size,
      Selector key,
      Optional<Token> timeout,
      List<Statement> perElement)
      implements Statement {}
}

package io.breakwater.config.nft;

import io.breakwater.config.nft.Expression.Atom;
import io.breakwater.config.nft.Expression.Bits;
import io.breakwater.config.nft.Expression.Concatenation;
import io.breakwater.config.nft.Expression.Element;
import io.breakwater.config.nft.Expression.Listing;
import io.breakwater.config.nft.Expression.Negative;
import io.breakwater.config.nft.Expression.Prefix;
import io.breakwater.config.nft.Expression.Range;
import io.breakwater.config.nft.Expression.SetLiteral;
import io.breakwater.config.nft.Expression.SetName;
import io.breakwater.config.nft.Expression.VerdictSyntax;
import io.breakwater.config.nft.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Parses values: right-hand sides, elements, and what {@code define} gives a name.
 *
 * <p>From weak to strong: {@code ,} of flags; {@code .} of concatenations; {@code -} of ranges and
 * {@code /} of prefixes; {@code |}; {@code ^}; {@code &}; shifts; one value or parentheses. A
 * variable is replaced by its value here.
 */
final class ExpressionParser {

  private static final String VALUE = "a value";

  /** How deep parentheses and sets may nest: this parser recurses. */
  private static final int DEPTH_MAX = 64;

  /** Words that cannot be values, since a rule goes on with them. */
  private static final Set<String> NOT_VALUES =
      Set.of(
          "accept",
          "drop",
          "continue",
          "return",
          "jump",
          "goto",
          "counter",
          "limit",
          "quota",
          "log",
          "reject",
          "comment",
          "timeout",
          "expires",
          "vmap",
          "map",
          "meter",
          "meta",
          "exthdr",
          "queue");

  private final Tokens tokens;
  private final Scope scope;
  private int depth;
  private boolean variablesSeen;

  ExpressionParser(Tokens tokens, Scope scope) {
    this.tokens = tokens;
    this.scope = scope;
  }

  /** What a variable may stand for. */
  Expression initializer() {
    if (tokens.at("-")) {
      Token minus = tokens.next();
      return new Negative(minus, tokens.expect(Kind.NUMBER, "a number"));
    }
    if (tokens.at("{")) {
      return setOrEmpty();
    }
    return listing();
  }

  /** The right-hand side of a comparison: a value, a range, a set, or flags. */
  Expression rightHandSide() {
    return tokens.at("{") ? set() : listing();
  }

  /** One value, or flags with commas between them. */
  Expression listing() {
    Expression first = concatenation();
    if (!tokens.at(",")) {
      return first;
    }
    List<Expression> items = new ArrayList<>(List.of(first));
    while (tokens.accept(",")) {
      items.add(bits());
    }
    return new Listing(items);
  }

  Expression concatenation() {
    Expression first = interval();
    if (!tokens.at(".")) {
      return first;
    }
    List<Expression> fields = new ArrayList<>(List.of(first));
    while (tokens.accept(".")) {
      fields.add(interval());
    }
    return new Concatenation(List.copyOf(fields));
  }

  private Expression interval() {
    Expression first = bits();
    if (tokens.accept("-")) {
      return new Range(first, bits());
    }
    // `flags a / b`: what follows is no number, and the caller's.
    return first;
  }

  /** A value without {@code .}, {@code -} and {@code ,} on top; a prefix is one. */
  Expression bits() {
    Expression left = exclusive();
    while (tokens.at("|")) {
      left = new Bits(tokens.next(), left, exclusive());
    }
    return left;
  }

  private Expression exclusive() {
    Expression left = conjunction();
    while (tokens.at("^")) {
      left = new Bits(tokens.next(), left, conjunction());
    }
    return left;
  }

  private Expression conjunction() {
    Expression left = shift();
    while (tokens.at("&")) {
      left = new Bits(tokens.next(), left, shift());
    }
    return left;
  }

  private Expression shift() {
    Expression left = primary();
    while (tokens.at("<<") || tokens.at(">>")) {
      left = new Bits(tokens.next(), left, primary());
    }
    return left;
  }

  /** A constant behind {@code &}, {@code |} or {@code ^} of a field. */
  Expression operand() {
    return shift();
  }

  private Expression primary() {
    Token token = tokens.peek();
    if (token.is("(")) {
      return nested(
          token,
          () -> {
            tokens.next();
            Expression inner = bits();
            tokens.expect(")");
            return inner;
          });
    }
    if (token.is("$")) {
      return variable();
    }
    if (token.is("@")) {
      tokens.next();
      return new SetName(tokens.expect(Kind.WORD, "the name of a set"));
    }
    return switch (token.kind()) {
      case NUMBER, ADDRESS, QUOTED -> prefixed(new Atom(tokens.next()));
      case WORD -> {
        if (NOT_VALUES.contains(token.text())) {
          throw Refusal.unexpected(token, VALUE);
        }
        yield new Atom(tokens.next());
      }
      default -> throw Refusal.unexpected(token, VALUE);
    };
  }

  private Expression variable() {
    tokens.expect("$");
    variablesSeen = true;
    return prefixed(scope.value(tokens.expect(Kind.WORD, "the name of a variable")));
  }

  /** {@code /} behind a number or an address begins a prefix length, if a number follows. */
  private Expression prefixed(Expression base) {
    boolean address = base instanceof Atom(Token at) && at.kind() != Kind.QUOTED;
    if (address && tokens.at("/")) {
      tokens.next();
      return new Prefix(base, tokens.expect(Kind.NUMBER, "a prefix length"));
    }
    return base;
  }

  /** {@code { a, b, c }}, with at least one element. */
  SetLiteral set() {
    SetLiteral set = setOrEmpty();
    if (set.elements().count() == 0) {
      throw new Refusal(set.at(), "a set without elements: expected at least one");
    }
    return set;
  }

  SetLiteral setOrEmpty() {
    Token open = tokens.expect("{");
    return nested(
        open,
        () -> {
          ElementList elements = new ElementList(open.source());
          tokens.skipNewlines();
          while (!tokens.at("}")) {
            Token first = tokens.peek();
            boolean outer = variablesSeen;
            variablesSeen = false;
            Element element = element();
            elements.add(element, first, !variablesSeen && !(element.key() instanceof SetLiteral));
            variablesSeen |= outer;
            tokens.skipNewlines();
            if (!tokens.accept(",")) {
              break;
            }
            tokens.skipNewlines();
          }
          if (!tokens.at("}")) {
            throw Refusal.unexpected(tokens.peek(), ", or }");
          }
          tokens.next();
          return new SetLiteral(open, elements);
        });
  }

  /** An element with what belongs to it. */
  Element element() {
    if (tokens.at("{")) {
      return new Element(setOrEmpty(), Optional.empty(), Optional.empty(), Optional.empty());
    }
    if (tokens.at("*")) {
      throw new Refusal(
          tokens.peek(), "not supported: * as the element that holds everything else");
    }
    Expression key = concatenation();
    Optional<Token> timeout = Optional.empty();
    while (true) {
      if (tokens.accept("timeout")) {
        timeout = Optional.of(time());
      } else if (tokens.accept("expires")) {
        time();
      } else if (tokens.accept("comment")) {
        text();
      } else if (tokens.at("counter") || tokens.at("limit") || tokens.at("quota")) {
        throw new Refusal(
            tokens.peek(), "not supported: " + tokens.peek().text() + " of an element");
      } else {
        break;
      }
    }
    if (!tokens.accept(":")) {
      return new Element(key, timeout, Optional.empty(), Optional.empty());
    }
    Optional<VerdictSyntax> verdict = verdict();
    return new Element(
        key,
        timeout,
        verdict.isPresent() ? Optional.empty() : Optional.of(concatenation()),
        verdict);
  }

  /** A verdict, if one is written here. */
  Optional<VerdictSyntax> verdict() {
    Token token = tokens.peek();
    return switch (token.kind() == Kind.WORD ? token.text() : "") {
      case "accept", "drop", "continue", "return" ->
          Optional.of(new VerdictSyntax(tokens.next(), Optional.empty()));
      case "jump", "goto" -> {
        tokens.next();
        yield Optional.of(new VerdictSyntax(token, Optional.of(chainName(token))));
      }
      default -> Optional.empty();
    };
  }

  private Token chainName(Token verdict) {
    if (tokens.at("{")) {
      throw new Refusal(
          tokens.peek(),
          "not supported: a chain without a name; write a chain and " + verdict.text() + " to it");
    }
    if (tokens.at("$")) {
      Token at = tokens.peek();
      return variable() instanceof Atom(Token name)
          ? name
          : refuse(at, "the variable must be the name of a chain");
    }
    return tokens.expect(Kind.WORD, "the name of a chain");
  }

  private static <T> T refuse(Token at, String message) {
    throw new Refusal(at, message);
  }

  /** A time such as {@code 1h30m}; a number alone is seconds. */
  Token time() {
    if (tokens.at(Kind.WORD) || tokens.at(Kind.NUMBER) || tokens.at(Kind.QUOTED)) {
      Token token = tokens.next();
      TimeText.parseNs(token);
      return token;
    }
    throw Refusal.unexpected(tokens.peek(), "a time such as 1h30m");
  }

  /** A word or a quoted text. */
  Token text() {
    if (tokens.at(Kind.QUOTED) || tokens.at(Kind.WORD)) {
      return tokens.next();
    }
    throw Refusal.unexpected(tokens.peek(), "a text in quotes");
  }

  private <T> T nested(Token at, Supplier<T> parse) {
    if (++depth > DEPTH_MAX) {
      throw new Refusal(at, "nested too deep: at most " + DEPTH_MAX + " levels");
    }
    T result = parse.get();
    depth--;
    return result;
  }
}

package io.breakwater.config.nft;

import io.breakwater.config.firewall.Limit;
import io.breakwater.config.firewall.Quota;
import io.breakwater.config.nft.Draft.Declared;
import io.breakwater.config.nft.Draft.Table;
import io.breakwater.config.nft.Token.Kind;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Parses a named counter, limit or quota, in a block or without. */
final class ObjectParser {

  private final Tokens tokens;
  private final CommonParser common;
  private final Draft draft;

  ObjectParser(Tokens tokens, CommonParser common, Draft draft) {
    this.tokens = tokens;
    this.common = common;
    this.draft = draft;
  }

  /**
   * @param kind the word {@code counter}, {@code limit} or {@code quota}
   */
  void object(Token kind, Table table, boolean create, Scope scope) {
    Token name = tokens.expect(Kind.WORD, "the name of a " + kind.text());
    Names.check(name);
    LimitParser limits = new LimitParser(tokens);
    switch (kind.text()) {
      case "counter" -> {
        long[] zero = {0, 0};
        Optional<long[]> value = value(scope, () -> tokens.at("packets") ? counter() : zero);
        declare(table.counters, name, create, value.orElse(zero));
      }
      case "limit" -> {
        Optional<Limit> value = value(scope, limits::limit);
        declare(table.limits, name, create, value.orElseThrow(() -> empty(name)));
      }
      default -> {
        Optional<Quota> value = value(scope, limits::quota);
        declare(table.quotas, name, create, value.orElseThrow(() -> empty(name)));
      }
    }
  }

  private static Refusal empty(Token name) {
    return new Refusal(name, "block is empty: of " + name.shown());
  }

  private long[] counter() {
    tokens.expect("packets");
    long packets = Numbers.parse(tokens.expect(Kind.NUMBER, "a number"));
    tokens.expect("bytes");
    return new long[] {packets, Numbers.parse(tokens.expect(Kind.NUMBER, "a number"))};
  }

  /** What {@code parse} reads, alone or in a block; empty if the block is. */
  private <T> Optional<T> value(Scope scope, Supplier<T> parse) {
    if (!tokens.accept("{")) {
      return Optional.of(parse.get());
    }
    Scope inner = new Scope(scope);
    Optional<T> value = Optional.empty();
    while (!tokens.at("}")) {
      if (tokens.accept("comment")) {
        common.text(inner);
      } else if (!common.accept(inner)) {
        Token at = tokens.peek();
        if (value.isEmpty()) {
          value = Optional.of(parse.get());
        }
        if (tokens.peek() == at) {
          throw Refusal.unexpected(at, "}");
        }
      }
    }
    tokens.next();
    return value;
  }

  private <T> void declare(Map<String, Declared<T>> objects, Token name, boolean create, T value) {
    if (create && objects.containsKey(name.text())) {
      throw new Refusal(name, "exists already: " + name.shown());
    }
    objects.putIfAbsent(name.text(), new Declared<>(name, draft.nextSequence(), value));
  }
}

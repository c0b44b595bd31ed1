package io.breakwater.config.nft;

import io.breakwater.config.nft.Draft.Collection;
import io.breakwater.config.nft.Draft.Table;
import io.breakwater.config.nft.Expression.SetLiteral;
import io.breakwater.config.nft.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Parses the declaration of a set or a map, item by item, and elements added to one. */
final class CollectionParser {

  private static final int FIELDS_MAX = 8;

  private final Tokens tokens;
  private final CommonParser common;
  private final Draft draft;

  CollectionParser(Tokens tokens, CommonParser common, Draft draft) {
    this.tokens = tokens;
    this.common = common;
    this.draft = draft;
  }

  /** The name; whether it is new is looked at when all is read. */
  Collection declare(Table table, boolean map, boolean create) {
    Token name = tokens.expect(Kind.WORD, map ? "the name of a map" : "the name of a set");
    Names.check(name);
    if (create && table.collections.containsKey(name.text())) {
      throw new Refusal(name, "set or map exists already: " + name.shown());
    }
    return new Collection(name, map, draft.nextSequence());
  }

  void item(Collection collection, Scope scope) {
    if (common.accept(scope)) {
      return;
    }
    Token what = tokens.next();
    switch (what.kind() == Kind.WORD ? what.text() : "") {
      case "type" -> {
        collection.key = types();
        if (collection.map) {
          data(collection);
        }
        tokens.expectSeparator();
      }
      case "typeof" -> {
        collection.key = typesOf(scope);
        if (collection.map) {
          dataOf(collection, scope);
        }
        tokens.expectSeparator();
      }
      case "flags" -> {
        flags(collection);
        tokens.expectSeparator();
      }
      case "timeout" -> {
        collection.timeout = Optional.of(new ExpressionParser(tokens, scope).time());
        tokens.expectSeparator();
      }
      case "gc-interval" -> {
        new ExpressionParser(tokens, scope).time();
        tokens.expectSeparator();
      }
      case "size" -> {
        Token size = tokens.expect(Kind.NUMBER, "a number");
        Numbers.parse(size, "size", 1, ElementList.COUNT_MAX);
        collection.size = Optional.of(size);
        tokens.expectSeparator();
      }
      case "policy" -> {
        Token policy = tokens.next();
        if (!policy.is("performance") && !policy.is("memory")) {
          throw Refusal.unexpected(policy, "performance or memory");
        }
        tokens.expectSeparator();
      }
      case "auto-merge" -> collection.autoMerge = true;
      case "elements" -> {
        tokens.expect("=");
        elements(collection, scope);
      }
      case "comment" -> {
        common.text(scope);
        tokens.expectSeparator();
      }
      case "counter", "limit", "quota" ->
          throw new Refusal(
              what,
              "not supported: a "
                  + what.text()
                  + " for every element; write it in the rule that adds them");
      default ->
          throw Refusal.unexpected(
              what, "type, typeof, flags, elements, size, timeout, auto-merge, policy or }");
    }
  }

  /** {@code { 192.0.2.1, 192.0.2.2 }}, or a variable that stands for it. */
  void elements(Collection collection, Scope scope) {
    ExpressionParser parser = new ExpressionParser(tokens, scope);
    if (tokens.at("$")) {
      Token at = tokens.peek();
      if (parser.operand() instanceof SetLiteral literal) {
        collection.elements.add(new Draft.Added(literal, draft.sequence()));
        return;
      }
      throw new Refusal(at, "the variable must be a set in braces");
    }
    if (!tokens.at("{")) {
      throw Refusal.unexpected(tokens.peek(), "{");
    }
    collection.elements.add(new Draft.Added(parser.set(), draft.sequence()));
  }

  private List<DataType> types() {
    List<DataType> types = new ArrayList<>();
    do {
      Token name = tokens.peek();
      types.add(type());
      if (types.size() > FIELDS_MAX) {
        throw new Refusal(name, "too many fields: at most " + FIELDS_MAX + " in a concatenation");
      }
    } while (tokens.accept("."));
    return List.copyOf(types);
  }

  private DataType type() {
    Token name = tokens.next();
    for (DataType type : DataType.OF_SETS) {
      if (name.is(type.name())) {
        return type;
      }
    }
    throw Unsupported.type(name);
  }

  private List<DataType> typesOf(Scope scope) {
    ExpressionParser expressions = new ExpressionParser(tokens, scope);
    return new SelectorParser(tokens, expressions)
        .selector().parts().stream().map(part -> part.field().type()).toList();
  }

  private void data(Collection map) {
    tokens.expect(":");
    Token name = tokens.peek();
    if (name.is("verdict")) {
      tokens.next();
      map.verdicts = true;
    } else if (name.is("counter") || name.is("limit") || name.is("quota")) {
      throw new Refusal(name, "not supported: a map to names of " + name.text() + "s");
    } else {
      map.data = Optional.of(onlyMarks(name, type()));
    }
  }

  private void dataOf(Collection map, Scope scope) {
    tokens.expect(":");
    Token at = tokens.peek();
    if (tokens.accept("verdict")) {
      map.verdicts = true;
      return;
    }
    List<DataType> types = typesOf(scope);
    map.data = Optional.of(onlyMarks(at, types.getFirst()));
  }

  private static DataType onlyMarks(Token at, DataType type) {
    if (type != DataType.MARK) {
      throw new Refusal(
          at, "not supported: a map to " + type.name() + ": only to verdict and to mark");
    }
    return type;
  }

  private void flags(Collection collection) {
    do {
      Token flag = tokens.next();
      switch (flag.kind() == Kind.WORD ? flag.text() : "") {
        case "interval" -> collection.interval = true;
        case "constant" -> collection.constant = true;
        case "timeout" -> collection.timeouts = true;
        case "dynamic" -> collection.dynamic = true;
        default -> throw Refusal.unexpected(flag, "constant, interval, timeout or dynamic");
      }
    } while (tokens.accept(","));
  }

  /** Adds it to the table, or its elements to the one that is there. */
  void finish(Table table, Collection collection) {
    if (collection.key.isEmpty()) {
      throw new Refusal(collection.name, "type is missing: of " + collection.name.shown());
    }
    if (collection.autoMerge && !collection.interval) {
      throw new Refusal(
          collection.name, "auto-merge needs flags interval: " + collection.name.shown());
    }
    if (collection.interval && collection.dynamic) {
      // As the kernel has it: no set type keeps intervals that the packet path adds.
      throw new Refusal(
          collection.name,
          "flags interval and dynamic exclude each other: " + collection.name.shown());
    }
    Collection first = table.collections.putIfAbsent(collection.name.text(), collection);
    if (first == null) {
      return;
    }
    if (first.map != collection.map
        || !first.key.equals(collection.key)
        || first.verdicts != collection.verdicts
        || first.interval != collection.interval) {
      throw new Refusal(
          collection.name,
          "set or map exists already with another type or other flags: " + collection.name.shown());
    }
    first.elements.addAll(collection.elements);
  }
}

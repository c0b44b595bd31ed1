package io.breakwater.config.nft;

import io.breakwater.config.firewall.TableFamily;
import io.breakwater.config.nft.Draft.Chain;
import io.breakwater.config.nft.Draft.Collection;
import io.breakwater.config.nft.Draft.Rule;
import io.breakwater.config.nft.Draft.Table;
import io.breakwater.config.nft.Draft.TableKey;
import io.breakwater.config.nft.Token.Kind;
import io.breakwater.config.text.NearestKey;
import io.breakwater.config.text.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Parses a file of commands, each of which may be a whole table in a block.
 *
 * <p>A mistake is recorded, and reading goes on with the next statement.
 */
final class RulesetParser {

  private static final int TABLES_MAX = 256;
  private static final int CHAINS_MAX = 4_096;
  private static final int RULES_MAX = 100_000;
  private static final int STATEMENTS_MAX = 256;
  private static final int COLLECTIONS_MAX = 4_096;

  private static final Set<String> COMMANDS =
      Set.of(
          "add", "create", "insert", "flush", "delete", "table", "chain", "rule", "element",
          "include", "define", "counter", "limit", "quota");

  private static final Set<String> WHOLE =
      Set.of(
          "list", "reset", "rename", "replace", "monitor", "export", "import", "get", "describe");

  private final Tokens tokens;
  private final CommonParser common;
  private final Problems problems;
  private final Draft draft = new Draft();
  private int chainCount;
  private int collectionCount;

  RulesetParser(Source source, SourceFiles files, Problems problems) {
    this.tokens = new Tokens(source, 0);
    this.problems = problems;
    this.common = new CommonParser(tokens, files, problems);
  }

  Draft parse() {
    Scope scope = new Scope();
    while (!tokens.at(Kind.END)) {
      recovering(0, () -> line(scope));
      if (tokens.at("}")) {
        report(Refusal.unexpected(tokens.next(), "a command such as table or add rule"));
      }
    }
    return draft;
  }

  private void recovering(int blockDepth, Runnable parse) {
    try {
      parse.run();
    } catch (Refusal refusal) {
      report(refusal);
      tokens.recover(blockDepth);
    }
  }

  private void report(Refusal refusal) {
    Token at = refusal.at();
    if (refusal.isConsequence()) {
      return;
    }
    problems.add(at.source().position(at.offset()), refusal.getMessage());
  }

  private void line(Scope scope) {
    if (common.accept(scope)) {
      return;
    }
    tokens.accept("nft");
    command(scope);
    tokens.expectSeparator();
  }

  private void command(Scope scope) {
    Token verb = tokens.peek();
    switch (verb.kind() == Kind.WORD ? verb.text() : "") {
      case "add", "create" -> {
        tokens.next();
        add(scope, verb.is("create"));
      }
      case "insert" -> {
        tokens.next();
        tokens.accept("rule");
        rule(scope, true);
      }
      case "flush", "delete", "destroy" -> {
        tokens.next();
        clear(verb);
      }
      default -> {
        if (verb.kind() == Kind.WORD && WHOLE.contains(verb.text())) {
          throw new Refusal(
              verb, "not supported: " + verb.text() + ": a ruleset is read from its files alone");
        }
        add(scope, false);
      }
    }
  }

  /** What is cleared before anything is declared, as files for {@code nft -f} begin. */
  private void clear(Token verb) {
    Token what = tokens.next();
    if (what.is("ruleset") && verb.is("flush")) {
      optionalFamily();
      if (draft.tables.values().stream().anyMatch(table -> !table.isEmpty())) {
        throw new Refusal(verb, "flush ruleset must come before everything else");
      }
      draft.tables.clear();
      return;
    }
    if (!what.is("table")) {
      throw new Refusal(
          what,
          "not supported: "
              + verb.text()
              + " "
              + what.shown()
              + ": a ruleset is read from its files alone");
    }
    TableKey key = tableKey();
    Table table = draft.tables.get(key);
    if (table != null && !table.isEmpty()) {
      throw new Refusal(
          verb, verb.text() + " table must come before the table's contents: " + key.name());
    }
    if (!verb.is("flush")) {
      draft.tables.remove(key);
    }
  }

  private void add(Scope scope, boolean create) {
    Token what = tokens.peek();
    switch (what.kind() == Kind.WORD ? what.text() : "") {
      case "table" -> {
        tokens.next();
        table(scope, create);
      }
      case "chain" -> {
        tokens.next();
        Table table = existingTable();
        Chain chain = chain(table, tokens.expect(Kind.WORD, "the name of a chain"), create);
        if (tokens.at("{")) {
          chainBlock(table, chain, new Scope(scope), new ArrayList<>());
        }
      }
      case "rule" -> {
        tokens.next();
        rule(scope, false);
      }
      case "set", "map" -> {
        tokens.next();
        Table table = existingTable();
        collection(table, what.is("map"), create, scope);
      }
      case "element" -> {
        tokens.next();
        Table table = existingTable();
        Token name = tokens.expect(Kind.WORD, "the name of a set");
        Collection collection = table.collections.get(name.text());
        if (collection == null) {
          throw new Refusal(name, "no such set or map: " + name.shown());
        }
        new CollectionParser(tokens, common, draft).elements(collection, scope);
      }
      case "counter", "limit", "quota" -> {
        tokens.next();
        Table table = existingTable();
        new ObjectParser(tokens, common, draft).object(what, table, create, scope);
      }
      case "flowtable", "ct", "secmark", "synproxy" -> throw Unsupported.object(what);
      default -> {
        NearestKey.of(what.text(), COMMANDS)
            .filter(nearest -> !isTable(what))
            .ifPresent(nearest -> {
              throw new Refusal(
                  what,
                  "unexpected "
                      + what.shown()
                      + ": expected a command: did you mean "
                      + nearest
                      + "?");
            });
        rule(scope, false);
      }
    }
  }

  /** A rule may begin with the name of its table alone, which then is of IPv4. */
  private boolean isTable(Token word) {
    return draft.tables.containsKey(new TableKey(TableFamily.IP, word.text()));
  }

  private void table(Scope scope, boolean create) {
    Token at = tokens.peek();
    TableKey key = tableKey();
    if (create && draft.tables.containsKey(key)) {
      throw new Refusal(at, "table exists already: " + key.name());
    }
    Table table = draft.tables.computeIfAbsent(key, Table::new);
    if (draft.tables.size() > TABLES_MAX) {
      throw new Refusal(at, "too many tables: at most " + TABLES_MAX);
    }
    if (!tokens.at("{")) {
      return;
    }
    tokens.next();
    List<Rule> rules = new ArrayList<>();
    Scope inner = new Scope(scope);
    block(() -> tableItem(table, inner, rules));
    // Within a block everything is declared before the rules are evaluated.
    rules.forEach(rule -> rule.visible = draft.sequence());
    table
        .collections
        .values()
        .forEach(collection ->
            collection.elements.replaceAll(
                added -> new Draft.Added(added.literal(), draft.sequence())));
  }

  /** Items until the brace that is open is closed. */
  private void block(Runnable item) {
    int depth = tokens.depth();
    while (!tokens.at("}")) {
      if (tokens.at(Kind.END)) {
        throw Refusal.unexpected(tokens.peek(), "}");
      }
      recovering(depth, item);
    }
    tokens.next();
  }

  private void tableItem(Table table, Scope scope, List<Rule> rules) {
    if (common.accept(scope)) {
      return;
    }
    Token what = tokens.next();
    switch (what.kind() == Kind.WORD ? what.text() : "") {
      case "chain" -> {
        Chain chain = chain(table, tokens.expect(Kind.WORD, "the name of a chain"), false);
        if (tokens.at("{")) {
          chainBlock(table, chain, new Scope(scope), rules);
        }
      }
      case "set", "map" -> collection(table, what.is("map"), false, scope);
      case "counter", "limit", "quota" ->
          new ObjectParser(tokens, common, draft).object(what, table, false, scope);
      case "comment" -> common.text(scope);
      case "flags" -> {
        tokens.next();
        throw new Refusal(what, "not supported: flags of a table");
      }
      case "flowtable", "ct", "secmark", "synproxy" -> throw Unsupported.object(what);
      default -> throw Refusal.unexpected(what, "chain, set, map, counter, limit, quota or }");
    }
    tokens.expectSeparator();
  }

  private Chain chain(Table table, Token name, boolean create) {
    Names.check(name);
    Chain chain = table.chains.get(name.text());
    if (chain != null && create) {
      throw new Refusal(name, "chain exists already: " + name.shown());
    }
    if (chain == null) {
      if (++chainCount > CHAINS_MAX) {
        throw new Refusal(name, "too many chains: at most " + CHAINS_MAX);
      }
      chain = new Chain(name, draft.nextSequence());
      table.chains.put(name.text(), chain);
    }
    return chain;
  }

  private void chainBlock(Table table, Chain chain, Scope scope, List<Rule> rules) {
    tokens.expect("{");
    ChainSpecParser specs = new ChainSpecParser(tokens, scope);
    block(() -> {
      if (common.accept(scope)) {
        return;
      }
      Token at = tokens.peek();
      switch (at.kind() == Kind.WORD ? at.text() : "") {
        case "type" -> specs.hook(table.key.family(), chain);
        case "policy" -> specs.policy(chain);
        case "comment" -> {
          tokens.next();
          common.text(scope);
        }
        case "flags" -> throw new Refusal(at, "not supported: flags of a chain");
        case "devices" -> throw new Refusal(at, "not supported: devices outside of type");
        default -> rules.add(rule(chain, scope, false));
      }
      tokens.expectSeparator();
    });
    rules.forEach(rule -> rule.visible = draft.sequence());
  }

  /** A rule as a command: table and chain stand before it. */
  private void rule(Scope scope, boolean first) {
    Table table = existingTable();
    Token name = tokens.expect(Kind.WORD, "the name of a chain");
    Chain chain = table.chains.get(name.text());
    if (chain == null) {
      throw new Refusal(name, "no such chain: " + name.shown());
    }
    if (tokens.at("index") || tokens.at("position") || tokens.at("handle")) {
      throw new Refusal(
          tokens.peek(), "not supported: " + tokens.peek().text() + ": write rules in their order");
    }
    rule(chain, scope, first);
  }

  private Rule rule(Chain chain, Scope scope, boolean first) {
    Token start = tokens.peek();
    StatementParser parser = new StatementParser(tokens, scope);
    List<Statement> statements = new ArrayList<>();
    Optional<Token> comment = Optional.empty();
    do {
      if (statements.size() == STATEMENTS_MAX) {
        throw new Refusal(tokens.peek(), "rule is too long: at most " + STATEMENTS_MAX + " parts");
      }
      statements.add(parser.statement());
      if (tokens.at("comment")) {
        tokens.next();
        comment = Optional.of(common.text(scope));
        break;
      }
    } while (!tokens.peek().isSeparator() && !tokens.at(Kind.END) && !tokens.at("}"));
    if (draft.ruleCount() == RULES_MAX) {
      throw new Refusal(start, "too many rules: at most " + RULES_MAX);
    }
    Rule rule = new Rule(draft.nextRuleIndex(), start, statements, comment, draft.sequence());
    chain.rules.add(first ? 0 : chain.rules.size(), rule);
    return rule;
  }

  private void collection(Table table, boolean map, boolean create, Scope scope) {
    if (++collectionCount > COLLECTIONS_MAX) {
      throw new Refusal(tokens.peek(), "too many sets and maps: at most " + COLLECTIONS_MAX);
    }
    CollectionParser parser = new CollectionParser(tokens, common, draft);
    Collection collection = parser.declare(table, map, create);
    Scope inner = new Scope(scope);
    tokens.expect("{");
    int before = problems.count();
    block(() -> parser.item(collection, inner));
    // What was refused in it, its type maybe, is not missing as well.
    if (problems.count() == before) {
      parser.finish(table, collection);
    } else {
      collection.refused = true;
      table.collections.putIfAbsent(collection.name.text(), collection);
    }
  }

  private Table existingTable() {
    Token at = tokens.peek();
    TableKey key = tableKey();
    Table table = draft.tables.get(key);
    if (table == null) {
      throw new Refusal(at, "no such table: " + key.family() + " " + key.name() + ": add it first");
    }
    return table;
  }

  private TableKey tableKey() {
    TableFamily family = optionalFamily();
    Token name = tokens.expect(Kind.WORD, "the name of a table");
    Names.check(name);
    return new TableKey(family, name.text());
  }

  private TableFamily optionalFamily() {
    Token token = tokens.peek();
    for (TableFamily family : TableFamily.values()) {
      if (token.is(family.toString())) {
        tokens.next();
        return family;
      }
    }
    if (token.is("arp") || token.is("bridge")) {
      throw new Refusal(token, "not supported: tables of family " + token.text());
    }
    return TableFamily.IP;
  }
}

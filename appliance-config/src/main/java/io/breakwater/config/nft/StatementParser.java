package io.breakwater.config.nft;

import io.breakwater.config.firewall.Step;
import io.breakwater.config.firewall.Step.UpdateSet.Operation;
import io.breakwater.config.nft.Expression.Atom;
import io.breakwater.config.nft.Expression.SetName;
import io.breakwater.config.nft.Expression.VerdictSyntax;
import io.breakwater.config.nft.Statement.Counter;
import io.breakwater.config.nft.Statement.Decision;
import io.breakwater.config.nft.Statement.LimitStatement;
import io.breakwater.config.nft.Statement.Log;
import io.breakwater.config.nft.Statement.MarkConstant;
import io.breakwater.config.nft.Statement.MarkFrom;
import io.breakwater.config.nft.Statement.Meter;
import io.breakwater.config.nft.Statement.Named;
import io.breakwater.config.nft.Statement.QuotaStatement;
import io.breakwater.config.nft.Statement.Reject;
import io.breakwater.config.nft.Statement.Relation;
import io.breakwater.config.nft.Statement.SetUpdate;
import io.breakwater.config.nft.Statement.VerdictMap;
import io.breakwater.config.nft.Token.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Parses one statement of a rule: a match, a verdict, a counter, a limit ... */
final class StatementParser {

  private static final Set<String> COMPARISONS = Set.of("==", "!=", "<", ">", "<=", ">=", "!");
  private static final int PREFIX_LENGTH_MAX = 127;

  private final Tokens tokens;
  private final ExpressionParser expressions;
  private final SelectorParser selectors;
  private final LimitParser limits;

  StatementParser(Tokens tokens, Scope scope) {
    this.tokens = tokens;
    this.expressions = new ExpressionParser(tokens, scope);
    this.selectors = new SelectorParser(tokens, expressions);
    this.limits = new LimitParser(tokens);
  }

  Statement statement() {
    Optional<VerdictSyntax> verdict = expressions.verdict();
    if (verdict.isPresent()) {
      return new Decision(verdict.get());
    }
    Token token = tokens.peek();
    if (SelectorParser.begins(token)) {
      return match();
    }
    return switch (token.kind() == Kind.WORD ? token.text() : "") {
      case "counter", "limit", "quota" -> stateful();
      case "log" -> log();
      case "reject" -> reject();
      case "add", "update", "delete" -> setUpdate();
      case "set" -> oldSetUpdate();
      case "meter" -> meter();
      default -> throw Unsupported.statement(token);
    };
  }

  private Statement match() {
    Token at = tokens.peek();
    Selector left = selectors.selector();
    if (tokens.at("vmap")) {
      tokens.next();
      return new VerdictMap(at, left, map());
    }
    if (tokens.at("set")) {
      return assignment(at, left);
    }
    if (tokens.at("map")) {
      throw new Refusal(tokens.peek(), "not supported: a comparison with what a map has");
    }
    Optional<Token> operator =
        tokens.at(Kind.SIGN) && COMPARISONS.contains(tokens.peek().text())
            ? Optional.of(tokens.next())
            : Optional.empty();
    Expression right = expressions.rightHandSide();
    Optional<Expression> flagMask =
        tokens.accept("/") ? Optional.of(expressions.listing()) : Optional.empty();
    return new Relation(at, left, operator, right, flagMask);
  }

  private Expression map() {
    if (tokens.at("{")) {
      return expressions.set();
    }
    Token at = tokens.peek();
    Expression map = expressions.operand();
    if (map instanceof SetName || map instanceof Expression.SetLiteral) {
      return map;
    }
    throw Refusal.unexpected(at, "{ or @ and the name of a map");
  }

  private Statement assignment(Token at, Selector left) {
    Token set = tokens.next();
    if (!left.isSingle() || !left.parts().getFirst().field().equals(Fields.META.get("mark"))) {
      throw new Refusal(
          set, "not supported: set: only meta mark can be set, packets stay as they are");
    }
    if (!SelectorParser.begins(tokens.peek())) {
      if (Unsupported.reason(tokens.peek()).isPresent()) {
        throw Unsupported.field(tokens.peek());
      }
      return new MarkConstant(at, expressions.bits());
    }
    Selector source = selectors.selector();
    return new MarkFrom(at, source, tokens.accept("map") ? Optional.of(map()) : Optional.empty());
  }

  /** {@code counter}, {@code limit} or {@code quota}. */
  private Statement stateful() {
    Token at = tokens.next();
    if (tokens.accept("name")) {
      if (SelectorParser.begins(tokens.peek())) {
        throw new Refusal(tokens.peek(), "not supported: a map of names of " + at.text() + "s");
      }
      return new Named(at, expressions.text());
    }
    return switch (at.text()) {
      case "counter" -> counter(at);
      case "limit" -> new LimitStatement(at, limits.limit());
      default -> new QuotaStatement(at, limits.quota());
    };
  }

  private Statement counter(Token at) {
    long packets = 0;
    long bytes = 0;
    while (tokens.at("packets") || tokens.at("bytes")) {
      boolean isPackets = tokens.next().is("packets");
      long value = Numbers.parse(tokens.expect(Kind.NUMBER, "a number"));
      packets = isPackets ? value : packets;
      bytes = isPackets ? bytes : value;
    }
    return new Counter(at, packets, bytes);
  }

  private Statement log() {
    Token at = tokens.next();
    String prefix = "";
    StringBuilder text = new StringBuilder("log");
    while (true) {
      Token option = tokens.peek();
      switch (option.kind() == Kind.WORD ? option.text() : "") {
        case "prefix" -> {
          tokens.next();
          prefix = prefix();
          text.append(" prefix \"").append(prefix).append('"');
        }
        case "level" -> {
          tokens.next();
          text.append(level());
        }
        case "group", "snaplen", "queue-threshold", "flags" ->
            throw new Refusal(
                option, "not supported: log " + option.text() + ": the journal has no such thing");
        default -> {
          return new Log(at, prefix, text.toString());
        }
      }
    }
  }

  private String prefix() {
    Token prefix = expressions.text();
    if (prefix.text().codePointCount(0, prefix.text().length()) > PREFIX_LENGTH_MAX) {
      throw new Refusal(
          prefix, "log prefix is too long: at most " + PREFIX_LENGTH_MAX + " characters");
    }
    if (prefix.text().indexOf('$') >= 0) {
      throw new Refusal(prefix, "not supported: a variable in a log prefix");
    }
    if (prefix.text().chars().anyMatch(Character::isISOControl)) {
      throw new Refusal(prefix, "log prefix must not have control characters");
    }
    return prefix.text();
  }

  /** The level is read, printed as nft does, and has no effect: the journal has one level. */
  private String level() {
    Token level = expressions.text();
    if (level.is("audit")) {
      throw new Refusal(level, "not supported: log level audit: the journal has no such thing");
    }
    if (!Set.of("emerg", "alert", "crit", "err", "warn", "notice", "info", "debug")
        .contains(level.text())) {
      throw Refusal.unexpected(level, "emerg, alert, crit, err, warn, notice, info or debug");
    }
    return level.text().equals("warn") ? "" : " level " + level.text();
  }

  private Statement reject() {
    Token at = tokens.next();
    if (!tokens.accept("with")) {
      return new Reject(at, Optional.empty(), Optional.empty());
    }
    Token with = tokens.next();
    return switch (with.kind() == Kind.WORD ? with.text() : "") {
      case "tcp" -> {
        tokens.expect("reset");
        yield new Reject(at, Optional.of(Step.Reject.With.TCP_RESET), Optional.empty());
      }
      case "icmp" -> unreachable(at, Step.Reject.With.ICMP);
      case "icmpv6" -> unreachable(at, Step.Reject.With.ICMPV6);
      case "icmpx" -> unreachable(at, Step.Reject.With.ICMPX);
      default -> throw Refusal.unexpected(with, "tcp reset, icmp, icmpv6 or icmpx");
    };
  }

  private Statement unreachable(Token at, Step.Reject.With with) {
    tokens.accept("type");
    if (!tokens.at(Kind.WORD) && !tokens.at(Kind.NUMBER)) {
      throw Refusal.unexpected(tokens.peek(), "a code such as port-unreachable");
    }
    return new Reject(at, Optional.of(with), Optional.of(new Atom(tokens.next())));
  }

  private Statement setUpdate() {
    Token at = tokens.next();
    Token set = setName();
    tokens.expect("{");
    Selector key = selectors.selector();
    Optional<Token> timeout = timeout();
    List<Statement> perElement = perElement();
    if (tokens.at(":")) {
      throw new Refusal(tokens.peek(), "not supported: a map that rules add to");
    }
    tokens.expect("}");
    return new SetUpdate(at, operation(at), set, key, timeout, perElement);
  }

  /** {@code set add ip saddr @office}, as it was written before nftables 0.8.3. */
  private Statement oldSetUpdate() {
    Token at = tokens.next();
    Token operation = tokens.next();
    if (!operation.is("add") && !operation.is("update") && !operation.is("delete")) {
      throw Refusal.unexpected(operation, "add, update or delete");
    }
    Selector key = selectors.selector();
    Optional<Token> timeout = timeout();
    return new SetUpdate(at, operation(operation), setName(), key, timeout, List.of());
  }

  private static Operation operation(Token word) {
    return switch (word.text()) {
      case "add" -> Operation.ADD;
      case "update" -> Operation.UPDATE;
      default -> Operation.DELETE;
    };
  }

  private Token setName() {
    Token at = tokens.peek();
    if (expressions.operand() instanceof SetName(Token name)) {
      return name;
    }
    throw Refusal.unexpected(at, "@ and the name of a set");
  }

  private Statement meter() {
    Token at = tokens.next();
    Token name = tokens.expect(Kind.WORD, "the name of a meter");
    Optional<Token> size =
        tokens.accept("size")
            ? Optional.of(tokens.expect(Kind.NUMBER, "a number"))
            : Optional.empty();
    tokens.expect("{");
    Selector key = selectors.selector();
    Optional<Token> timeout = timeout();
    List<Statement> perElement = perElement();
    if (perElement.size() != 1) {
      throw Refusal.unexpected(tokens.peek(), "one counter, limit or quota");
    }
    tokens.expect("}");
    return new Meter(at, name, size, key, timeout, perElement);
  }

  private Optional<Token> timeout() {
    return tokens.accept("timeout") ? Optional.of(expressions.time()) : Optional.empty();
  }

  private List<Statement> perElement() {
    List<Statement> statements = new ArrayList<>();
    while (tokens.at("counter") || tokens.at("limit") || tokens.at("quota")) {
      Statement statement = stateful();
      if (statement instanceof Named) {
        throw new Refusal(
            statement.at(), "a " + statement.at().text() + " of an element can't have a name");
      }
      statements.add(statement);
    }
    if (tokens.at("ct")) {
      throw Unsupported.statement(tokens.peek());
    }
    return List.copyOf(statements);
  }
}

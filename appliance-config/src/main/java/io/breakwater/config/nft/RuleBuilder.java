package io.breakwater.config.nft;

import io.breakwater.config.firewall.ElementMap;
import io.breakwater.config.firewall.Field.Meta;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.firewall.Step.MapReference;
import io.breakwater.config.firewall.Step.MarkSource;
import io.breakwater.config.firewall.TableFamily;
import io.breakwater.config.firewall.Verdict;
import io.breakwater.config.nft.Expression.Element;
import io.breakwater.config.nft.Expression.SetLiteral;
import io.breakwater.config.nft.Expression.SetName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Turns a rule as it was written into the steps that the kernel would take, and its normal text.
 *
 * <p>Matches that nft adds by itself stand before the statement that needs them, those of {@code
 * exthdr} and {@code reject} at the beginning of the rule, as with nft.
 */
final class RuleBuilder {

  private static final int SHOWN_MAX = 256;

  private final Draft.Rule rule;
  private final RulesetNames names;
  private final ProtocolContext protocols;
  private final RuleText text;
  private final List<Step> steps = new ArrayList<>();
  private Token terminal;

  RuleBuilder(Draft.Rule rule, TableFamily family, RulesetNames names) {
    this.rule = rule;
    this.names = names;
    this.protocols = new ProtocolContext(family);
    this.text = new RuleText(family);
    this.family = family;
  }

  private final TableFamily family;

  Rule build() {
    for (Statement statement : MergedFlags.of(rule.statements)) {
      if (terminal != null) {
        throw new Refusal(
            statement.at(),
            "nothing comes after " + terminal.text() + ": " + statement.at().shown());
      }
      add(statement);
    }
    return new Rule(
        rule.index, text.toString(), rule.first.place(), rule.comment.map(Token::text), steps);
  }

  private void add(Statement statement) {
    switch (statement) {
      case Statement.Relation relation -> relation(relation);
      case Statement.VerdictMap map -> verdictMap(map);
      case Statement.Decision decision -> decision(decision);
      case Statement.Counter counter ->
          step(new Step.Count(counter.packets(), counter.bytes()), "counter");
      case Statement.LimitStatement limit ->
          step(new Step.Limited(limit.limit()), LimitParser.show(limit.limit()));
      case Statement.QuotaStatement quota ->
          step(new Step.QuotaLimited(quota.quota()), LimitParser.show(quota.quota()));
      case Statement.Named named -> named(named);
      case Statement.Log log -> step(new Step.Log(log.prefix()), log.text());
      case Statement.Reject reject -> reject(reject);
      case Statement.MarkConstant mark -> markConstant(mark);
      case Statement.MarkFrom mark -> markFrom(mark);
      case Statement.SetUpdate update -> setUpdate(update);
      case Statement.Meter meter -> meter(meter);
    }
  }

  private void step(Step step, String shown) {
    steps.add(step);
    text.add(shown);
  }

  /** The key of a selector, with the matches that have to come before it. */
  private KeyReader key(Selector selector) {
    List<Selector.Part> parts = selector.parts().stream().map(this::known).toList();
    for (Selector.Part part : parts) {
      FieldSpec field = part.field();
      if (field.field() == Meta.NFPROTO && family != TableFamily.INET) {
        throw new Refusal(part.at(), "meta nfproto is for tables of family inet");
      }
      List<Step> required = protocols.require(field.header(), part.at());
      boolean first = field.header() == Header.EXTENSION;
      steps.addAll(first ? 0 : steps.size(), required);
      if (first && !required.isEmpty()) {
        text.implyFirst(Header.IP6);
      }
      text.reads(field.header());
    }
    return KeyReader.of(new Selector(parts));
  }

  /** {@code th dport} is {@code tcp dport} once the rule has matched TCP. */
  private Selector.Part known(Selector.Part part) {
    for (Header header : new Header[] {Header.TCP, Header.UDP}) {
      if (protocols.isTransport(header) && Fields.TH.containsValue(part.field())) {
        String name = part.field() == Fields.TH.get("sport") ? "sport" : "dport";
        return new Selector.Part(part.at(), Fields.of(header).get(name), part.operations());
      }
    }
    return part;
  }

  private void relation(Statement.Relation relation) {
    KeyReader left = key(relation.left());
    RelationBuilder.Result result = new RelationBuilder(relation, left, this::set).build();
    steps.add(result.step());
    FieldSpec field = left.first().field();
    if (left.isSingle() && field.namesProtocol()) {
      result.values().forEach(value -> protocols.matched(field, value));
      text.addProtocol(result.text(), field, result.values());
    } else {
      text.addMatch(result.text());
    }
  }

  private int set(Token name, KeyReader key) {
    Draft.Collection set = names.set(name, rule.visible);
    checkTypes(set, key);
    return names.setIndex(set);
  }

  private static void checkTypes(Draft.Collection collection, KeyReader key) {
    List<DataType> types = key.types();
    boolean same = types.size() == collection.key.size();
    for (int i = 0; same && i < types.size(); i++) {
      same = types.get(i).isSame(collection.key.get(i));
    }
    if (!same) {
      throw new Refusal(
          key.at(),
          collection.name.text()
              + " is of type "
              + typeText(collection.key)
              + ", and "
              + key.text()
              + " is "
              + typeText(types));
    }
  }

  private static String typeText(List<DataType> types) {
    return types.stream().map(DataType::name).collect(Collectors.joining(" . "));
  }

  private void verdictMap(Statement.VerdictMap statement) {
    KeyReader key = key(statement.left());
    MapReference map;
    String shown;
    switch (statement.map()) {
      case SetName(Token name) -> {
        Draft.Collection collection = names.map(name, rule.visible);
        if (!collection.verdicts) {
          throw new Refusal(name, "a map to marks is no verdict map: " + name.shown());
        }
        checkTypes(collection, key);
        map = new MapReference.Named(names.mapIndex(collection));
        shown = "@" + name.text();
      }
      case SetLiteral literal -> {
        VerdictTable verdicts = new VerdictTable(names, rule.visible);
        ElementBuilder builder =
            new ElementBuilder(key.types(), true, ElementBuilder.Overlap.REFUSED);
        builder.addAll(literal, true, verdicts::number);
        ElementBuilder.Result built = builder.build();
        map =
            new MapReference.Anonymous(
                built.elements(), new ElementMap.Data.Verdicts(verdicts.verdicts(built.data())));
        shown = mapText(builder, built, verdicts::show);
      }
      default -> throw new IllegalStateException("not a map: " + statement.map());
    }
    steps.add(new Step.DecideByMap(key.key(), map));
    text.addMatch(key.text() + " vmap " + shown);
  }

  private static String mapText(
      ElementBuilder builder,
      ElementBuilder.Result built,
      java.util.function.IntFunction<String> show) {
    List<String> keys = builder.shown(built.elements(), SHOWN_MAX);
    StringBuilder shown = new StringBuilder("{ ");
    for (int i = 0; i < keys.size(); i++) {
      shown
          .append(i == 0 ? "" : ", ")
          .append(keys.get(i))
          .append(" : ")
          .append(show.apply(built.data()[i]));
    }
    return shown.append(keys.size() == SHOWN_MAX ? ", ... }" : " }").toString();
  }

  private void decision(Statement.Decision decision) {
    Verdict verdict = names.verdict(decision.verdict(), rule.visible);
    if (verdict != Verdict.Simple.CONTINUE) {
      terminal = decision.at();
    }
    step(new Step.Decide(verdict), VerdictTable.show(decision.verdict()));
  }

  private void named(Statement.Named named) {
    Token name = named.name();
    Step step =
        switch (named.at().text()) {
          case "counter" -> new Step.CountNamed(names.counter(name, rule.visible));
          case "limit" -> new Step.LimitedNamed(names.limit(name, rule.visible));
          default -> new Step.QuotaLimitedNamed(names.quota(name, rule.visible));
        };
    step(step, named.at().text() + " name \"" + name.text() + '"');
  }

  private void reject(Statement.Reject statement) {
    RejectBuilder.Result result = new RejectBuilder(statement, family, protocols).build();
    result
        .needs()
        .ifPresent(header -> {
          steps.addAll(0, protocols.require(header, statement.at()));
          text.implyFirst(header);
        });
    terminal = statement.at();
    text.readsForReject(result.implied());
    step(result.step(), result.text());
  }

  private void markConstant(Statement.MarkConstant statement) {
    Bits128 mark = ValueReader.single(statement.value(), DataType.MARK);
    step(
        new Step.SetMark(new MarkSource.Constant((int) mark.low())),
        "meta mark set " + DataType.MARK.show(mark));
  }

  private void markFrom(Statement.MarkFrom statement) {
    KeyReader source = key(statement.source());
    if (statement.map().isPresent()) {
      markFromMap(source, statement.map().get());
      return;
    }
    KeyReader.Part part = source.first();
    if (!source.isSingle() || part.field().field() != Meta.MARK) {
      throw new Refusal(
          part.at(), "not supported: a mark from " + part.field().text() + ": use a map");
    }
    step(
        new Step.SetMark(new MarkSource.Changed((int) part.mask().low(), (int) part.flip().low())),
        "meta mark set " + part.text());
  }

  private void markFromMap(KeyReader key, Expression expression) {
    MapReference map;
    String shown;
    switch (expression) {
      case SetName(Token name) -> {
        Draft.Collection collection = names.map(name, rule.visible);
        if (collection.verdicts) {
          throw new Refusal(name, "a verdict map has no marks: " + name.shown());
        }
        checkTypes(collection, key);
        map = new MapReference.Named(names.mapIndex(collection));
        shown = "@" + name.text();
      }
      case SetLiteral literal -> {
        ElementBuilder builder =
            new ElementBuilder(key.types(), true, ElementBuilder.Overlap.REFUSED);
        builder.addAll(literal, true, RuleBuilder::mark);
        ElementBuilder.Result built = builder.build();
        map = new MapReference.Anonymous(built.elements(), new ElementMap.Data.Marks(built.data()));
        shown =
            mapText(builder, built, mark -> DataType.MARK.show(Bits128.of(mark & 0xffff_ffffL)));
      }
      default -> throw new IllegalStateException("not a map: " + expression);
    }
    step(
        new Step.SetMark(new MarkSource.FromMap(key.key(), map)),
        "meta mark set " + key.text() + " map " + shown);
  }

  /** The mark that an element of a map has. */
  static int mark(Element element) {
    Expression data =
        element
            .data()
            .orElseThrow(() -> new Refusal(element.key().at(), "a verdict is no packet mark"));
    return (int) ValueReader.single(data, DataType.MARK).low();
  }

  private void setUpdate(Statement.SetUpdate update) {
    Draft.Collection set = names.set(update.set(), rule.visible);
    KeyReader key = key(update.key());
    checkTypes(set, key);
    if (set.interval) {
      throw new Refusal(
          update.set(),
          "a set with flags interval cannot be changed by a rule: " + set.name.text());
    }
    if (set.constant) {
      throw new Refusal(
          update.set(), "a set with flags constant cannot be changed: " + set.name.text());
    }
    boolean timeouts = set.timeouts || set.timeout.isPresent();
    if (!timeouts && update.timeout().isPresent()) {
      throw new Refusal(
          update.timeout().get(), "timeout needs flags timeout of the set " + set.name.text());
    }
    set.dynamic = true;
    String operation = update.operation().name().toLowerCase(java.util.Locale.ROOT);
    step(
        updateStep(
            update.operation(), names.setIndex(set), key, update.timeout(), update.perElement()),
        operation
            + " @"
            + set.name.text()
            + elementText(key, update.timeout(), update.perElement()));
  }

  private void meter(Statement.Meter meter) {
    KeyReader key = key(meter.key());
    int set = names.meter(meter, key.types(), rule.visible);
    long size = meter.size().map(Numbers::parse).orElse((long) RulesetNames.METER_SIZE_DEFAULT);
    step(
        updateStep(Step.UpdateSet.Operation.ADD, set, key, meter.timeout(), meter.perElement()),
        "meter "
            + meter.name().text()
            + " size "
            + size
            + elementText(key, meter.timeout(), meter.perElement()));
  }

  private static Step updateStep(
      Step.UpdateSet.Operation operation,
      int set,
      KeyReader key,
      Optional<Token> timeout,
      List<Statement> perElement) {
    OptionalLong timeoutNs =
        timeout.map(time -> OptionalLong.of(TimeText.parseNs(time))).orElse(OptionalLong.empty());
    return new Step.UpdateSet(
        operation,
        set,
        key.key(),
        timeoutNs,
        perElement.stream().map(RuleBuilder::perElement).toList());
  }

  private static Step perElement(Statement statement) {
    return switch (statement) {
      case Statement.Counter counter -> new Step.Count(counter.packets(), counter.bytes());
      case Statement.LimitStatement limit -> new Step.Limited(limit.limit());
      case Statement.QuotaStatement quota -> new Step.QuotaLimited(quota.quota());
      default -> throw new IllegalStateException("not of an element: " + statement);
    };
  }

  private static String elementText(
      KeyReader key, Optional<Token> timeout, List<Statement> perElement) {
    StringBuilder shown = new StringBuilder(" { ").append(key.text());
    timeout.ifPresent(
        time -> shown.append(" timeout ").append(TimeText.format(TimeText.parseNs(time))));
    for (Statement statement : perElement) {
      shown
          .append(' ')
          .append(
              switch (statement) {
                case Statement.LimitStatement limit -> LimitParser.show(limit.limit());
                case Statement.QuotaStatement quota -> LimitParser.show(quota.quota());
                default -> "counter";
              });
    }
    return shown.append(" }").toString();
  }
}

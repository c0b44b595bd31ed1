package io.breakwater.config.nft;

import io.breakwater.config.firewall.Boxes;
import io.breakwater.config.firewall.Elements;
import io.breakwater.config.firewall.Field;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Intervals;
import io.breakwater.config.firewall.Key;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.firewall.TableFamily;
import io.breakwater.config.firewall.Values;
import io.breakwater.config.firewall.Verdict;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The steps of a rule in the words of the language, one by one: also those that nft adds silently
 * and does not print, and values of packets as it would print them.
 *
 * <p>Made from the model alone. What a rule is called as a whole is {@link Rule#text}, which may
 * say the same in another way.
 */
public final class StepText {

  /** Elements of a set in a rule that are printed; of the others only how many there are. */
  private static final int ELEMENTS_MAX = 8;

  private final Firewall firewall;
  private final TableFamily family;
  private final Rule rule;

  /**
   * @param family of the table that the rule is in
   */
  public StepText(Firewall firewall, TableFamily family, Rule rule) {
    this.firewall = firewall;
    this.family = family;
    this.rule = rule;
  }

  /** A field of the key of a step: {@code tcp dport}. */
  public String field(int step, Field field) {
    return names(step).of(field).text();
  }

  /** A value that a packet has in that field: {@code 22}. */
  public String value(int step, Field field, long high, long low) {
    FieldSpec spec = names(step).of(field);
    return spec.type().show(new Bits128(high, low));
  }

  private FieldText names(int step) {
    return new FieldText(family, rule.steps().subList(0, step));
  }

  /** The step as it would be written. */
  public String of(int index) {
    return of(rule.steps().get(index), index);
  }

  private String of(Step step, int index) {
    return switch (step) {
      case Step.Match match -> match(match, index);
      case Step.Count _ -> "counter";
      case Step.CountNamed named ->
          "counter name \"" + firewall.counters().get(named.counter()).name().name() + '"';
      case Step.Limited limited -> LimitParser.show(limited.limit());
      case Step.LimitedNamed named -> {
        var limit = firewall.limits().get(named.limit());
        yield "limit name \""
            + limit.name().name()
            + "\" ("
            + LimitParser.show(limit.limit())
            + ')';
      }
      case Step.QuotaLimited limited -> LimitParser.show(limited.quota());
      case Step.QuotaLimitedNamed named -> {
        var quota = firewall.quotas().get(named.quota());
        yield "quota name \""
            + quota.name().name()
            + "\" ("
            + LimitParser.show(quota.quota())
            + ')';
      }
      case Step.UpdateSet update -> update(update, index);
      case Step.Log log -> "log prefix \"" + log.prefix() + '"';
      case Step.SetMark mark -> "meta mark set " + mark(mark.source(), index);
      case Step.Decide decide -> verdict(decide.verdict());
      case Step.DecideByMap map -> key(map.key(), index) + " vmap " + map(map.map());
      case Step.Reject reject -> reject(reject);
    };
  }

  // ---------------------------------------------------------------- matches

  private String match(Step.Match match, int index) {
    boolean single = match.key().isSingle();
    Key.Part part = match.key().parts().getFirst();
    FieldSpec spec = names(index).of(part.field());
    if (single && spec.type().isFlags() && !part.isWhole() && isZero(match.values())) {
      // What is written {@code tcp flags syn,ack}: any of them, or with ! none.
      Bits128 mask = new Bits128(part.maskHigh(), part.maskLow());
      return spec.text() + (match.negated() ? " " : " ! ") + spec.type().flags(mask, ",");
    }
    // Without an operator flags would mean any of them.
    boolean equals = single && (!part.isWhole() || spec.type().isFlags());
    String operator = match.negated() ? " != " : equals ? " == " : " ";
    return key(match.key(), index) + operator + values(match.values(), match.key(), index);
  }

  private static boolean isZero(Values values) {
    return values instanceof Intervals intervals
        && intervals.count() == 1
        && intervals.lastHigh(0) == 0
        && intervals.lastLow(0) == 0;
  }

  private String key(Key key, int index) {
    FieldText names = names(index);
    return key.parts().stream()
        .map(part -> {
          FieldSpec spec = names.of(part.field());
          return part.isWhole() ? spec.text() : spec.text() + " & " + mask(spec.type(), part);
        })
        .collect(Collectors.joining(" . "));
  }

  private static String mask(DataType type, Key.Part part) {
    Bits128 mask = new Bits128(part.maskHigh(), part.maskLow());
    if (type.isFlags()) {
      return "(" + type.flags(mask, " | ") + ")";
    }
    return type.isAddress() ? type.show(mask) : "0x" + mask.hex();
  }

  private String values(Values values, Key key, int index) {
    return switch (values) {
      case Values.SetReference(int set) -> "@" + firewall.sets().get(set).name().name();
      case Elements elements -> elements(elements, key, index);
    };
  }

  private String elements(Elements elements, Key key, int index) {
    if (elements.count() == 0) {
      return "< " + type(names(index), key, 0).show(Bits128.ZERO);
    }
    if (elements.count() == 1) {
      return element(elements, 0, key, index);
    }
    String shown =
        IntStream.range(0, Math.min(ELEMENTS_MAX, elements.count()))
            .mapToObj(i -> element(elements, i, key, index))
            .collect(Collectors.joining(", "));
    int more = elements.count() - ELEMENTS_MAX;
    return "{ " + shown + (more > 0 ? ", ... and %d more }".formatted(more) : " }");
  }

  private String element(Elements elements, int element, Key key, int index) {
    FieldText names = names(index);
    return switch (elements) {
      case Intervals intervals ->
          type(names, key, 0)
              .show(
                  new Span(
                      new Bits128(intervals.firstHigh(element), intervals.firstLow(element)),
                      new Bits128(intervals.lastHigh(element), intervals.lastLow(element))));
      case Boxes boxes ->
          IntStream.range(0, boxes.dimensions())
              .mapToObj(i -> {
                Boxes.Column column = boxes.column(i);
                return type(names, key, i)
                    .show(
                        new Span(
                            new Bits128(column.firstHigh(element), column.firstLow(element)),
                            new Bits128(column.lastHigh(element), column.lastLow(element))));
              })
              .collect(Collectors.joining(" . "));
    };
  }

  private static DataType type(FieldText names, Key key, int part) {
    return names.of(key.parts().get(part).field()).type();
  }

  // ---------------------------------------------------------------- the others

  private String update(Step.UpdateSet update, int index) {
    String each =
        update.perElement().stream()
            .map(step -> " " + of(step, index))
            .collect(Collectors.joining());
    return "%s @%s { %s%s }"
        .formatted(
            update.operation().name().toLowerCase(Locale.ROOT),
            firewall.sets().get(update.set()).name().name(),
            key(update.key(), index),
            each);
  }

  private String mark(Step.MarkSource source, int index) {
    return switch (source) {
      case Step.MarkSource.Constant(int mark) -> "0x%08x".formatted(mark);
      case Step.MarkSource.Changed(int mask, int flip) ->
          "meta mark & 0x%08x ^ 0x%08x".formatted(mask, flip);
      case Step.MarkSource.FromMap(var key, var map) -> key(key, index) + " map " + map(map);
    };
  }

  private String map(Step.MapReference map) {
    return switch (map) {
      case Step.MapReference.Named(int named) -> "@" + firewall.maps().get(named).name().name();
      case Step.MapReference.Anonymous(var keys, var data) ->
          "{ %d elements }".formatted(keys.count());
    };
  }

  /** {@code jump web}. */
  public String verdict(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Simple simple -> simple.toString();
      case Verdict.Jump(int chain) -> "jump " + firewall.chains().get(chain).name().name();
      case Verdict.Goto(int chain) -> "goto " + firewall.chains().get(chain).name().name();
    };
  }

  private static String reject(Step.Reject reject) {
    Bits128 code = Bits128.of(reject.code());
    return switch (reject.with()) {
      case TCP_RESET -> "reject with tcp reset";
      case ICMP -> "reject with icmp " + DataType.ICMP_CODE.show(code);
      case ICMPV6 -> "reject with icmpv6 " + DataType.ICMPV6_CODE.show(code);
      case ICMPX -> "reject with icmpx " + DataType.ICMPX_CODE.show(code);
    };
  }
}

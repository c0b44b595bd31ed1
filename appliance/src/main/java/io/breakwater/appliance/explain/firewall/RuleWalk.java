package io.breakwater.appliance.explain.firewall;

import io.breakwater.appliance.explain.firewall.FirewallState.Named;
import io.breakwater.appliance.explain.firewall.FirewallState.OfElement;
import io.breakwater.appliance.explain.firewall.FirewallState.OfRule;
import io.breakwater.appliance.explain.packet.PacketView;
import io.breakwater.config.firewall.ElementMap;
import io.breakwater.config.firewall.Elements;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Key;
import io.breakwater.config.firewall.Limit;
import io.breakwater.config.firewall.Quota;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.firewall.TableFamily;
import io.breakwater.config.firewall.Values;
import io.breakwater.config.firewall.Verdict;
import io.breakwater.config.nft.StepText;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Takes one packet through the steps of rules, in the order in which rules are come to: the mark
 * and what dynamic sets hold are kept from one to the next.
 */
final class RuleWalk {

  private final Firewall firewall;
  private final FirewallState state = new FirewallState();
  private final PacketView packet;
  private FieldReader fields;
  private int mark;

  RuleWalk(Firewall firewall, PacketView packet) {
    this.firewall = firewall;
    this.packet = packet;
    fields = new FieldReader(packet);
  }

  /** From here on the packet is as a router has changed it. */
  void forward() {
    fields = new FieldReader(packet.forwarded());
  }

  /**
   * How a rule ended.
   *
   * @param step the index of the step that ended it, or the number of steps
   * @param why that step was false, or empty
   * @param verdict what it decided; null: nothing, and the next rule's turn comes
   * @param reject how the packet is answered, with the verdict drop; null if it isn't
   */
  record Outcome(int step, String why, Verdict verdict, Step.Reject reject) {

    boolean matched() {
      return why.isEmpty();
    }
  }

  Outcome run(Rule rule, TableFamily family) {
    StepText text = new StepText(firewall, family, rule);
    List<Step> steps = rule.steps();
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof Step.Reject reject) {
        return new Outcome(i, "", Verdict.Simple.DROP, reject);
      }
      if (steps.get(i) instanceof Step.Decide(var verdict) && verdict != Verdict.Simple.CONTINUE) {
        return new Outcome(i, "", verdict, null);
      }
      if (steps.get(i) instanceof Step.DecideByMap(var key, var map)) {
        List<Reading> values = read(key, family);
        int element = find(map, values);
        if (element < 0) {
          return new Outcome(i, missing(text, i, key, values), null, null);
        }
        Verdict verdict = verdicts(map).get(element);
        if (verdict != Verdict.Simple.CONTINUE) {
          return new Outcome(i, "", verdict, null);
        }
        continue;
      }
      String why = take(steps.get(i), rule.index(), i, family, text);
      if (!why.isEmpty()) {
        return new Outcome(i, why, null, null);
      }
    }
    return new Outcome(steps.size(), "", null, null);
  }

  /** Why the step ends the rule; empty if it does not. */
  private String take(Step step, int rule, int index, TableFamily family, StepText text) {
    return switch (step) {
      case Step.Match match -> match(match, index, family, text);
      case Step.Limited(var limit) -> limited(new OfRule(rule, index), limit, index, text);
      case Step.LimitedNamed(int named) ->
          limited(new Named(named), firewall.limits().get(named).limit(), index, text);
      case Step.QuotaLimited(var quota) -> limited(new OfRule(rule, index), quota, index, text);
      case Step.QuotaLimitedNamed(int named) ->
          limited(new Named(named), firewall.quotas().get(named).quota(), index, text);
      case Step.UpdateSet update -> update(update, index, family, text);
      case Step.SetMark(var source) -> setMark(source, index, family, text);
      case Step.Count _, Step.CountNamed _, Step.Log _, Step.Decide _ -> "";
      case Step.DecideByMap _, Step.Reject _ ->
          throw new IllegalStateException("a verdict: " + step);
    };
  }

  private String limited(Object bucket, Limit limit, int index, StepText text) {
    return state.passes(bucket, limit, packet.lengthBytes())
        ? ""
        : limited(text.of(index), limit.over());
  }

  private String limited(Object owner, Quota quota, int index, StepText text) {
    return state.passes(owner, quota, packet.lengthBytes())
        ? ""
        : limited(text.of(index), quota.over());
  }

  private static String limited(String text, boolean over) {
    return text + (over ? ": the packet is within it" : ": the packet is over it");
  }

  // ---------------------------------------------------------------- matches

  private String match(Step.Match match, int index, TableFamily family, StepText text) {
    List<Reading> values = read(match.key(), family);
    String absence = absence(match.key(), values, index, text);
    if (!absence.isEmpty()) {
      return text.of(index) + ": " + absence;
    }
    boolean found =
        switch (match.values()) {
          case Values.SetReference(int set) -> isIn(set, values);
          case Elements elements -> ElementSearch.find(elements, values) >= 0;
        };
    return found != match.negated()
        ? ""
        : text.of(index)
            + ": the packet has "
            + shown(match.key(), readWhole(match.key(), family), index, text);
  }

  private boolean isIn(int set, List<Reading> values) {
    return state.isAdded(set, values)
        || ElementSearch.find(firewall.sets().get(set).elements(), values) >= 0
            && !state.isDeleted(set, values);
  }

  /** All bits of the fields of a key, those too that do not count. */
  private List<Reading> readWhole(Key key, TableFamily family) {
    return key.parts().stream().map(part -> fields.read(part.field(), family, mark)).toList();
  }

  private List<Reading> read(Key key, TableFamily family) {
    return key.parts().stream()
        .map(
            part -> fields.read(part.field(), family, mark).masked(part.maskHigh(), part.maskLow()))
        .toList();
  }

  private static String absence(Key key, List<Reading> values, int index, StepText text) {
    for (int i = 0; i < values.size(); i++) {
      if (!values.get(i).isPresent()) {
        String field = key.isSingle() ? "" : text.field(index, key.parts().get(i).field()) + ": ";
        return field + "the packet " + values.get(i).absence();
      }
    }
    return "";
  }

  private static String shown(Key key, List<Reading> values, int index, StepText text) {
    return IntStream.range(0, values.size())
        .mapToObj(i ->
            text.value(
                index, key.parts().get(i).field(), values.get(i).high(), values.get(i).low()))
        .collect(Collectors.joining(" . "));
  }

  // ---------------------------------------------------------------- maps and sets

  private int find(Step.MapReference map, List<Reading> key) {
    if (key.stream().anyMatch(value -> !value.isPresent())) {
      return -1;
    }
    return ElementSearch.find(
        switch (map) {
          case Step.MapReference.Named(int named) -> firewall.maps().get(named).keys();
          case Step.MapReference.Anonymous(var keys, var data) -> keys;
        },
        key);
  }

  private ElementMap.Data data(Step.MapReference map) {
    return switch (map) {
      case Step.MapReference.Named(int named) -> firewall.maps().get(named).data();
      case Step.MapReference.Anonymous(var keys, var data) -> data;
    };
  }

  private List<Verdict> verdicts(Step.MapReference map) {
    return ((ElementMap.Data.Verdicts) data(map)).verdicts();
  }

  private static String missing(StepText text, int index, Key key, List<Reading> values) {
    String absence = absence(key, values, index, text);
    return text.of(index)
        + ": "
        + (absence.isEmpty()
            ? "the packet has " + shown(key, values, index, text) + ", which is not in it"
            : absence);
  }

  private String setMark(Step.MarkSource source, int index, TableFamily family, StepText text) {
    switch (source) {
      case Step.MarkSource.Constant(int constant) -> mark = constant;
      case Step.MarkSource.Changed(int mask, int flip) -> mark = mark & mask ^ flip;
      case Step.MarkSource.FromMap(var key, var map) -> {
        List<Reading> values = read(key, family);
        int element = find(map, values);
        if (element < 0) {
          return missing(text, index, key, values);
        }
        mark = ((ElementMap.Data.Marks) data(map)).marks()[element];
      }
    }
    return "";
  }

  private String update(Step.UpdateSet update, int index, TableFamily family, StepText text) {
    List<Reading> key = read(update.key(), family);
    String absence = absence(update.key(), key, index, text);
    if (!absence.isEmpty()) {
      return text.of(index) + ": " + absence;
    }
    if (update.operation() == Step.UpdateSet.Operation.DELETE) {
      if (isIn(update.set(), key)) {
        state.delete(update.set(), key);
      }
      return "";
    }
    boolean present = isIn(update.set(), key);
    if (!present && !state.add(update.set(), firewall.sets().get(update.set()), key)) {
      return text.of(index) + ": the set is full";
    }
    OfElement element = new OfElement(update.set(), key);
    for (Step each : update.perElement()) {
      boolean passes =
          switch (each) {
            case Step.Limited(var limit) -> state.passes(element, limit, packet.lengthBytes());
            case Step.QuotaLimited(var quota) -> state.passes(element, quota, packet.lengthBytes());
            default -> true;
          };
      if (!passes) {
        return text.of(index) + ": the packet is not within the element's limit";
      }
    }
    return "";
  }
}

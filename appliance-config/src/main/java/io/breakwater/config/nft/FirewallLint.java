package io.breakwater.config.nft;

import io.breakwater.config.firewall.ElementMap;
import io.breakwater.config.firewall.ElementSet;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Firewall.Chain;
import io.breakwater.config.firewall.Key;
import io.breakwater.config.firewall.Place;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.firewall.Values;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Finds what is right and has no effect: rules that can never match, sets and chains that nothing
 * uses.
 *
 * <p>A rule is shadowed if rules before it in the same chain decide every packet that it could
 * match: {@code accept} ends this chain, whatever other base chains do. Each rule is a box over the
 * fields ({@link RuleBox}); what those before decide is taken away from it until nothing is left.
 * What cannot be told for certain is not told.
 *
 * <p>Cost: each rule against those before it, up to {@link #COMPARISONS_MAX} in all.
 */
public final class FirewallLint {

  static final int WARNINGS_MAX = 100;
  static final int COMPARISONS_MAX = 4_000_000;

  /** Rules that shadow one together are named up to here. */
  private static final int NAMED_MAX = 3;

  private final Firewall firewall;
  private final List<Warning> warnings = new ArrayList<>();
  private int comparisons;

  /**
   * Something that has no effect.
   *
   * @param place where it stands
   */
  public record Warning(Place place, String message) {

    @Override
    public String toString() {
      return place + ": warning: " + message;
    }
  }

  private FirewallLint(Firewall firewall) {
    this.firewall = firewall;
  }

  /** The warnings by their places; at most a hundred. */
  public static List<Warning> check(Firewall firewall) {
    FirewallLint lint = new FirewallLint(firewall);
    firewall.chains().forEach(lint::shadows);
    lint.unreachedChains();
    lint.unusedSets();
    lint.warnings.sort(
        Comparator.comparing((Warning warning) -> warning.place().source())
            .thenComparingInt(warning -> warning.place().line())
            .thenComparingInt(warning -> warning.place().column()));
    return lint.warnings.stream().limit(WARNINGS_MAX).toList();
  }

  private void shadows(Chain chain) {
    List<Rule> deciding = new ArrayList<>();
    List<RuleBox> boxes = new ArrayList<>();
    for (Rule rule : chain.rules()) {
      RuleBox box = RuleBox.of(rule, firewall);
      if (box.isEmpty()) {
        warn(rule.place(), "rule can never match: " + rule.text());
        continue;
      }
      List<Rule> shadowing = shadowing(box, rule, deciding, boxes);
      if (!shadowing.isEmpty()) {
        shadowed(rule, shadowing);
      } else if (box.endsChain()) {
        deciding.add(rule);
        boxes.add(box);
      }
    }
  }

  /** The rules before this one that leave nothing to it; none if something is left. */
  private List<Rule> shadowing(RuleBox box, Rule rule, List<Rule> deciding, List<RuleBox> boxes) {
    Map<Key.Part, SpanSet> rest = box.fields();
    List<Rule> shadowing = new ArrayList<>();
    for (int i = 0; i < boxes.size(); i++) {
      if (++comparisons > COMPARISONS_MAX) {
        return List.of();
      }
      RuleBox earlier = boxes.get(i);
      if (earlier.isEverything()) {
        return List.of(deciding.get(i));
      }
      if (box.subtract(rest, earlier)) {
        shadowing.add(deciding.get(i));
        if (rest.values().stream().anyMatch(SpanSet::isEmpty)) {
          return shadowing;
        }
      }
    }
    return List.of();
  }

  private void shadowed(Rule rule, List<Rule> by) {
    Rule last = by.getLast();
    if (by.size() == 1 && last.steps().equals(rule.steps())) {
      warn(rule.place(), "rule is a duplicate of the one at " + last.place() + ": " + rule.text());
      return;
    }
    String places =
        by.stream()
            .limit(NAMED_MAX)
            .map(r -> r.text() + " (" + r.place() + ")")
            .collect(Collectors.joining(", "));
    String more = by.size() > NAMED_MAX ? " and " + (by.size() - NAMED_MAX) + " more" : "";
    warn(rule.place(), "rule can never match: " + rule.text() + ": shadowed by " + places + more);
  }

  private void unreachedChains() {
    BitSet reached = new BitSet();
    firewall.baseChains().forEach(base -> reach(base.chain(), reached));
    for (int i = 0; i < firewall.chains().size(); i++) {
      if (!reached.get(i)) {
        Chain chain = firewall.chains().get(i);
        warn(
            chain.name().place(),
            "chain " + chain.name().name() + " is never reached: no base chain leads to it");
      }
    }
  }

  private void reach(int chain, BitSet reached) {
    if (reached.get(chain)) {
      return;
    }
    reached.set(chain);
    for (Rule rule : firewall.chains().get(chain).rules()) {
      JumpRules.targets(rule, firewall).forEach(target -> reach(target, reached));
    }
  }

  private void unusedSets() {
    BitSet sets = new BitSet();
    BitSet maps = new BitSet();
    firewall.rules().forEach(rule -> rule.steps().forEach(step -> use(step, sets, maps)));
    for (int i = 0; i < firewall.sets().size(); i++) {
      ElementSet set = firewall.sets().get(i);
      if (!sets.get(i)) {
        warn(set.name().place(), "set " + set.name().name() + " is never used");
      }
    }
    for (int i = 0; i < firewall.maps().size(); i++) {
      ElementMap map = firewall.maps().get(i);
      if (!maps.get(i)) {
        warn(map.name().place(), "map " + map.name().name() + " is never used");
      }
    }
  }

  private static void use(Step step, BitSet sets, BitSet maps) {
    switch (step) {
      case Step.Match(var key, Values.SetReference(int set), boolean negated) -> sets.set(set);
      case Step.UpdateSet update -> sets.set(update.set());
      case Step.DecideByMap(var key, Step.MapReference.Named(int map)) -> maps.set(map);
      case Step.SetMark(Step.MarkSource.FromMap(var key, Step.MapReference.Named(int map))) ->
          maps.set(map);
      default -> {}
    }
  }

  private void warn(Place place, String message) {
    if (warnings.size() < 10 * WARNINGS_MAX) {
      warnings.add(new Warning(place, message));
    }
  }
}

package io.breakwater.config.nft;

import io.breakwater.config.firewall.Boxes;
import io.breakwater.config.firewall.ElementSet;
import io.breakwater.config.firewall.Elements;
import io.breakwater.config.firewall.Field.Meta;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Intervals;
import io.breakwater.config.firewall.Key;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.firewall.Values;
import io.breakwater.config.firewall.Verdict;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a rule asks of a packet, as a box: for each field (or its masked bits) the values it may
 * have. Every packet that the rule matches is in its box.
 *
 * <p>A field in a box must be there at all, so a box without a field is larger than one with all
 * its values. Marks are in no box, since rules change them; neither are sets that change, nor large
 * ones.
 */
final class RuleBox {

  private static final int SPANS_MAX = 4_096;

  private final Firewall firewall;
  private final Map<Key.Part, SpanSet> fields = new LinkedHashMap<>();
  private boolean exact = true;
  private boolean decides;

  private RuleBox(Firewall firewall) {
    this.firewall = firewall;
  }

  static RuleBox of(Rule rule, Firewall firewall) {
    RuleBox box = new RuleBox(firewall);
    rule.steps().forEach(box::add);
    return box;
  }

  private void add(Step step) {
    switch (step) {
      case Step.Match match -> add(match);
      case Step.Count count -> {}
      case Step.CountNamed count -> {}
      case Step.Log log -> {}
      case Step.SetMark(Step.MarkSource.FromMap map) -> exact = false;
      case Step.SetMark mark -> {}
      case Step.Decide(Verdict verdict) ->
          decides = !(verdict instanceof Verdict.Jump) && verdict != Verdict.Simple.CONTINUE;
      case Step.Reject reject -> decides = true;
      case Step.Limited limited -> exact = false;
      case Step.LimitedNamed limited -> exact = false;
      case Step.QuotaLimited limited -> exact = false;
      case Step.QuotaLimitedNamed limited -> exact = false;
      case Step.UpdateSet update -> exact = false;
      case Step.DecideByMap map -> exact = false;
    }
  }

  private void add(Step.Match match) {
    boolean mark = match.key().parts().stream().anyMatch(part -> part.field() == Meta.MARK);
    Optional<Elements> elements = constant(match.values());
    if (mark || elements.isEmpty()) {
      exact = false;
      return;
    }
    switch (elements.get()) {
      case Intervals intervals when intervals.count() <= SPANS_MAX -> {
        Key.Part part = match.key().parts().getFirst();
        SpanSet spans = SpanSet.of(intervals);
        restrict(part, match.negated() ? spans.complement(intervals.bits()) : spans);
      }
      case Boxes boxes when boxes.count() <= SPANS_MAX && !match.negated() -> {
        for (int i = 0; i < boxes.dimensions(); i++) {
          restrict(match.key().parts().get(i), SpanSet.of(boxes.column(i)));
        }
        exact &= boxes.count() == 1;
      }
      default -> exact = false;
    }
  }

  private Optional<Elements> constant(Values values) {
    return switch (values) {
      case Elements elements -> Optional.of(elements);
      case Values.SetReference(int index) -> {
        ElementSet set = firewall.sets().get(index);
        boolean changes = set.dynamic() || !set.expiries().isEmpty() || set.timeoutNs().isPresent();
        yield changes ? Optional.empty() : Optional.of(set.elements());
      }
    };
  }

  /** Values of masked bits lie within the mask; those that don't are never there. */
  private void restrict(Key.Part part, SpanSet values) {
    SpanSet possible = part.isWhole() ? values : within(part, values);
    fields.merge(part, possible, SpanSet::intersection);
  }

  private static SpanSet within(Key.Part part, SpanSet values) {
    Bits128 mask = new Bits128(part.maskHigh(), part.maskLow());
    return new SpanSet(
        values.spans().stream()
            .filter(span -> !span.isSingle() || span.first().and(mask).equals(span.first()))
            .toList());
  }

  /** Whether no packet is in the box. */
  boolean isEmpty() {
    return fields.values().stream().anyMatch(SpanSet::isEmpty);
  }

  /** Whether every packet in the box ends its way through the chain here. */
  boolean endsChain() {
    return exact && decides;
  }

  /** Whether every packet is in the box. */
  boolean isEverything() {
    return exact && fields.isEmpty();
  }

  /**
   * Takes away from {@code rest}, which is this box or what is left of it, the packets that {@code
   * earlier} decides: possible if it covers all fields but one.
   *
   * @return whether something was taken away
   */
  boolean subtract(Map<Key.Part, SpanSet> rest, RuleBox earlier) {
    Key.Part open = null;
    for (Map.Entry<Key.Part, SpanSet> field : earlier.fields.entrySet()) {
      SpanSet mine = rest.get(field.getKey());
      if (mine == null) {
        return false;
      }
      if (!mine.isWithin(field.getValue())) {
        if (open != null) {
          return false;
        }
        open = field.getKey();
      }
    }
    if (open == null) {
      rest.replaceAll((part, values) -> new SpanSet(List.of()));
      return true;
    }
    SpanSet before = rest.get(open);
    SpanSet left = before.minus(earlier.fields.get(open));
    rest.put(open, left);
    return !left.equals(before);
  }

  /** A copy to subtract from. */
  Map<Key.Part, SpanSet> fields() {
    return new LinkedHashMap<>(fields);
  }
}

package io.breakwater.appliance.explain.firewall;

import io.breakwater.appliance.explain.packet.PacketView;
import io.breakwater.config.firewall.ElementSet;
import io.breakwater.config.firewall.Elements;
import io.breakwater.config.firewall.Field;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Firewall.BaseChain;
import io.breakwater.config.firewall.Firewall.Chain;
import io.breakwater.config.firewall.Intervals;
import io.breakwater.config.firewall.Key;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.firewall.Values;
import io.breakwater.config.nft.StepText;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Looks for the smallest change that would flip a verdict: let a packet through that is dropped or
 * rejected, or the other way round.
 *
 * <p>By trying: without a rule that matched; with another value in one field of the packet, the
 * nearest that makes a match true or false; with one match of a rule less, as if what it names held
 * the packet's value too; with the other policy. Of each kind the first that flips is told, in this
 * order. Bounded by {@link #RULES_MAX}.
 */
public final class SmallestChange {

  /** Rules that all walks together may come to: some seconds. */
  private static final long RULES_MAX = 1_000_000;

  private final Firewall firewall;
  private final PacketView packet;
  private final FirewallWalk walk;
  private final boolean accepted;
  private final List<String> found = new ArrayList<>();
  private long rulesTried;

  private SmallestChange(Firewall firewall, PacketView packet) {
    this.firewall = firewall;
    this.packet = packet;
    walk = FirewallWalk.walk(firewall, packet);
    accepted = walk.verdict().equals("accept");
  }

  /** Sentences such as {@code accepted if the rule at acme.nft:12 were absent}, smallest first. */
  public static List<String> of(Firewall firewall, PacketView packet) {
    SmallestChange change = new SmallestChange(firewall, packet);
    change.withoutRule().ifPresent(change.found::add);
    change.withOtherField().ifPresent(change.found::add);
    change.withoutMatch().ifPresent(change.found::add);
    change.withOtherPolicy().ifPresent(change.found::add);
    return change.found.isEmpty()
        ? List.of("no change of one rule, match, policy or field of the packet flips the verdict")
        : List.copyOf(change.found);
  }

  /** What the verdict would be, if it is on the other side. */
  private Optional<String> flipped(Firewall other, PacketView otherPacket) {
    if (rulesTried > RULES_MAX) {
      return Optional.empty();
    }
    FirewallWalk changed = FirewallWalk.walk(other, otherPacket);
    rulesTried += 1 + changed.tried().size();
    String verdict = changed.verdict();
    return verdict.equals("accept") == accepted
        ? Optional.empty()
        : Optional.of(
            switch (verdict) {
              case "accept" -> "accepted";
              case "drop" -> "dropped";
              default -> "rejected";
            });
  }

  // ---------------------------------------------------------------- rules

  /** The one that decided is tried first. */
  private Optional<String> withoutRule() {
    for (Rule rule : walk.matched().reversed()) {
      Optional<String> verdict = flipped(replacing(rule, _ -> null), packet);
      if (verdict.isPresent()) {
        return Optional.of(
            "%s if the rule at %s were absent: %s"
                .formatted(verdict.get(), FirewallWalk.place(rule), rule.text()));
      }
    }
    return Optional.empty();
  }

  /**
   * @param change null to leave the rule out
   */
  private Firewall replacing(Rule rule, UnaryOperator<Rule> change) {
    List<Chain> chains = new ArrayList<>();
    for (Chain chain : firewall.chains()) {
      List<Rule> rules = new ArrayList<>();
      for (Rule each : chain.rules()) {
        Rule kept = each.index() == rule.index() ? change.apply(each) : each;
        if (kept != null) {
          rules.add(kept);
        }
      }
      chains.add(new Chain(chain.name(), rules));
    }
    return with(chains, firewall.baseChains());
  }

  private Firewall with(List<Chain> chains, List<BaseChain> baseChains) {
    return new Firewall(
        chains,
        baseChains,
        firewall.sets(),
        firewall.maps(),
        firewall.counters(),
        firewall.limits(),
        firewall.quotas());
  }

  private Optional<String> withOtherPolicy() {
    for (BaseChain base : firewall.baseChains()) {
      List<BaseChain> changed =
          firewall.baseChains().stream()
              .map(each ->
                  each.chain() == base.chain()
                      ? new BaseChain(
                          each.chain(), each.hook(), each.priority(), !each.dropsByDefault())
                      : each)
              .toList();
      Optional<String> verdict = flipped(with(firewall.chains(), changed), packet);
      if (verdict.isPresent()) {
        return Optional.of(
            "%s if the policy of chain %s were %s"
                .formatted(
                    verdict.get(),
                    firewall.chains().get(base.chain()).name(),
                    base.dropsByDefault() ? "accept" : "drop"));
      }
    }
    return Optional.empty();
  }

  // ---------------------------------------------------------------- matches

  private Optional<String> withoutMatch() {
    for (FirewallWalk.Trial trial : walk.failed()) {
      Rule rule = trial.rule();
      int step = trial.outcome().step();
      if (!(rule.steps().get(step) instanceof Step.Match match)) {
        continue;
      }
      Optional<String> verdict = flipped(replacing(rule, each -> without(each, step)), packet);
      if (verdict.isPresent()) {
        StepText text = new StepText(firewall, trial.family(), rule);
        return Optional.of(
            "%s if the rule at %s matched the packet in %s: %s"
                .formatted(
                    verdict.get(),
                    FirewallWalk.place(rule),
                    text.field(step, match.key().parts().getFirst().field()),
                    trial.outcome().why()));
      }
    }
    return Optional.empty();
  }

  private static Rule without(Rule rule, int step) {
    List<Step> steps = new ArrayList<>(rule.steps());
    steps.remove(step);
    return new Rule(rule.index(), rule.text(), rule.place(), rule.comment(), steps);
  }

  // ---------------------------------------------------------------- the packet

  private Optional<String> withOtherField() {
    for (FirewallWalk.Trial trial : walk.tried().reversed()) {
      List<Step> steps = trial.rule().steps();
      int last = trial.outcome().matched() ? steps.size() - 1 : trial.outcome().step();
      // Of a rule that matched each match may be made false, of another the one that was false.
      int first = trial.outcome().matched() ? 0 : last;
      for (int step = first; step <= last; step++) {
        Optional<String> flip = withOtherField(trial, step);
        if (flip.isPresent()) {
          return flip;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> withOtherField(FirewallWalk.Trial trial, int step) {
    if (!(trial.rule().steps().get(step) instanceof Step.Match match)
        || !match.key().isSingle()
        || !(match.key().parts().getFirst().field() instanceof Field.Payload field)) {
      return Optional.empty();
    }
    Key.Part part = match.key().parts().getFirst();
    Reading present = new FieldReader(packet).read(field, trial.family(), 0);
    Optional<Intervals> values = intervals(match.values());
    if (!present.isPresent() || values.isEmpty()) {
      return Optional.empty();
    }
    boolean wanted = trial.outcome().matched() == match.negated();
    Optional<BigInteger> value = nearest(values.get(), number(present), part, wanted);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    PacketView changed =
        packet.withBits(base(field) + field.offsetBits(), field.bits(), value.get());
    if (changed == null) {
      return Optional.empty();
    }
    StepText text = new StepText(firewall, trial.family(), trial.rule());
    return flipped(firewall, changed)
        .map(verdict ->
            "%s if %s of the packet were %s and not %s: see the rule at %s"
                .formatted(
                    verdict,
                    text.field(step, field),
                    text.value(
                        step,
                        field,
                        value.get().shiftRight(Long.SIZE).longValue(),
                        value.get().longValue()),
                    text.value(step, field, present.high(), present.low()),
                    FirewallWalk.place(trial.rule())));
  }

  private int base(Field.Payload field) {
    return Byte.SIZE
        * switch (field.base()) {
          case LINK -> 0;
          case NETWORK -> packet.network;
          case TRANSPORT -> packet.transport();
        };
  }

  private Optional<Intervals> intervals(Values values) {
    Elements elements =
        switch (values) {
          case Values.SetReference(int set) -> {
            ElementSet named = firewall.sets().get(set);
            yield named.elements();
          }
          case Elements inRule -> inRule;
        };
    return elements instanceof Intervals intervals && intervals.count() > 0
        ? Optional.of(intervals)
        : Optional.empty();
  }

  private static BigInteger number(Reading value) {
    return unsigned(value.high()).shiftLeft(Long.SIZE).or(unsigned(value.low()));
  }

  private static BigInteger unsigned(long value) {
    return new BigInteger(Long.toUnsignedString(value));
  }

  /**
   * The value nearest to the present one whose bits under the mask are in the intervals, or aren't.
   */
  private static Optional<BigInteger> nearest(
      Intervals values, BigInteger present, Key.Part part, boolean within) {
    BigInteger mask = unsigned(part.maskHigh()).shiftLeft(Long.SIZE).or(unsigned(part.maskLow()));
    BigInteger masked = present.and(mask);
    BigInteger best = null;
    for (int i = 0; i < values.count(); i++) {
      BigInteger first =
          unsigned(values.firstHigh(i)).shiftLeft(Long.SIZE).or(unsigned(values.firstLow(i)));
      BigInteger last =
          unsigned(values.lastHigh(i)).shiftLeft(Long.SIZE).or(unsigned(values.lastLow(i)));
      List<BigInteger> ends =
          within
              ? List.of(first, last)
              : List.of(first.subtract(BigInteger.ONE), last.add(BigInteger.ONE));
      for (BigInteger end : ends) {
        boolean possible = end.signum() >= 0 && end.andNot(mask).signum() == 0;
        boolean in =
            possible && values.indexOf(end.shiftRight(64).longValue(), end.longValue()) >= 0;
        if (possible && in == within && isNearer(end, best, masked)) {
          best = end;
        }
      }
    }
    return Optional.ofNullable(best).map(value -> present.andNot(mask).or(value));
  }

  private static boolean isNearer(BigInteger value, BigInteger best, BigInteger to) {
    return best == null || value.subtract(to).abs().compareTo(best.subtract(to).abs()) < 0;
  }
}

package io.breakwater.appliance.explain.firewall;

import io.breakwater.appliance.explain.firewall.FirewallWay.ChainWay;
import io.breakwater.appliance.explain.firewall.FirewallWay.RuleStep;
import io.breakwater.appliance.explain.firewall.RuleWalk.Outcome;
import io.breakwater.appliance.explain.packet.PacketView;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Firewall.BaseChain;
import io.breakwater.config.firewall.Firewall.Chain;
import io.breakwater.config.firewall.Hook;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.firewall.TableFamily;
import io.breakwater.config.firewall.Verdict;
import io.breakwater.config.nft.StepText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Takes a packet through the base chains of a firewall, as nft_do_chain() of Linux does, and notes
 * each rule that it comes to.
 *
 * <p>Plain on purpose, and independent of what workers run: a test compares both. Rules with a
 * state are taken as a first packet finds them ({@link FirewallState}).
 */
public final class FirewallWalk {

  private final Firewall firewall;
  private final PacketView packet;
  private final RuleWalk rules;
  private final List<ChainWay> chains = new ArrayList<>();

  /** Each rule that the packet came to. */
  private final List<Trial> tried = new ArrayList<>();

  private String verdict = "accept";
  private String by = "no base chain sees it";
  private List<RuleStep> steps;

  /**
   * A rule, and how it ended for the packet.
   *
   * @param family of its table
   */
  record Trial(Rule rule, TableFamily family, Outcome outcome) {}

  private record Return(int chain, int next) {}

  private FirewallWalk(Firewall firewall, PacketView packet) {
    this.firewall = firewall;
    this.packet = packet;
    this.rules = new RuleWalk(firewall, packet);
  }

  /** Walks, and tells. */
  public static FirewallWay of(Firewall firewall, PacketView packet) {
    FirewallWalk walk = walk(firewall, packet);
    return new FirewallWay(walk.verdict, walk.by, walk.chains, null, null);
  }

  static FirewallWalk walk(Firewall firewall, PacketView packet) {
    FirewallWalk walk = new FirewallWalk(firewall, packet);
    walk.all();
    return walk;
  }

  /** In the packet's order. */
  List<Trial> tried() {
    return tried;
  }

  /** The rules that matched, in the packet's order. */
  List<Rule> matched() {
    return tried.stream().filter(trial -> trial.outcome.matched()).map(Trial::rule).toList();
  }

  /** Those that did not. */
  List<Trial> failed() {
    return tried.stream().filter(trial -> !trial.outcome.matched()).toList();
  }

  /** {@code accept}, {@code drop} or {@code reject}. */
  String verdict() {
    return verdict;
  }

  private void all() {
    boolean forwarded = false;
    for (BaseChain base : firewall.baseChains()) {
      TableFamily family = firewall.chains().get(base.chain()).name().family();
      if (!family.sees(packet.ipv6 ? 6 : 4)) {
        continue;
      }
      if (base.hook() == Hook.FORWARD && !forwarded) {
        if (packet.ttl() <= 1) {
          // A router answers it before it comes to this hook.
          return;
        }
        forwarded = true;
        rules.forward();
      }
      if (!baseChain(base, family)) {
        return;
      }
    }
  }

  /** Returns whether the packet goes on to the next base chain. */
  private boolean baseChain(BaseChain base, TableFamily family) {
    steps = new ArrayList<>();
    String policy = base.dropsByDefault() ? "drop" : "accept";
    Rule[] decided = new Rule[1];
    String end = chain(base.chain(), family, decided);
    boolean byPolicy = end.isEmpty();
    String ended = byPolicy ? policy : end;
    String name = firewall.chains().get(base.chain()).name().toString();
    chains.add(
        new ChainWay(
            name,
            base.hook().toString(),
            base.priority(),
            policy,
            ended,
            byPolicy ? "policy" : place(decided[0]),
            steps));
    verdict = ended;
    by =
        byPolicy
            ? "the policy of chain " + name
            : "the rule at " + place(decided[0]) + ": " + decided[0].text();
    return ended.equals("accept");
  }

  /** What a rule decided, or empty for the end of the chain. */
  private String chain(int first, TableFamily family, Rule[] decided) {
    Deque<Return> stack = new ArrayDeque<>();
    int chain = first;
    int next = 0;
    while (true) {
      List<Rule> list = firewall.chains().get(chain).rules();
      if (next == list.size()) {
        if (stack.isEmpty()) {
          return "";
        }
        Return back = stack.pop();
        chain = back.chain;
        next = back.next;
        continue;
      }
      Rule rule = list.get(next++);
      Outcome outcome = rules.run(rule, family);
      note(chain, rule, outcome, stack.size(), family);
      switch (outcome.verdict()) {
        case null -> {}
        case Verdict.Jump(int target) -> {
          stack.push(new Return(chain, next));
          chain = target;
          next = 0;
        }
        case Verdict.Goto(int target) -> {
          chain = target;
          next = 0;
        }
        case Verdict.Simple.RETURN -> next = list.size();
        case Verdict.Simple.CONTINUE -> {}
        case Verdict.Simple decision -> {
          decided[0] = rule;
          return outcome.reject() != null ? "reject" : decision.toString();
        }
      }
    }
  }

  private void note(int chain, Rule rule, Outcome outcome, int depth, TableFamily family) {
    tried.add(new Trial(rule, family, outcome));
    Chain of = firewall.chains().get(chain);
    StepText text = new StepText(firewall, family, rule);
    steps.add(
        new RuleStep(
            rule.index(),
            depth,
            of.name().name(),
            place(rule),
            rule.text(),
            outcome.matched(),
            outcome.verdict() == null ? null : decision(outcome, text),
            outcome.matched() ? null : outcome.why()));
  }

  private static String decision(Outcome outcome, StepText text) {
    return outcome.reject() != null ? text.of(outcome.step()) : text.verdict(outcome.verdict());
  }

  static String place(Rule rule) {
    return rule.place().source() + ":" + rule.place().line();
  }
}

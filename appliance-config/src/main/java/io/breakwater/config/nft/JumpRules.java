package io.breakwater.config.nft;

import io.breakwater.config.firewall.ElementMap;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.firewall.Verdict;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Jumps make no circle, and nest no deeper than the kernel lets them (NFT_JUMP_STACK_SIZE): so a
 * packet comes to an end.
 */
final class JumpRules {

  /** Of a chain that is not looked at yet, or is being looked at. */
  private static final int UNKNOWN = 0;

  private static final int OPEN = -1;

  private final Firewall firewall;
  private final Problems problems;
  private final Function<Rule, Position> positions;

  /** How many chains are nested from here on, this one included. */
  private final int[] depths;

  JumpRules(Firewall firewall, Problems problems, Function<Rule, Position> positions) {
    this.firewall = firewall;
    this.problems = problems;
    this.positions = positions;
    this.depths = new int[firewall.chains().size()];
  }

  void check() {
    for (int chain = 0; chain < depths.length; chain++) {
      depth(chain, 1);
    }
  }

  /**
   * @param nested how many chains led here, this one included: the recursion ends where the kernel
   *     would refuse
   */
  private int depth(int chain, int nested) {
    if (depths[chain] != UNKNOWN) {
      return depths[chain];
    }
    depths[chain] = OPEN;
    int deepest = 1;
    for (Rule rule : firewall.chains().get(chain).rules()) {
      for (int target : targets(rule, firewall)) {
        deepest = Math.max(deepest, 1 + below(rule, target, nested));
      }
    }
    depths[chain] = deepest;
    return deepest;
  }

  private int below(Rule rule, int target, int nested) {
    if (depths[target] == OPEN) {
      problems.add(positions.apply(rule), "jumps make a circle: to " + name(target));
      return 0;
    }
    int depth = nested == Firewall.JUMP_DEPTH_MAX ? 1 : depth(target, nested + 1);
    if (1 + depth > Firewall.JUMP_DEPTH_MAX || nested == Firewall.JUMP_DEPTH_MAX) {
      problems.add(
          positions.apply(rule),
          "jumps nest too deep: at most "
              + Firewall.JUMP_DEPTH_MAX
              + " chains one within the other, at "
              + name(target));
      return 0;
    }
    return depth;
  }

  private String name(int chain) {
    return firewall.chains().get(chain).name().name();
  }

  /** The chains that a rule may lead to. */
  static List<Integer> targets(Rule rule, Firewall firewall) {
    List<Integer> targets = new ArrayList<>();
    for (Step step : rule.steps()) {
      switch (step) {
        case Step.Decide(Verdict verdict) -> add(verdict, targets);
        case Step.DecideByMap(var key, Step.MapReference.Anonymous(var keys, var data)) ->
            add(data, targets);
        case Step.DecideByMap(var key, Step.MapReference.Named(int map)) -> {
          if (map < firewall.maps().size()) {
            add(firewall.maps().get(map).data(), targets);
          }
        }
        default -> {}
      }
    }
    return targets;
  }

  private static void add(ElementMap.Data data, List<Integer> targets) {
    if (data instanceof ElementMap.Data.Verdicts(List<Verdict> verdicts)) {
      verdicts.stream().distinct().forEach(verdict -> add(verdict, targets));
    }
  }

  private static void add(Verdict verdict, List<Integer> targets) {
    switch (verdict) {
      case Verdict.Jump(int chain) -> targets.add(chain);
      case Verdict.Goto(int chain) -> targets.add(chain);
      case Verdict.Simple simple -> {}
    }
  }
}

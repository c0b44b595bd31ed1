package io.breakwater.workers.pipeline.firewall;

import io.breakwater.workers.firewall.FirewallProgram;
import io.breakwater.workers.firewall.FirewallProgram.Chains;
import io.breakwater.workers.firewall.FirewallProgram.Tables;
import io.breakwater.workers.firewall.Instruction;
import io.breakwater.workers.firewall.RuleBucket;
import io.breakwater.workers.firewall.RuleTree;
import java.util.Arrays;

/**
 * The cycles that the worst packet takes through a firewall: the longest way down a tree and
 * through the list at its end, with all that its rules jump to.
 *
 * <p>An upper bound in steps, times what a step was measured to take with its memory in the cache.
 * Chains don't jump in circles, so the sum is finite; it may be astronomic, and then stays at the
 * largest long.
 */
final class CycleEstimate {

  private static final long TREE_STEP = 4;
  private static final long BUCKET_ENTRY = 10;
  private static final long RULE = 10;
  private static final long LOAD = 6;
  private static final long LOAD_BITS = 30;
  private static final long LOAD_OPTION = 60;
  private static final long LOAD_EXTENSION = 40;
  private static final long COUNT = 10;
  private static final long LOOK_UP = 40;
  private static final long PROBE = 25;
  private static final long SHARED = 60;
  private static final long UPDATE = 250;
  private static final long OTHER = 4;

  private final int[] code;
  private final int[] lists;
  private final long[] nodes;
  private final Tables tables;
  private final Chains chains;

  /** Of each chain; -1 if not known yet. */
  private final long[] byChain;

  private long dearest;
  private int dearestRule;

  CycleEstimate(int[] code, int[] lists, long[] nodes, Tables tables, Chains chains) {
    this.code = code;
    this.lists = lists;
    this.nodes = nodes;
    this.tables = tables;
    this.chains = chains;
    byChain = new long[chains.roots().length];
    Arrays.fill(byChain, -1);
  }

  /** Through all base chains. */
  long total() {
    long sum = 0;
    for (int chain : chains.base()) {
      sum = add(sum, chain(chain));
    }
    return sum;
  }

  /** The position in the code of the rule that takes most, with what it jumps to; 0 for none. */
  int dearestRule() {
    return dearestRule;
  }

  private long chain(int chain) {
    if (byChain[chain] < 0) {
      byChain[chain] = tree(chains.roots()[chain], 0);
    }
    return byChain[chain];
  }

  private long tree(int at, int depth) {
    long node = nodes[at];
    if (RuleTree.isLeaf(node)) {
      long leaf =
          RuleTree.kind(node) == RuleTree.BUCKET
              ? bucket(at + RuleTree.argument(node))
              : leaf(node);
      return add(TREE_STEP * (depth + 1), leaf);
    }
    int left = RuleTree.leftChild(node);
    return Math.max(tree(left, depth + 1), tree(left + 1, depth + 1));
  }

  private long leaf(long leaf) {
    return RuleTree.kind(leaf) == RuleTree.LIST ? list(RuleTree.argument(leaf)) : COUNT;
  }

  /** The dearest of its entries, with those before it. */
  private long bucket(int first) {
    long most = 0;
    long tried = 0;
    for (int at = first; ; at += RuleBucket.WORDS) {
      tried += BUCKET_ENTRY;
      most = Math.max(most, add(tried, leaf(nodes[at])));
      if (RuleBucket.matchesAll(nodes, at)) {
        return most;
      }
    }
  }

  private long list(int from) {
    long sum = 0;
    for (int next = from; lists[next] != FirewallProgram.END_OF_CHAIN; next++) {
      sum = add(sum, rule(lists[next]));
    }
    return sum;
  }

  private long rule(int start) {
    long sum = RULE;
    int at = start;
    while (Instruction.of(code[at]) != Instruction.NEXT) {
      sum = add(sum, instruction(code[at]));
      at = Instruction.after(code, at);
    }
    if (sum > dearest) {
      dearest = sum;
      dearestRule = start;
    }
    return sum;
  }

  private long instruction(int word) {
    int wide = Instruction.wide(word);
    return switch (Instruction.of(word)) {
      case Instruction.LOAD_8, Instruction.LOAD_16, Instruction.LOAD_32, Instruction.LOAD_META ->
          LOAD;
      case Instruction.LOAD_BITS -> LOAD_BITS;
      case Instruction.LOAD_OPTION, Instruction.LOAD_OPTION_EXISTS -> LOAD_OPTION;
      case Instruction.LOAD_EXTENSION -> LOAD_EXTENSION;
      case Instruction.COUNT -> COUNT;
      case Instruction.IN_SET, Instruction.MAP_MARK -> LOOK_UP;
      case Instruction.IN_TIMED ->
          (Instruction.small(word) & 2) != 0 ? PROBE * tables.keys()[wide].probes() : LOOK_UP;
      case Instruction.IN_KEYS -> PROBE * tables.keys()[wide].probes();
      case Instruction.MAP_KEY_MARK -> PROBE * tables.keys()[tables.mapSets()[wide]].probes();
      case Instruction.MAP_VERDICT -> add(LOOK_UP, targets(wide));
      case Instruction.MAP_KEY_VERDICT ->
          add(PROBE * tables.keys()[tables.mapSets()[wide]].probes(), targets(wide));
      case Instruction.LIMIT, Instruction.QUOTA, Instruction.IN_DYNAMIC, Instruction.LOG -> SHARED;
      case Instruction.UPDATE -> UPDATE;
      case Instruction.JUMP, Instruction.GOTO -> chain(wide);
      default -> OTHER;
    };
  }

  /** The dearest chain that a verdict map leads to. */
  private long targets(int map) {
    long most = 0;
    for (int verdict : tables.mapVerdicts()[map]) {
      int kind = Instruction.of(verdict);
      if (kind == Instruction.JUMP || kind == Instruction.GOTO) {
        most = Math.max(most, chain(Instruction.wide(verdict)));
      }
    }
    return most;
  }

  private static long add(long first, long second) {
    long sum = first + second;
    return sum < 0 ? Long.MAX_VALUE : sum;
  }
}

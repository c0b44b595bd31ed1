package io.breakwater.workers.pipeline.firewall;

import io.breakwater.workers.firewall.FirewallProgram;
import io.breakwater.workers.firewall.FirewallProgram.Chains;
import io.breakwater.workers.firewall.FirewallProgram.Tables;
import io.breakwater.workers.firewall.FrontSet;
import io.breakwater.workers.firewall.RuleBucket;
import io.breakwater.workers.firewall.RuleTree;
import java.util.Map;

/**
 * A firewall as the compiler leaves it: without counters' slots and without state, so that it can
 * be judged before it goes live.
 *
 * @param nodes leaves count 1 for the first rule, 2 for the second, and 0 for none
 * @param treeNodes how many are before the buckets
 */
record FirewallCode(
    int ruleCount,
    int[] code,
    int[] lists,
    long[] nodes,
    int treeNodes,
    Chains ipv4,
    Chains ipv6,
    Tables tables,
    StateRecipe state,
    FirewallCost cost) {

  /**
   * The program that workers run.
   *
   * @param ruleBase slot of the first rule's counter
   * @param before see {@link StateRecipe#make}
   * @param kept see {@link StateRecipe#make}
   */
  FirewallProgram link(
      int ruleBase, Map<String, Object> before, Map<String, Object> kept, long nowNs) {
    long[] linked = nodes.clone();
    for (int at = 0; at < treeNodes; at++) {
      if (RuleTree.isLeaf(linked[at])) {
        linked[at] = linked(linked[at], at, ruleBase);
      }
    }
    for (int at = treeNodes; at < linked.length; at += RuleBucket.WORDS) {
      linked[at] = linked(linked[at], 0, ruleBase);
    }
    return new FirewallProgram(
        ruleBase,
        ruleCount,
        code,
        lists,
        linked,
        treeNodes,
        ipv4,
        ipv6,
        tables,
        state.make(before, kept, nowNs),
        FrontSet.of(code, lists, tables, ruleBase, policy()));
  }

  /** Of the only base chain of IPv4: where there are more, no leaf ends a packet's way. */
  private int policy() {
    boolean drops = ipv4.base().length == 1 && ipv4.dropsByDefault()[0];
    return drops ? RuleTree.DROP : RuleTree.ACCEPT;
  }

  private static long linked(long leaf, int at, int ruleBase) {
    int kind = RuleTree.kind(leaf);
    int argument = RuleTree.argument(leaf);
    boolean counts = (kind == RuleTree.ACCEPT || kind == RuleTree.DROP) && argument != 0;
    return counts ? RuleTree.leaf(at, kind, ruleBase + argument - 1) : leaf;
  }
}

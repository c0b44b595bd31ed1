package io.breakwater.workers.pipeline.firewall;

import io.breakwater.workers.firewall.FirewallProgram;
import io.breakwater.workers.firewall.FirewallProgram.Chains;
import io.breakwater.workers.firewall.FirewallProgram.Tables;
import io.breakwater.workers.firewall.RuleTree;
import java.util.Map;

/**
 * A firewall as the compiler leaves it: without counters' slots and without state, so that it can
 * be judged before it goes live.
 *
 * @param nodes leaves count 1 for the first rule, 2 for the second, and 0 for none
 */
record FirewallCode(
    int ruleCount,
    int[] code,
    int[] lists,
    long[] nodes,
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
    for (int at = 0; at < linked.length; at++) {
      long leaf = linked[at];
      if (RuleTree.isLeaf(leaf)
          && RuleTree.kind(leaf) != RuleTree.LIST
          && RuleTree.argument(leaf) != 0) {
        int slot = ruleBase + RuleTree.argument(leaf) - 1;
        linked[at] = RuleTree.leaf(at, RuleTree.kind(leaf), slot);
      }
    }
    return new FirewallProgram(
        ruleBase,
        ruleCount,
        code,
        lists,
        linked,
        ipv4,
        ipv6,
        tables,
        state.make(before, kept, nowNs));
  }
}

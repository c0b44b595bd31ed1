package io.breakwater.workers.firewall;

/**
 * One tenant's ruleset, compiled.
 *
 * <p>A chain is a {@link RuleTree} whose leaves end in verdicts or in lists: positions of rules in
 * {@code code}, in the order of evaluation, ended by {@link #END_OF_CHAIN}. A list names only rules
 * that packets of that leaf may match, and a rule whose matches are all true there by the position
 * behind its matches.
 *
 * <p>Immutable but for what {@code state} keeps, which all workers share.
 *
 * @param ruleBase slot of the first rule's counter in {@link RuleCounters}
 * @param ruleCount rules and named counters, which have the slots from {@code ruleBase} on
 * @param code instructions; position 0 is no rule's
 * @param lists of all chains
 * @param nodes of all chains' trees, and behind them their buckets; arguments of leaves that count
 *     a rule are slots
 * @param treeNodes how many are before the buckets
 * @param ipv4 what packets of IPv4 run through
 * @param ipv6 what packets of IPv6 run through
 * @param tables what the code looks up
 * @param state what rules keep from packet to packet
 * @param front a rule that a batch tests for all its packets together; null if there is none
 */
public record FirewallProgram(
    int ruleBase,
    int ruleCount,
    int[] code,
    int[] lists,
    long[] nodes,
    int treeNodes,
    Chains ipv4,
    Chains ipv6,
    Tables tables,
    State state,
    FrontSet front) {

  /** Ends a list. */
  public static final int END_OF_CHAIN = 0;

  /**
   * The chains as one version of IP meets them.
   *
   * @param roots of all chains' trees
   * @param base the base chains in order, by index
   * @param dropsByDefault their policies
   * @param forward whether a base chain is at the hook behind the router's own work
   */
  public record Chains(int[] roots, int[] base, boolean[] dropsByDefault, boolean[] forward) {}

  /**
   * @param sets named and anonymous, also the keys of maps
   * @param keys the same of concatenations
   * @param mapMarks of each map to marks, by element
   * @param mapVerdicts of each verdict map, by element: a word of {@link Instruction#APPLY}'s kinds
   * @param mapSets which of {@code sets} or {@code keys} is each map's
   */
  public record Tables(
      ElementTable[] sets,
      TupleTable[] keys,
      int[][] mapMarks,
      int[][] mapVerdicts,
      int[] mapSets) {}

  /**
   * Limits, quotas and sets that rules change: those of rules that did not change survive.
   *
   * @param expiries of each set that rules don't change and whose elements stay for a time: when
   *     each goes, or {@link DynamicSet#NEVER}
   */
  public record State(
      TokenLimit[] limits,
      ByteQuota[] quotas,
      DynamicSet[] dynamicSets,
      SetUpdate[] updates,
      long[][] expiries) {}

  /** What packets of a version run through. */
  public Chains chains(boolean ipv6) {
    return ipv6 ? this.ipv6 : ipv4;
  }
}

package io.breakwater.workers.pipeline.firewall;

/**
 * A rule as a tree sees it.
 *
 * @param region of packets of one version
 * @param start position of the rule in the code
 * @param actions position behind its first matches
 * @param leafKind {@code RuleTree.ACCEPT} or {@code DROP} if it counts and decides and no more; 0
 *     else
 * @param slot of its counter
 * @param isFinal whether no rule comes after it for a packet that its first matches let by
 */
record ChainRule(
    RuleRegion region, int start, int actions, int leafKind, int slot, boolean isFinal) {

  /** Whether a leaf that lies in the region need not look at any match. */
  boolean isExact() {
    return region.isExact();
  }
}

package io.breakwater.workers.firewall;

/**
 * Takes the packets of a batch down their trees together, so that the memory of one is waited for
 * while others are computed.
 *
 * <p>Each pass goes {@value #STEPS} steps with each packet that is not at a leaf yet. Those whose
 * leaf is a {@link RuleBucket} then try its rules in the same way: a pass is one rule for each
 * packet that has not met its own. Threading: one for each worker.
 */
public final class RuleTreeWalk {

  private static final int STEPS = 4;

  /** What {@link RuleTree} asks for, of each packet. */
  public final int[] fields;

  /** Where each packet is: its tree's root before, its leaf, which is no bucket, after the walk. */
  public final int[] positions;

  /** Which packets are to be led. */
  public final int[] asked;

  private final int[] active;

  /** What buckets compare, of each packet. */
  private final long[] packed;

  public RuleTreeWalk(int capacity) {
    fields = new int[capacity << RuleTree.FIELDS_SHIFT];
    positions = new int[capacity];
    asked = new int[capacity];
    active = new int[capacity];
    packed = new long[capacity];
  }

  /** Leads the first {@code count} packets of {@link #asked} to their leaves. */
  public void walk(long[] nodes, int count) {
    System.arraycopy(asked, 0, active, 0, count);
    int left = count;
    while (left > 0) {
      left = pass(nodes, left);
    }
    left = beginBuckets(nodes, count);
    while (left > 0) {
      left = tryRule(nodes, left);
    }
  }

  private int pass(long[] nodes, int count) {
    int[] at = positions;
    int[] values = fields;
    int[] waiting = active;
    int left = 0;
    for (int a = 0; a < count; a++) {
      int k = waiting[a];
      int base = k << RuleTree.FIELDS_SHIFT;
      int position = at[k];
      position = RuleTree.step(nodes[position], values, base);
      position = RuleTree.step(nodes[position], values, base);
      position = RuleTree.step(nodes[position], values, base);
      position = RuleTree.step(nodes[position], values, base);
      at[k] = position;
      waiting[left] = k;
      left += RuleTree.isInner(nodes[position]);
    }
    return left;
  }

  /** Those at a bucket go to its first rule. */
  private int beginBuckets(long[] nodes, int count) {
    int[] at = positions;
    int[] values = fields;
    int[] waiting = active;
    long[] packs = packed;
    int left = 0;
    for (int a = 0; a < count; a++) {
      int k = asked[a];
      long leaf = nodes[at[k]];
      int isBucket = RuleTree.isBucket(leaf);
      packs[k] = RuleBucket.pack(values, k << RuleTree.FIELDS_SHIFT);
      at[k] += RuleTree.argument(leaf) & -isBucket;
      waiting[left] = k;
      left += isBucket;
    }
    return left;
  }

  /** Those whose rule does not match go to the next one. */
  private int tryRule(long[] nodes, int count) {
    int[] at = positions;
    int[] values = fields;
    int[] waiting = active;
    long[] packs = packed;
    int left = 0;
    for (int a = 0; a < count; a++) {
      int k = waiting[a];
      int base = k << RuleTree.FIELDS_SHIFT;
      int position = at[k];
      int source = values[base + RuleTree.SOURCE];
      int destination = values[base + RuleTree.DESTINATION];
      int misses = RuleBucket.misses(nodes, position, source, destination, packs[k]);
      at[k] = position + (RuleBucket.WORDS & -misses);
      waiting[left] = k;
      left += misses;
    }
    return left;
  }
}

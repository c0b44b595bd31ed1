package io.breakwater.workers.firewall;

/**
 * Takes the packets of a batch down their trees together, so that the memory of one is waited for
 * while others are computed.
 *
 * <p>Each pass goes {@value #STEPS} steps with each packet that is not at a leaf yet. Threading:
 * one for each worker.
 */
public final class RuleTreeWalk {

  private static final int STEPS = 4;

  /** What {@link RuleTree} asks for, of each packet. */
  public final int[] fields;

  /** Where each packet is: its tree's root before, its leaf after {@link #walk}. */
  public final int[] positions;

  private final int[] active;

  public RuleTreeWalk(int capacity) {
    fields = new int[capacity << RuleTree.FIELDS_SHIFT];
    positions = new int[capacity];
    active = new int[capacity];
  }

  /** Leads the first {@code count} packets to their leaves. */
  public void walk(long[] nodes, int count) {
    int left = begin(nodes, count);
    while (left > 0) {
      left = pass(nodes, left);
    }
  }

  /** The first pass, of all packets. */
  private int begin(long[] nodes, int count) {
    int[] at = positions;
    int[] values = fields;
    int[] waiting = active;
    int left = 0;
    for (int k = 0; k < count; k++) {
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
}

package io.breakwater.workers.pipeline.firewall;

import io.breakwater.workers.firewall.RuleTree;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The rules of a chain as boxes: one interval for each dimension. A rule for several intervals,
 * such as {@code tcp dport { 80, 443 }}, is several boxes, or, if they were more than {@value
 * #BOXES_PER_RULE_MAX}, one around them that is not exact.
 */
final class BoxList {

  private static final int BOXES_PER_RULE_MAX = 64;
  private static final int DIMENSIONS = RuleTree.DIMENSIONS;
  private static final long[] LEAST = new long[DIMENSIONS];
  private static final long[] GREATEST = new long[DIMENSIONS];

  static {
    Arrays.fill(GREATEST, 0xffff_ffffL);
    GREATEST[RuleTree.PROTOCOL] = RuleTree.NO_PROTOCOL;
    GREATEST[RuleTree.SOURCE_PORT] = RuleTree.NO_PORT;
    GREATEST[RuleTree.DESTINATION_PORT] = RuleTree.NO_PORT;
  }

  private int count;
  private int[] rules = new int[16];
  private boolean[] exact = new boolean[16];

  /** By box and dimension. */
  private long[] first = new long[16 * DIMENSIONS];

  private long[] last = new long[16 * DIMENSIONS];

  /** Those that some rule does not leave open. */
  private int[] dimensions;

  private BoxList() {}

  static BoxList of(List<ChainRule> rules) {
    BoxList boxes = new BoxList();
    boolean[] used = new boolean[DIMENSIONS];
    for (int i = 0; i < rules.size(); i++) {
      boxes.add(i, rules.get(i), used);
    }
    boxes.dimensions = IntStream.range(0, DIMENSIONS).filter(d -> used[d]).toArray();
    return boxes;
  }

  private void add(int rule, ChainRule of, boolean[] used) {
    if (of.region().isNever()) {
      return;
    }
    int parts = 1;
    for (int d = 0; d < DIMENSIONS; d++) {
      Spans spans = of.region().allowed(d);
      if (spans != null) {
        used[d] = true;
        parts = Math.min(parts * spans.count(), BOXES_PER_RULE_MAX + 1);
      }
    }
    boolean whole = parts <= BOXES_PER_RULE_MAX;
    for (int part = 0; part < (whole ? parts : 1); part++) {
      int box = allocate(rule, of.isExact() && whole) * DIMENSIONS;
      int rest = part;
      for (int d = 0; d < DIMENSIONS; d++) {
        Spans spans = of.region().allowed(d);
        if (spans == null) {
          first[box + d] = 0;
          last[box + d] = GREATEST[d];
        } else if (whole) {
          int span = rest % spans.count();
          rest /= spans.count();
          first[box + d] = spans.ends()[2 * span];
          last[box + d] = spans.ends()[2 * span + 1];
        } else {
          first[box + d] = spans.first();
          last[box + d] = spans.last();
        }
      }
    }
  }

  private int allocate(int rule, boolean isExact) {
    if (count == rules.length) {
      rules = Arrays.copyOf(rules, 2 * count);
      exact = Arrays.copyOf(exact, 2 * count);
      first = Arrays.copyOf(first, 2 * first.length);
      last = Arrays.copyOf(last, 2 * last.length);
    }
    rules[count] = rule;
    exact[count] = isExact;
    return count++;
  }

  /** The greatest value of each dimension. */
  static long[] greatest() {
    return GREATEST.clone();
  }

  int[] dimensions() {
    return dimensions;
  }

  int count() {
    return count;
  }

  /** Index of the box's rule. */
  int rule(int box) {
    return rules[box];
  }

  /** Whether the rule's matches are true for all of it. */
  boolean isExact(int box) {
    return exact[box];
  }

  long first(int box, int dimension) {
    return first[box * DIMENSIONS + dimension];
  }

  long last(int box, int dimension) {
    return last[box * DIMENSIONS + dimension];
  }

  boolean meets(int box, int dimension, long from, long to) {
    int at = box * DIMENSIONS + dimension;
    return first[at] <= to && last[at] >= from;
  }

  boolean covers(int box, int[] dimensions, long[] from, long[] to) {
    int at = box * DIMENSIONS;
    for (int d : dimensions) {
      if (first[at + d] > from[d] || last[at + d] < to[d]) {
        return false;
      }
    }
    return true;
  }

  /** Adds a box to the bucket that was begun last. */
  void addToBucket(NodeBuffer buffer, int box, long leaf) {
    buffer.addToBucket(leaf, first, last, box * DIMENSIONS);
  }

  /** Adds the entry that ends a bucket. */
  static void endBucket(NodeBuffer buffer, long leaf) {
    buffer.addToBucket(leaf, LEAST, GREATEST, 0);
  }
}

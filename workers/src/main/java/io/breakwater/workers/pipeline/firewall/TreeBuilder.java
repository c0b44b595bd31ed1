package io.breakwater.workers.pipeline.firewall;

import io.breakwater.workers.firewall.RuleTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Builds the {@link RuleTree} of a chain: cuts the space of all packets in two at a border of some
 * rule, and the halves again, until a part has one answer or cannot be cut further.
 *
 * <p>Of all borders it takes the one that leaves the fewest rules in both halves, by the sum of
 * squares. Rules that meet both halves are in both, so a tree can grow beyond its rules' number:
 * when it has {@link #nodesMax} nodes the rest stays as lists, which are right as well, and slower.
 */
final class TreeBuilder {

  private static final int DIMENSIONS = RuleTree.DIMENSIONS;
  private static final long WORD_MAX = 0xffff_ffffL;

  /**
   * As many rules are run through as fast as a tree is walked, if they must be looked at anyway.
   */
  private static final int LIST_SHORT = 4;

  /** Steps that any packet takes at most. */
  private static final int DEPTH_MAX = 64;

  private final List<ChainRule> rules;
  private final NodeBuffer buffer;
  private final int nodesMax;

  /** Leaf kind of the chain's end; 0 if that is not a verdict. */
  private final int endKind;

  /** Values of a border, for sorting. */
  private long[] starts = new long[64];

  private long[] ends = new long[64];

  /** The best cut so far. */
  private int cutDimension;

  private long cutAt;
  private long cutScore;

  /** A part of the space, and where its node is. */
  private record Part(int at, int depth, long[] from, long[] to, int[] rules) {}

  /**
   * @param endKind {@code RuleTree.ACCEPT} or {@code DROP} for what no rule of a base chain
   *     decides; 0 for other chains
   */
  TreeBuilder(List<ChainRule> rules, int endKind, NodeBuffer buffer, int nodesMax) {
    this.rules = rules;
    this.endKind = endKind;
    this.buffer = buffer;
    this.nodesMax = nodesMax;
  }

  /** Builds the tree, and returns its root. */
  int build() {
    int root = buffer.allocate(1);
    long[] to = new long[DIMENSIONS];
    Arrays.fill(to, WORD_MAX);
    to[RuleTree.PROTOCOL] = RuleTree.NO_PROTOCOL;
    to[RuleTree.SOURCE_PORT] = RuleTree.NO_PORT;
    to[RuleTree.DESTINATION_PORT] = RuleTree.NO_PORT;
    int[] all = new int[rules.size()];
    int count = 0;
    for (int i = 0; i < all.length; i++) {
      if (!rules.get(i).region().isNever()) {
        all[count++] = i;
      }
    }
    Deque<Part> open = new ArrayDeque<>();
    open.add(part(root, 0, new long[DIMENSIONS], to, all, count));
    int limit = buffer.count() + nodesMax;
    while (!open.isEmpty()) {
      Part part = open.poll();
      if (isAnswer(part) || buffer.count() + 2 > limit || !chooseCut(part)) {
        buffer.set(part.at, leaf(part));
      } else {
        cut(part, open);
      }
    }
    return root;
  }

  /** A part with those rules that meet it, up to the first one that leaves nothing for others. */
  private Part part(
      int at, int depth, long[] from, long[] to, int[] candidates, int candidateCount) {
    int[] left = new int[candidateCount];
    int count = 0;
    for (int k = 0; k < candidateCount; k++) {
      ChainRule rule = rules.get(candidates[k]);
      if (meets(rule, from, to)) {
        left[count++] = candidates[k];
        if (rule.isFinal() && rule.isExact() && covers(rule, from, to)) {
          break;
        }
      }
    }
    return new Part(at, depth, from, to, Arrays.copyOf(left, count));
  }

  private static boolean meets(ChainRule rule, long[] from, long[] to) {
    for (int d = 0; d < DIMENSIONS; d++) {
      Spans spans = rule.region().allowed(d);
      if (spans != null && !spans.meets(from[d], to[d])) {
        return false;
      }
    }
    return true;
  }

  private static boolean covers(ChainRule rule, long[] from, long[] to) {
    for (int d = 0; d < DIMENSIONS; d++) {
      Spans spans = rule.region().allowed(d);
      if (spans != null && !spans.covers(from[d], to[d])) {
        return false;
      }
    }
    return true;
  }

  /** Whether cutting a part would gain nothing. */
  private boolean isAnswer(Part part) {
    if (part.rules.length == 0 || part.depth == DEPTH_MAX) {
      return true;
    }
    ChainRule first = rules.get(part.rules[0]);
    if (!covers(first, part.from, part.to)) {
      return false;
    }
    if (first.isExact() && first.isFinal()) {
      return true;
    }
    // It is run through as a list whatever comes behind the first one.
    return part.rules.length <= LIST_SHORT;
  }

  private long leaf(Part part) {
    if (part.rules.length == 0 && endKind != 0) {
      return RuleTree.leaf(part.at, endKind, 0);
    }
    if (part.rules.length > 0) {
      ChainRule first = rules.get(part.rules[0]);
      if (first.leafKind() != 0 && first.isExact() && covers(first, part.from, part.to)) {
        return RuleTree.leaf(part.at, first.leafKind(), first.slot());
      }
    }
    List<Integer> list = new ArrayList<>(part.rules.length);
    for (int index : part.rules) {
      ChainRule rule = rules.get(index);
      boolean sure = rule.isExact() && covers(rule, part.from, part.to);
      list.add(sure ? rule.actions() : rule.start());
    }
    return RuleTree.leaf(part.at, RuleTree.LIST, buffer.list(list));
  }

  private void cut(Part part, Deque<Part> open) {
    int left = buffer.allocate(2);
    buffer.set(part.at, RuleTree.node(cutDimension, (int) cutAt, left));
    long[] leftTo = part.to.clone();
    long[] rightFrom = part.from.clone();
    leftTo[cutDimension] = cutAt - 1;
    rightFrom[cutDimension] = cutAt;
    open.add(part(left, part.depth + 1, part.from, leftTo, part.rules, part.rules.length));
    open.add(part(left + 1, part.depth + 1, rightFrom, part.to, part.rules, part.rules.length));
  }

  // ---------------------------------------------------------------- where to cut

  private boolean chooseCut(Part part) {
    cutScore = Long.MAX_VALUE;
    if (part.rules.length > starts.length) {
      starts = new long[2 * part.rules.length];
      ends = new long[2 * part.rules.length];
    }
    for (int d = 0; d < DIMENSIONS; d++) {
      chooseCut(part, d);
    }
    return cutScore != Long.MAX_VALUE;
  }

  /**
   * Looks at the borders of one dimension. A rule meets the left half if its first value is left of
   * the border, and the right one if its last value is not.
   */
  private void chooseCut(Part part, int dimension) {
    long from = part.from[dimension];
    long to = part.to[dimension];
    int everywhere = 0;
    int bounded = 0;
    boolean holes = false;
    for (int index : part.rules) {
      Spans spans = rules.get(index).region().allowed(dimension);
      if (spans == null || spans.covers(from, to)) {
        everywhere++;
      } else {
        starts[bounded] = Math.max(from, spans.first());
        ends[bounded] = Math.min(to, spans.last());
        bounded++;
        holes |= spans.count() > 1;
      }
    }
    if (bounded == 0) {
      return;
    }
    Arrays.sort(starts, 0, bounded);
    Arrays.sort(ends, 0, bounded);
    int before = 0;
    for (int s = 0; s < bounded; s++) {
      long border = starts[s];
      if (border > from) {
        while (before < bounded && ends[before] < border) {
          before++;
        }
        consider(dimension, border, everywhere + s, everywhere + bounded - before);
      }
    }
    int started = 0;
    for (int e = 0; e < bounded; e++) {
      long border = ends[e] + 1;
      if (border <= to && (e + 1 == bounded || ends[e + 1] != ends[e])) {
        while (started < bounded && starts[started] < border) {
          started++;
        }
        consider(dimension, border, everywhere + started, everywhere + bounded - e - 1);
      }
    }
    if (holes && cutScore == Long.MAX_VALUE) {
      considerHoles(part, dimension, everywhere + bounded);
    }
  }

  private void consider(int dimension, long border, int left, int right) {
    long score = (long) left * left + (long) right * right;
    if (score < cutScore) {
      cutScore = score;
      cutDimension = dimension;
      cutAt = border;
    }
  }

  /** Between the intervals of one rule. */
  private void considerHoles(Part part, int dimension, int count) {
    for (int index : part.rules) {
      Spans spans = rules.get(index).region().allowed(dimension);
      if (spans != null) {
        for (int i = 1; i < spans.count(); i++) {
          long border = spans.ends()[2 * i];
          long hole = spans.ends()[2 * i - 1] + 1;
          if (hole > part.from[dimension] && hole <= part.to[dimension]) {
            consider(dimension, hole, count, count);
          } else if (border > part.from[dimension] && border <= part.to[dimension]) {
            consider(dimension, border, count, count);
          }
        }
      }
    }
  }
}

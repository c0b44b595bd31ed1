package io.breakwater.workers.pipeline.firewall;

import io.breakwater.workers.firewall.RuleTree;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * Builds the {@link RuleTree} of a chain: cuts the space of all packets in two at a border of some
 * rule, and the halves again, until a part has few rules or one answer, or cannot be cut further.
 *
 * <p>Of all borders it takes the one that leaves the fewest rules in both halves, by the sum of
 * squares. Rules that meet both halves are in both, so that small parts are dear: a hundred rules
 * like ClassBench's took 3,400 nodes until each part had one answer, and take 60 and a bucket for
 * every other one with {@value #BUCKET_BOXES_MAX} (HiCuts' "binth"). A tree that has {@link
 * #nodesMax} nodes leaves the rest as it is, which is right as well, and slower.
 *
 * <p>There are no buckets for IPv6: there, a part is a list.
 */
final class TreeBuilder {

  private static final int BUCKET_BOXES_MAX = 8;

  /**
   * As many rules are run through as fast as a tree is walked, if they must be looked at anyway.
   */
  private static final int LIST_SHORT = 4;

  /** Steps that any packet takes at most. */
  private static final int DEPTH_MAX = 64;

  private final List<ChainRule> rules;
  private final BoxList boxes;
  private final int[] dimensions;
  private final NodeBuffer buffer;
  private final int nodesMax;
  private final boolean buckets;

  /** Leaf kind of the chain's end; 0 if that is not a verdict. */
  private final int endKind;

  /** Values of a border, for sorting. */
  private final long[] starts;

  private final long[] ends;

  /** The best cut so far. */
  private int cutDimension;

  private long cutAt;
  private long cutScore;

  /** A part of the space, and where its node is. */
  private record Part(int at, int depth, long[] from, long[] to, int[] boxes) {}

  /**
   * @param endKind {@code RuleTree.ACCEPT} or {@code DROP} for what no rule of a base chain
   *     decides; 0 for other chains
   * @param nodesMax 0: the chain is one list
   */
  TreeBuilder(List<ChainRule> rules, int endKind, boolean ipv6, NodeBuffer buffer, int nodesMax) {
    this.rules = rules;
    this.endKind = endKind;
    this.buffer = buffer;
    this.nodesMax = nodesMax;
    buckets = !ipv6 && nodesMax > 0;
    boxes = BoxList.of(rules);
    dimensions = boxes.dimensions();
    starts = new long[boxes.count()];
    ends = new long[boxes.count()];
  }

  /** Builds the tree, and returns its root. */
  int build() {
    int root = buffer.allocate(1);
    int[] all = new int[boxes.count()];
    for (int i = 0; i < all.length; i++) {
      all[i] = i;
    }
    Deque<Part> open = new ArrayDeque<>();
    open.add(part(root, 0, new long[RuleTree.DIMENSIONS], BoxList.greatest(), all, -1));
    int limit = buffer.count() + nodesMax;
    while (!open.isEmpty()) {
      Part part = open.poll();
      if (isAnswer(part) || buffer.count() + 2 > limit || !chooseCut(part)) {
        end(part);
      } else {
        cut(part, open);
      }
    }
    return root;
  }

  /**
   * A part with those boxes that meet it, up to the first one that leaves nothing for others.
   *
   * @param dimension in which it is smaller than a part that all candidates meet; -1: in none
   */
  private Part part(int at, int depth, long[] from, long[] to, int[] candidates, int dimension) {
    int[] left = new int[candidates.length];
    int count = 0;
    for (int box : candidates) {
      if (dimension < 0 || boxes.meets(box, dimension, from[dimension], to[dimension])) {
        left[count++] = box;
        if (boxes.isExact(box) && rule(box).isFinal() && covers(box, from, to)) {
          break;
        }
      }
    }
    return new Part(at, depth, from, to, Arrays.copyOf(left, count));
  }

  private ChainRule rule(int box) {
    return rules.get(boxes.rule(box));
  }

  private boolean covers(int box, long[] from, long[] to) {
    return boxes.covers(box, dimensions, from, to);
  }

  /** Whether cutting a part would gain nothing. */
  private boolean isAnswer(Part part) {
    int count = part.boxes.length;
    if (count == 0 || part.depth == DEPTH_MAX || buckets && count <= BUCKET_BOXES_MAX) {
      return true;
    }
    int first = part.boxes[0];
    if (!covers(first, part.from, part.to)) {
      return false;
    }
    // What is run through as a list is so whatever comes behind the first rule.
    return boxes.isExact(first) && rule(first).isFinal() || count <= LIST_SHORT;
  }

  private void cut(Part part, Deque<Part> open) {
    int left = buffer.allocate(2);
    int dimension = cutDimension;
    buffer.set(part.at, RuleTree.node(dimension, (int) cutAt, left));
    long[] leftTo = part.to.clone();
    long[] rightFrom = part.from.clone();
    leftTo[dimension] = cutAt - 1;
    rightFrom[dimension] = cutAt;
    open.add(part(left, part.depth + 1, part.from, leftTo, part.boxes, dimension));
    open.add(part(left + 1, part.depth + 1, rightFrom, part.to, part.boxes, dimension));
  }

  // ---------------------------------------------------------------- leaves

  private void end(Part part) {
    if (part.boxes.length == 0) {
      buffer.set(part.at, endLeaf(part.at));
      return;
    }
    int first = part.boxes[0];
    if (!buckets || covers(first, part.from, part.to)) {
      boolean sure = boxes.isExact(first) && covers(first, part.from, part.to);
      buffer.set(part.at, leaf(part.at, part, 0, sure));
      return;
    }
    buffer.beginBucket(part.at);
    for (int k = 0; k < part.boxes.length; k++) {
      int box = part.boxes[k];
      boxes.addToBucket(buffer, box, leaf(0, part, k, boxes.isExact(box)));
    }
    BoxList.endBucket(buffer, endLeaf(0));
  }

  private long endLeaf(int at) {
    return endKind != 0
        ? RuleTree.leaf(at, endKind, 0)
        : RuleTree.leaf(at, RuleTree.LIST, buffer.list(List.of()));
  }

  /**
   * What becomes of packets of a part that no box before the k-th has matched.
   *
   * @param sure whether the k-th box's rule matches them
   */
  private long leaf(int at, Part part, int k, boolean sure) {
    ChainRule first = rule(part.boxes[k]);
    if (sure && first.leafKind() != 0) {
      return RuleTree.leaf(at, first.leafKind(), first.slot());
    }
    List<Integer> list = new ArrayList<>(part.boxes.length - k);
    list.add(sure ? first.actions() : first.start());
    ChainRule before = first;
    for (int i = k + 1; i < part.boxes.length; i++) {
      int box = part.boxes[i];
      ChainRule rule = rule(box);
      if (rule != before) {
        boolean certain = boxes.isExact(box) && covers(box, part.from, part.to);
        list.add(certain ? rule.actions() : rule.start());
        before = rule;
      }
    }
    return RuleTree.leaf(at, RuleTree.LIST, buffer.list(list));
  }

  // ---------------------------------------------------------------- where to cut

  private boolean chooseCut(Part part) {
    cutScore = Long.MAX_VALUE;
    for (int dimension : dimensions) {
      chooseCut(part, dimension);
    }
    return cutScore != Long.MAX_VALUE;
  }

  /**
   * Looks at the borders of one dimension. A box meets the left half if its first value is left of
   * the border, and the right one if its last value is not.
   */
  private void chooseCut(Part part, int dimension) {
    long from = part.from[dimension];
    long to = part.to[dimension];
    int all = part.boxes.length;
    int bounded = 0;
    for (int box : part.boxes) {
      long first = boxes.first(box, dimension);
      long last = boxes.last(box, dimension);
      if (first > from || last < to) {
        starts[bounded] = Math.max(from, first);
        ends[bounded] = Math.min(to, last);
        bounded++;
      }
    }
    int everywhere = all - bounded;
    Arrays.sort(starts, 0, bounded);
    Arrays.sort(ends, 0, bounded);
    int before = 0;
    for (int s = 0; s < bounded; s++) {
      long border = starts[s];
      if (border > from) {
        while (before < bounded && ends[before] < border) {
          before++;
        }
        consider(dimension, border, everywhere + s, all - before, all);
      }
    }
    int started = 0;
    for (int e = 0; e < bounded; e++) {
      long border = ends[e] + 1;
      if (border <= to && (e + 1 == bounded || ends[e + 1] != ends[e])) {
        while (started < bounded && starts[started] < border) {
          started++;
        }
        consider(dimension, border, everywhere + started, all - e - 1, all);
      }
    }
  }

  /** Where there are buckets, a cut after which one half has all boxes gains nothing. */
  private void consider(int dimension, long border, int left, int right, int all) {
    long score = (long) left * left + (long) right * right;
    if (score < cutScore && (!buckets || left < all && right < all)) {
      cutScore = score;
      cutDimension = dimension;
      cutAt = border;
    }
  }
}

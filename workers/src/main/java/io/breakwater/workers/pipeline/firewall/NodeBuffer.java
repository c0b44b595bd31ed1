package io.breakwater.workers.pipeline.firewall;

import io.breakwater.workers.firewall.RuleBucket;
import io.breakwater.workers.firewall.RuleTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The nodes, buckets and lists of all trees of one firewall, as they grow. */
final class NodeBuffer {

  private long[] nodes = new long[64];
  private int count;
  private long[] buckets = new long[64];
  private int bucketWords;
  private final List<BucketLeaf> bucketLeaves = new ArrayList<>();
  private final CodeBuffer lists = new CodeBuffer();
  private final Map<List<Integer>, Integer> listPositions = new HashMap<>();

  /** A leaf, and where its bucket begins among the words of all buckets. */
  private record BucketLeaf(int at, int offset) {}

  NodeBuffer() {
    // A list begins at 1 or later: 0 is for "not asked yet".
    lists.add(0);
  }

  int count() {
    return count;
  }

  /** Position of as many new nodes. */
  int allocate(int more) {
    int at = count;
    count += more;
    if (count > nodes.length) {
      nodes = Arrays.copyOf(nodes, Math.max(count, 2 * nodes.length));
    }
    return at;
  }

  void set(int at, long node) {
    nodes[at] = node;
  }

  /** Begins the bucket of the leaf at a position. */
  void beginBucket(int at) {
    bucketLeaves.add(new BucketLeaf(at, bucketWords));
  }

  /**
   * Adds an entry to the bucket that was begun last; the last entry has to match every packet.
   *
   * @param leaf what becomes of a packet
   * @param first of each dimension, beginning at {@code box}; the same for {@code last}
   */
  void addToBucket(long leaf, long[] first, long[] last, int box) {
    if (bucketWords + RuleBucket.WORDS > buckets.length) {
      buckets = Arrays.copyOf(buckets, 2 * buckets.length);
    }
    RuleBucket.write(buckets, bucketWords, leaf, first, last, box);
    bucketWords += RuleBucket.WORDS;
  }

  /** Position of a list: equal lists are there once. */
  int list(List<Integer> rules) {
    return listPositions.computeIfAbsent(
        rules,
        unused -> {
          int at = lists.position();
          rules.forEach(lists::add);
          lists.add(0);
          return at;
        });
  }

  int listWords() {
    return lists.position();
  }

  /** The nodes, and behind them the buckets. */
  long[] nodes() {
    long[] all = Arrays.copyOf(nodes, count + bucketWords);
    System.arraycopy(buckets, 0, all, count, bucketWords);
    for (BucketLeaf leaf : bucketLeaves) {
      int distance = count + leaf.offset() - leaf.at();
      all[leaf.at()] = RuleTree.leaf(leaf.at(), RuleTree.BUCKET, distance);
    }
    return all;
  }

  int[] lists() {
    return lists.toArray();
  }
}

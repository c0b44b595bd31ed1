package io.breakwater.workers.pipeline.firewall;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The nodes and lists of all trees of one firewall, as they grow. */
final class NodeBuffer {

  private long[] nodes = new long[64];
  private int count;
  private final CodeBuffer lists = new CodeBuffer();
  private final Map<List<Integer>, Integer> listPositions = new HashMap<>();

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

  long[] nodes() {
    return Arrays.copyOf(nodes, count);
  }

  int[] lists() {
    return lists.toArray();
  }
}

package io.breakwater.workers.firewall;

/**
 * A decision tree over a packet's addresses, protocol and ports, whose leaves say what a chain does
 * with all packets that end there: accept or drop them and count a rule, or run through a list of
 * those rules that are left. A leaf may be a {@link RuleBucket}, too, which leads to one of these.
 *
 * <pre>
 *   bits   63 ........... 32 | 31 ...... 28 | 27 ......... 0
 *   node   threshold, >= 1   | dimension    | left child; the right one is the next node
 *   leaf   argument  | kind  | 15           | itself
 *          (30 bits)   (2)
 * </pre>
 *
 * <p>A packet goes left if its value is less than the threshold. A step has no branch: all packets
 * of a batch take it together, and those that have come to a leaf stay there (for dimension 15
 * every packet has the value 0, and no leaf's upper half is 0). The idea is HiCuts' (Gupta and
 * McKeown, 2000), with thresholds at the rules' own borders in place of equal cuts.
 */
public final class RuleTree {

  /** Values of a packet, which are unsigned ints: 1 << {@link #FIELDS_SHIFT} are kept of each. */
  public static final int FIELDS_SHIFT = 4;

  /** The source address, four words; of IPv4 the first. */
  public static final int SOURCE = 0;

  /** The destination address, four words; of IPv4 the first. */
  public static final int DESTINATION = 4;

  /** The protocol of the transport header, or {@link #NO_PROTOCOL}. */
  public static final int PROTOCOL = 8;

  /** The first 16 bits of the transport header, or {@link #NO_PORT}. */
  public static final int SOURCE_PORT = 9;

  /** The second 16 bits of the transport header, or {@link #NO_PORT}. */
  public static final int DESTINATION_PORT = 10;

  public static final int DIMENSIONS = 11;

  /** Of a packet whose transport header can't be told: no protocol has this number. */
  public static final int NO_PROTOCOL = 0x100;

  /** Of a packet without these bytes: no port has this number. */
  public static final int NO_PORT = 0x1_0000;

  /** Kinds of leaves. The argument of this one is how far behind it the first entry is. */
  public static final int BUCKET = 0;

  public static final int ACCEPT = 1;

  public static final int DROP = 2;

  /** The argument is the position of a list of rules in the program. */
  public static final int LIST = 3;

  /** Of an answer: its kind is below, its argument above. */
  public static final int ARGUMENT_SHIFT = 2;

  private static final int LEAF = 15;
  private static final int DIMENSION_SHIFT = 28;
  private static final int CHILD_MASK = (1 << DIMENSION_SHIFT) - 1;

  /** Nodes of a tree and of all trees together, at most. */
  public static final int NODES_MAX = 1 << DIMENSION_SHIFT;

  private RuleTree() {}

  /**
   * An inner node.
   *
   * @param threshold unsigned, not 0
   */
  public static long node(int dimension, int threshold, int leftChild) {
    return (long) threshold << 32 | (long) dimension << DIMENSION_SHIFT | leftChild;
  }

  /**
   * @param at its own position
   * @param argument 0..2^30-1
   */
  public static long leaf(int at, int kind, int argument) {
    return (long) (argument << ARGUMENT_SHIFT | kind) << 32 | (long) LEAF << DIMENSION_SHIFT | at;
  }

  /** The same node at a position that is {@code by} higher, with its children. */
  public static long moved(long node, int by) {
    return node + by;
  }

  public static boolean isLeaf(long node) {
    return ((int) node >>> DIMENSION_SHIFT) == LEAF;
  }

  public static int leftChild(long node) {
    return (int) node & CHILD_MASK;
  }

  /** 1 for an inner node, 0 for a leaf: without a branch. */
  static int isInner(long node) {
    return (((int) node >>> DIMENSION_SHIFT) - LEAF) >>> 31;
  }

  /** 1 for a leaf that is a bucket, 0 for another leaf: without a branch. */
  static int isBucket(long leaf) {
    return (kind(leaf) - 1) >>> 31;
  }

  /** What a leaf says, without where it is. */
  public static int answer(long leaf) {
    return (int) (leaf >>> 32);
  }

  public static int kindOf(int answer) {
    return answer & (1 << ARGUMENT_SHIFT) - 1;
  }

  public static int argumentOf(int answer) {
    return answer >>> ARGUMENT_SHIFT;
  }

  public static int kind(long leaf) {
    return kindOf(answer(leaf));
  }

  public static int argument(long leaf) {
    return argumentOf(answer(leaf));
  }

  /** One step: the child for the packet whose values begin at {@code fields[base]}. */
  static int step(long node, int[] fields, int base) {
    long value = fields[base + ((int) node >>> DIMENSION_SHIFT)] & 0xffff_ffffL;
    int right = (int) ((node >>> 32) - 1 - value >>> 63);
    return ((int) node & CHILD_MASK) + right;
  }

  /** The leaf of a packet, of a kind other than {@link #BUCKET}. */
  static long find(long[] nodes, int root, int[] fields, int base) {
    int at = root;
    while (!isLeaf(nodes[at])) {
      at = step(nodes[at], fields, base);
    }
    return kind(nodes[at]) == BUCKET
        ? RuleBucket.find(nodes, at + argument(nodes[at]), fields, base)
        : nodes[at];
  }
}

package io.breakwater.workers.firewall;

/**
 * A few rules that are tried one after the other, where a {@link RuleTree} of IPv4 packets is not
 * cut any further: cheaper than cuts that put rules into both halves, again and again.
 *
 * <pre>
 *   word 0  leaf: what becomes of a packet that this rule matches
 *   word 1  source: first << 32 | last - first
 *   word 2  destination: the same
 *   word 3  first protocol << 40 | first source port << 20 | first destination port
 *   word 4  last of each in the same places, with {@link #GUARDS}
 * </pre>
 *
 * <p>Entries follow each other; the last one matches every packet. Three fields are compared at
 * once: each has 20 bits, of which the highest stays set in a difference unless it is negative
 * (Lamport, "Multiple byte processing with full-word instructions", 1975).
 */
public final class RuleBucket {

  /** Of an entry. */
  public static final int WORDS = 5;

  private static final int SOURCE_PORT_SHIFT = 20;
  private static final int PROTOCOL_SHIFT = 40;
  private static final long GUARDS = 1L << 19 | 1L << 39 | 1L << 59;
  private static final long WORD = 0xffff_ffffL;

  private RuleBucket() {}

  /**
   * Writes an entry.
   *
   * @param first by {@link RuleTree}'s dimensions, from {@code from} on
   * @param last the same, none below its first
   */
  public static void write(long[] words, int at, long leaf, long[] first, long[] last, int from) {
    words[at] = leaf;
    words[at + 1] = span(first, last, from + RuleTree.SOURCE);
    words[at + 2] = span(first, last, from + RuleTree.DESTINATION);
    words[at + 3] = pack(first, from);
    words[at + 4] = GUARDS | pack(last, from);
  }

  private static long pack(long[] values, int from) {
    return pack(
        values[from + RuleTree.PROTOCOL],
        values[from + RuleTree.SOURCE_PORT],
        values[from + RuleTree.DESTINATION_PORT]);
  }

  private static long span(long[] first, long[] last, int dimension) {
    return first[dimension] << 32 | last[dimension] - first[dimension];
  }

  private static long pack(long protocol, long sourcePort, long destinationPort) {
    return protocol << PROTOCOL_SHIFT | sourcePort << SOURCE_PORT_SHIFT | destinationPort;
  }

  /** Whether an entry matches every packet, as the last one does. */
  public static boolean matchesAll(long[] words, int at) {
    return words[at + 1] == WORD
        && words[at + 2] == WORD
        && words[at + 3] == 0
        && words[at + 4]
            == (GUARDS | pack(RuleTree.NO_PROTOCOL, RuleTree.NO_PORT, RuleTree.NO_PORT));
  }

  /** 1 if an entry does not match a packet, else 0: without a branch. */
  static int misses(long[] words, int at, int source, int destination, long packed) {
    long sources = words[at + 1];
    long destinations = words[at + 2];
    long outside =
        (sources & WORD) - (source - (int) (sources >>> 32) & WORD)
            | (destinations & WORD) - (destination - (int) (destinations >>> 32) & WORD);
    long inside = (packed | GUARDS) - words[at + 3] & words[at + 4] - packed & GUARDS;
    // Either is negative where the packet is outside.
    return (int) ((outside | inside - GUARDS) >>> 63);
  }

  /** What becomes of a packet. */
  static long find(long[] words, int first, int[] fields, int base) {
    int source = fields[base + RuleTree.SOURCE];
    int destination = fields[base + RuleTree.DESTINATION];
    long packed = pack(fields, base);
    int at = first;
    while (misses(words, at, source, destination, packed) != 0) {
      at += WORDS;
    }
    return words[at];
  }

  /** What entries are compared with, of a packet. */
  static long pack(int[] fields, int base) {
    return pack(
        fields[base + RuleTree.PROTOCOL],
        fields[base + RuleTree.SOURCE_PORT],
        fields[base + RuleTree.DESTINATION_PORT]);
  }
}

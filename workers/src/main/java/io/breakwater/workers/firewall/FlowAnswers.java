package io.breakwater.workers.firewall;

import io.breakwater.workers.packet.Batch;
import io.breakwater.workers.packet.PacketList;
import java.util.Arrays;

/**
 * What the tenants' trees answered for flows of TCP and UDP over IPv4 that were here lately: a leaf
 * depends on addresses, protocol and ports only, so what was found for one packet holds for all of
 * its flow, until there is another {@link FirewallTable}.
 *
 * <pre>
 *   word 0  source address (32)     | destination address (32)
 *   word 1  source, destination port (32) | TCP (1) | 0 (1) | the leaf's argument and kind (30)
 * </pre>
 *
 * <p>Sets of four entries, which are a cache line's worth; 1 MiB in all. A flow is in the set that
 * its hash says, and takes the place of the others there in turn. It is compared as a whole, so
 * that an answer is never another flow's. A flood from random sources fills it with what is of no
 * use: then each packet looks in vain, and walks its tree.
 *
 * <p>The destination tells the tenant, as long as there is the same table. Threading: one for each
 * worker.
 */
public final class FlowAnswers {

  /** There is none: it is no leaf's. */
  public static final int NONE = 0;

  private static final int SETS_LOG = 14;
  private static final int WAYS = 4;
  private static final int SET_WORDS = 2 * WAYS;
  private static final int SET_SHIFT = 3;
  private static final int KEY_SHIFT = 31;
  private static final long TCP = 1L << KEY_SHIFT;
  private static final long ANSWER = (1L << 30) - 1;

  private final long[] words = new long[SET_WORDS << SETS_LOG];
  private FirewallTable table;
  private int nextWay;

  /** What {@link #fetch} has read, so that it is read. */
  private long fetched;

  public FlowAnswers() {}

  /** For {@link #find}. */
  public long[] words() {
    return words;
  }

  /** Forgets everything if it is about another table. */
  public void use(FirewallTable now) {
    if (now != table) {
      table = now;
      Arrays.fill(words, 0);
    }
  }

  /** The second word of a flow without an answer. */
  public static long key(int ports, boolean tcp) {
    return (long) ports << 32 | (tcp ? TCP : 0);
  }

  /** Where a flow's set begins. */
  private static int set(int hash) {
    return hash >>> Integer.SIZE - SETS_LOG << SET_SHIFT;
  }

  /**
   * Brings the sets of these packets' flows near, all at once: a look-up does so much that only few
   * of them would wait for memory together. 25 cycles a packet with 10,000 flows.
   *
   * @param fixed {@link FirewallTable#ipv4Fixed}: flows of tenants that have one are not kept
   */
  public void fetch(Batch batch, PacketList in, int[] fixed) {
    long[] entries = words;
    int[] records = batch.records;
    int[] index = in.index;
    int count = in.count;
    long any = 0;
    for (int k = 0; k < count; k++) {
      int at = index[k] << Batch.SHIFT;
      int answer = fixed[records[at + Batch.TENANT]];
      int isAsked = (answer - 1 & ~answer) >> 31;
      any |= entries[set(records[at + Batch.FLOW] & isAsked)];
    }
    fetched = any;
  }

  /**
   * A flow's {@link RuleTree#answer}, or {@link #NONE}: without a branch.
   *
   * @param entries {@link #words}
   * @param hash the packet's {@code Batch.FLOW}
   */
  public static int find(long[] entries, int hash, long addresses, long key) {
    int set = set(hash);
    return match(entries, set, addresses, key)
        | match(entries, set + 2, addresses, key)
        | match(entries, set + 4, addresses, key)
        | match(entries, set + 6, addresses, key);
  }

  private static int match(long[] entries, int at, long addresses, long key) {
    long second = entries[at + 1];
    long differs = entries[at] ^ addresses | (second ^ key) >>> KEY_SHIFT;
    long hit = (differs - 1 & ~differs) >> 63;
    return (int) (second & ANSWER & hit);
  }

  /** Keeps an answer; one that has no room in an entry is not kept. */
  public void keep(int hash, long addresses, long key, int answer) {
    if ((answer & ~ANSWER) == 0) {
      int at = set(hash) + 2 * nextWay;
      nextWay = nextWay + 1 & WAYS - 1;
      words[at] = addresses;
      words[at + 1] = key | answer;
    }
  }
}

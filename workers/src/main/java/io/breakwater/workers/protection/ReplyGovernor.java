package io.breakwater.workers.protection;

/**
 * Bounds what we send to any prefix without being asked by its owner: at most {@value
 * #ANSWERS_PER_WINDOW} answers in 2^27 ns (134 ms), 1,900 a second, to an IPv4 /24 or an IPv6 /48,
 * of each worker and version of IP. So nobody is worth being flooded through us: what a forged
 * source is sent is less than what was sent to us, and at most 0.9 Mbit/s a worker.
 *
 * <p>A table of counters by keyed hash, of fixed size: prefixes that share a place share its
 * answers. A flood from random sources has each place used by R / {@value #PLACES}, which is within
 * the bound up to 45 million SYNs a second.
 *
 * <pre>
 *   31              16 15               0
 *  +------------------+------------------+
 *  | window           | answers in it    |
 *  +------------------+------------------+
 * </pre>
 *
 * <p>Called only from the worker's thread. Cost: a multiplication and a cache line of 128 KiB.
 */
public final class ReplyGovernor {

  /** Answers to one prefix within a window. */
  public static final int ANSWERS_PER_WINDOW = 256;

  static final int PLACES = 32_768;

  private static final int WINDOW_SHIFT = 27;
  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;
  private static final int IPV4_HOST_BITS = 8;
  private static final int IPV6_HOST_BITS = 16;

  private final int[] cells = new int[PLACES];
  private final long seed;

  /**
   * @param seed that nobody knows
   */
  public ReplyGovernor(long seed) {
    this.seed = seed;
  }

  /** Whether one more may be sent to this address. */
  public boolean takeIpv4(int address, long nowNs) {
    return take(address >>> IPV4_HOST_BITS, nowNs);
  }

  /** The same of IPv6, by the upper half of the address. */
  public boolean takeIpv6(long addressHigh, long nowNs) {
    return take(addressHigh >>> IPV6_HOST_BITS, nowNs);
  }

  private boolean take(long prefix, long nowNs) {
    long mixed = (prefix ^ seed) * MIX;
    mixed = (mixed ^ mixed >>> 32) * MIX;
    int place = (int) (mixed >>> 49);
    int window = (int) (nowNs >>> WINDOW_SHIFT) << 16;
    int cell = cells[place];
    int count = (cell & 0xffff_0000) == window ? cell & 0xffff : 0;
    boolean granted = count < ANSWERS_PER_WINDOW;
    cells[place] = window | count + (granted ? 1 : 0);
    return granted;
  }
}

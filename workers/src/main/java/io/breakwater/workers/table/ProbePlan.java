package io.breakwater.workers.table;

import java.util.Arrays;

/**
 * Which tunnels are probed, how often, from whom and to whom: compiled from the configuration, in
 * one array of longs.
 *
 * <p>Probes of one rate stand together, since each rate has its own round (see {@code
 * ProbeSender}). Immutable.
 */
public final class ProbePlan {

  /** How many rates there are. */
  public static final int RATES = 3;

  /** For nobody. */
  public static final ProbePlan NONE = new Builder().build();

  private static final int STRIDE = 5;
  private static final int REPLY = 1;
  private static final int IPV6 = 2;
  private static final int FLAGS_BITS = 2;

  private final int[] firsts;
  private final long[] words;

  private ProbePlan(int[] firsts, long[] words) {
    this.firsts = firsts;
    this.words = words;
  }

  /** Probes of a rate. */
  public int count(int rate) {
    return firsts[rate + 1] - firsts[rate];
  }

  /** Position of the words of a rate's probe. */
  public int wordsOf(int rate, int index) {
    return (firsts[rate] + index) * STRIDE;
  }

  /** Slot of the tunnel. */
  public int tunnel(int at) {
    return (int) (words[at] >>> FLAGS_BITS);
  }

  /** Whether it looks like an echo reply, else a request. */
  public boolean isReply(int at) {
    return (words[at] & REPLY) != 0;
  }

  public boolean isIpv6(int at) {
    return (words[at] & IPV6) != 0;
  }

  public long sourceHigh(int at) {
    return words[at + 1];
  }

  public long sourceLow(int at) {
    return words[at + 2];
  }

  public long destinationHigh(int at) {
    return words[at + 3];
  }

  public long destinationLow(int at) {
    return words[at + 4];
  }

  /** Collects probes in any order. */
  public static final class Builder {

    private final int[] counts = new int[RATES];
    private final long[][] words = new long[RATES][STRIDE * 16];

    /**
     * @param rate 0 up to {@link #RATES}
     * @param tunnel its slot
     * @param reply whether it looks like an echo reply
     */
    public Builder add(
        int rate,
        int tunnel,
        boolean reply,
        boolean ipv6,
        long sourceHigh,
        long sourceLow,
        long destinationHigh,
        long destinationLow) {
      int at = counts[rate]++ * STRIDE;
      if (at == words[rate].length) {
        words[rate] = Arrays.copyOf(words[rate], at * 2);
      }
      long flags = (reply ? REPLY : 0) | (ipv6 ? IPV6 : 0);
      words[rate][at] = (long) tunnel << FLAGS_BITS | flags;
      words[rate][at + 1] = sourceHigh;
      words[rate][at + 2] = sourceLow;
      words[rate][at + 3] = destinationHigh;
      words[rate][at + 4] = destinationLow;
      return this;
    }

    public ProbePlan build() {
      int[] firsts = new int[RATES + 1];
      for (int rate = 0; rate < RATES; rate++) {
        firsts[rate + 1] = firsts[rate] + counts[rate];
      }
      long[] all = new long[firsts[RATES] * STRIDE];
      for (int rate = 0; rate < RATES; rate++) {
        System.arraycopy(words[rate], 0, all, firsts[rate] * STRIDE, counts[rate] * STRIDE);
      }
      return new ProbePlan(firsts, all);
    }
  }
}

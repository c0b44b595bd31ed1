package io.breakwater.workers.table;

import java.util.Arrays;

/**
 * Which tunnel of a group has each place of a row that flows are hashed to: weighted Maglev hashing
 * (Eisenbud et al., NSDI 2016, section 3.4, with weights as turns: a tunnel of weight 3 takes three
 * places while one of weight 1 takes one), and an order of the others for each place.
 *
 * <p>All tunnels of the group, in health or not, fill the row as in the paper: each has a
 * permutation of the places, seeded by its identity, and they take turns at their next free place.
 * So each has its share to a place or two. The paper then fills the row anew when a tunnel fails,
 * which with a few tunnels of different weights moves up to a tenth of all flows between healthy
 * ones (measured over random groups). Here every place also has its own order of all the other
 * tunnels, and belongs to the first of them that takes part. So a failure moves the failed tunnel's
 * flows only, and a return brings back those only, whatever else has failed meanwhile.
 *
 * <p>The order of a place is drawn by weight, from a number that the owner's places have in turn
 * from a golden-ratio sequence. Such numbers are spread more evenly than random ones: the flows of
 * a failed tunnel are shared out by weight to a fraction of a percent of the row, too. Where many
 * have failed the errors add up; then as many of the failed ones' places as are over 0.9% of the
 * row go to the tunnel that has too few, and only these may also move at the next failure.
 *
 * <p>Everything depends on identities and weights only, never on slots or on the order in which
 * tunnels are written: every server makes the same row. Immutable; used by the control thread.
 * Cost: places x tunnels to make.
 */
public final class MaglevRow {

  /** Most tunnels of a row. */
  public static final int TUNNELS_MAX = 64;

  private static final int PLACES_PER_TUNNEL = 256;

  /** So many parts of a row may a share be wrong before places are moved for its sake. */
  private static final int ERROR_PARTS = 110;

  private static final long GOLDEN_RATIO = 0x9e37_79b9_7f4a_7c15L;

  /** A turn of a tunnel of weight 1, in the time that orders turns. */
  private static final long TURN = 1L << 32;

  private final long[] identities;
  private final int[] weights;

  /** Tunnels in the order of their identities. */
  private final int[] order;

  private final byte[] owners;

  /**
   * @param length of the row: {@link #length} of as many tunnels, or of more
   * @param identities of the tunnels, all different
   * @param weights 1..256, of each
   */
  public MaglevRow(int length, long[] identities, int[] weights) {
    if (identities.length < 1 || identities.length > TUNNELS_MAX) {
      throw new IllegalArgumentException(
          "a row has 1..%d tunnels: tunnels=%d".formatted(TUNNELS_MAX, identities.length));
    }
    this.identities = identities;
    this.weights = weights;
    order = sorted(identities);
    owners = new byte[length];
    fill();
  }

  /**
   * The length of a row for so many tunnels: a prime, so that every step visits every place. Rows
   * are read for every packet, and most tenants have two tunnels, whose row is short.
   */
  public static int length(int tunnels) {
    return tunnels == 1 ? 1 : prime((tunnels - 1) * PLACES_PER_TUNNEL + 1);
  }

  private static int prime(int from) {
    int number = from;
    while (!isPrime(number)) {
      number++;
    }
    return number;
  }

  private static boolean isPrime(int number) {
    for (int divisor = 2; divisor * divisor <= number; divisor++) {
      if (number % divisor == 0) {
        return false;
      }
    }
    return true;
  }

  private static int[] sorted(long[] identities) {
    int[] order = new int[identities.length];
    for (int i = 0; i < order.length; i++) {
      int at = i;
      for (; at > 0; at--) {
        if (Long.compareUnsigned(identities[order[at - 1]], identities[i]) <= 0) {
          break;
        }
        order[at] = order[at - 1];
      }
      order[at] = i;
    }
    return order;
  }

  /** The paper's table: whose turn it is takes its next place that is free. */
  private void fill() {
    int length = owners.length;
    int[] places = new int[identities.length];
    int[] steps = new int[identities.length];
    long[] turns = new long[identities.length];
    for (int i = 0; i < places.length; i++) {
      long seed = mix(identities[i]);
      places[i] = (int) ((seed >>> 32) % length);
      steps[i] = length == 1 ? 0 : (int) ((seed & 0xffff_ffffL) % (length - 1)) + 1;
    }
    Arrays.fill(owners, (byte) -1);
    for (int filled = 0; filled < length; filled++) {
      int next = order[0];
      for (int tunnel : order) {
        next = turns[tunnel] < turns[next] ? tunnel : next;
      }
      turns[next] += TURN / weights[next];
      while (owners[places[next]] >= 0) {
        places[next] = (places[next] + steps[next]) % length;
      }
      owners[places[next]] = (byte) next;
    }
  }

  public int length() {
    return owners.length;
  }

  /**
   * The tunnel of each place, where only some take part.
   *
   * @param takesPart by tunnel; at least one does
   */
  public byte[] places(boolean[] takesPart) {
    byte[] places = owners.clone();
    long[] draws = new long[identities.length];
    for (int i = 0; i < draws.length; i++) {
      draws[i] = mix(~identities[i]);
    }
    for (int place = 0; place < places.length; place++) {
      int owner = owners[place];
      // Drawn for places that keep their owner too: a place's number is its own for ever.
      draws[owner] += GOLDEN_RATIO;
      if (!takesPart[owner]) {
        places[place] = (byte) substitute(owner, draws[owner], takesPart);
      }
    }
    even(places, takesPart);
    return places;
  }

  /** Moves places whose owner does not take part, until all shares are right enough. */
  private void even(byte[] places, boolean[] takesPart) {
    double weightSum = 0;
    double[] excess = new double[weights.length];
    for (int i = 0; i < weights.length; i++) {
      weightSum += takesPart[i] ? weights[i] : 0;
    }
    for (byte tunnel : places) {
      excess[tunnel]++;
    }
    for (int i = 0; i < weights.length; i++) {
      excess[i] -= takesPart[i] ? places.length * weights[i] / weightSum : 0;
    }
    double errorMax = (double) places.length / ERROR_PARTS;
    for (int place = 0; place < places.length; place++) {
      int most = order[0];
      int least = order[0];
      for (int tunnel : order) {
        most = excess[tunnel] > excess[most] ? tunnel : most;
        boolean isLess = takesPart[tunnel] && excess[tunnel] < excess[least];
        least = isLess || !takesPart[least] ? tunnel : least;
      }
      if (excess[most] <= errorMax && -excess[least] <= errorMax) {
        return;
      }
      if (places[place] == most && !takesPart[owners[place]]) {
        places[place] = (byte) least;
        excess[most]--;
        excess[least]++;
      }
    }
  }

  /** The first tunnel of a place's order that takes part. */
  private int substitute(int owner, long draw, boolean[] takesPart) {
    boolean[] passed = new boolean[identities.length];
    int left = 0;
    for (int weight : weights) {
      left += weight;
    }
    int candidate = owner;
    long number = draw;
    while (!takesPart[candidate]) {
      passed[candidate] = true;
      left -= weights[candidate];
      if (left == 0) {
        throw new IllegalArgumentException("at least one tunnel must take part");
      }
      // The number, a fraction of 2^64, is a point on the line of the weights that are left. Where
      // it lies within the tunnel that it meets is the number for the next draw.
      long point = Math.unsignedMultiplyHigh(number, left);
      long rest = number * left;
      for (int tunnel : order) {
        if (!passed[tunnel]) {
          candidate = tunnel;
          if (point < weights[tunnel]) {
            break;
          }
          point -= weights[tunnel];
        }
      }
      number = quotient(point, rest, weights[candidate]);
    }
    return candidate;
  }

  /** (high * 2^64 + low) / divisor, for high below divisor and divisor up to 256. */
  private static long quotient(long high, long low, int divisor) {
    long upper = high << 32 | low >>> 32;
    long lower = upper % divisor << 32 | low & 0xffff_ffffL;
    return upper / divisor << 32 | lower / divisor;
  }

  /** The finaliser of SplitMix64. */
  private static long mix(long identity) {
    long mixed = identity + GOLDEN_RATIO;
    mixed = (mixed ^ mixed >>> 30) * 0xbf58_476d_1ce4_e5b9L;
    mixed = (mixed ^ mixed >>> 27) * 0x94d0_49bb_1331_11ebL;
    return mixed ^ mixed >>> 31;
  }
}

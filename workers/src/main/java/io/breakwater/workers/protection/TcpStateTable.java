package io.breakwater.workers.protection;

/**
 * What segments of unknown connections meet, by the tenant's slot. Immutable.
 *
 * @param modes {@link #OFF} and so on
 * @param periods a number of its own for each time that a tenant began to be followed: what is
 *     known of its connections is not older
 * @param thresholdsPerSecond segments of unknown connections from which on it is an attack
 * @param holdsNs how long it must have been less than half of that before it is over
 */
public record TcpStateTable(
    byte[] modes, int[] periods, int[] thresholdsPerSecond, long[] holdsNs, boolean isEmpty) {

  /** Connections are not followed. */
  public static final byte OFF = 0;

  /** They are, and what belongs to none is counted. */
  public static final byte OBSERVE = 1;

  /** What belongs to none is dropped while there is an attack. */
  public static final byte ENFORCE_IN_ATTACK = 2;

  /** It is always dropped. */
  public static final byte ENFORCE = 3;

  private static final TcpStateTable NONE =
      new TcpStateTable(new byte[0], new int[0], new int[0], new long[0], true);

  /** No tenant has any. */
  public static TcpStateTable none() {
    return NONE;
  }
}

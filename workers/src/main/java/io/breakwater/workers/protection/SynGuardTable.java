package io.breakwater.workers.protection;

import java.util.Arrays;

/**
 * How each tenant's SYN guard is set, by tenant's slot: part of {@link ProtectionTable}. Immutable.
 */
public final class SynGuardTable {

  /** How a SYN of an unknown source is met. */
  public static final int OFF = 0;

  public static final int CHALLENGE = 1;
  public static final int RESET = 2;
  public static final int RETRANSMIT = 3;

  /** Bits of {@link #kinds}: the tenant has a guard. */
  public static final int GUARDED = 1;

  /** It is always engaged. */
  public static final int ALWAYS = 2;

  /** Some destination is in mode RESET. */
  public static final int RESETS = 4;

  private static final SynGuardTable NONE = new SynGuardTable(new Builder(0));

  private final int[] kinds;
  private final int[] modes;
  private final long[] periodNs;
  private final long[] destinationPeriodNs;
  private final long[] holdNs;
  private final SynGuardExceptions[] exceptions;
  private final boolean empty;

  private SynGuardTable(Builder builder) {
    kinds = builder.kinds;
    modes = builder.modes;
    periodNs = builder.periodNs;
    destinationPeriodNs = builder.destinationPeriodNs;
    holdNs = builder.holdNs;
    exceptions = builder.exceptions;
    empty = Arrays.stream(kinds).allMatch(kind -> kind == 0);
  }

  /** Collects tenants; used once. */
  public static final class Builder {

    private static final long SECOND_NS = 1_000_000_000L;

    private final int[] kinds;
    private final int[] modes;
    private final long[] periodNs;
    private final long[] destinationPeriodNs;
    private final long[] holdNs;
    private final SynGuardExceptions[] exceptions;

    /**
     * @param tenantSlots slots are below it
     */
    public Builder(int tenantSlots) {
      kinds = new int[tenantSlots];
      modes = new int[tenantSlots];
      periodNs = new long[tenantSlots];
      destinationPeriodNs = new long[tenantSlots];
      holdNs = new long[tenantSlots];
      exceptions = new SynGuardExceptions[tenantSlots];
    }

    /**
     * @param kind {@link #GUARDED} and its other bits
     * @param mode of what no exception names
     * @param thresholdPerSecond 1..10^9, as of a destination; rounded so that a SYN has whole ns
     * @param exceptions null: none
     */
    public Builder tenant(
        int slot,
        int kind,
        int mode,
        int thresholdPerSecond,
        int destinationThresholdPerSecond,
        int holdSeconds,
        SynGuardExceptions exceptions) {
      kinds[slot] = kind;
      modes[slot] = mode;
      periodNs[slot] = SECOND_NS / thresholdPerSecond;
      destinationPeriodNs[slot] = SECOND_NS / destinationThresholdPerSecond;
      holdNs[slot] = holdSeconds * SECOND_NS;
      this.exceptions[slot] = exceptions;
      return this;
    }

    public SynGuardTable build() {
      return new SynGuardTable(this);
    }
  }

  /** No tenant has any. */
  public static SynGuardTable none() {
    return NONE;
  }

  public boolean isEmpty() {
    return empty;
  }

  /** Bits by tenant; 0: no guard. Not to be written. */
  public int[] kinds() {
    return kinds;
  }

  /** What the tenant's threshold grants a SYN. */
  public long periodNs(int tenant) {
    return periodNs[tenant];
  }

  /** The same of one destination's. */
  public long destinationPeriodNs(int tenant) {
    return destinationPeriodNs[tenant];
  }

  public long holdNs(int tenant) {
    return holdNs[tenant];
  }

  /**
   * The mode of a destination.
   *
   * @param high bytes 0-7 of an IPv6 address; of IPv4 0
   * @param low bytes 8-15, or an IPv4 address, unsigned
   */
  public int mode(int tenant, boolean ipv6, long high, long low, int port) {
    SynGuardExceptions own = exceptions[tenant];
    if (own == null) {
      return modes[tenant];
    }
    int excepted = own.mode(ipv6, high, low, port);
    return excepted == SynGuardExceptions.NONE ? modes[tenant] : excepted;
  }
}

package io.breakwater.workers.protection;

/**
 * What a packet of each class costs a tenant's bucket, and one of any class its source's: by the
 * tenant's slot, in ticks of {@link TokenCells}, 0 where there is no rate. Immutable.
 */
public final class RateTable {

  /** Of a row: a column for each {@link TrafficClass}, and {@link #SOURCE}. */
  public static final int ROW_SHIFT = 3;

  public static final int SOURCE = TrafficClass.COUNT;

  private static final RateTable NONE = new RateTable(new long[0]);

  private final long[] costs;

  private RateTable(long[] costs) {
    this.costs = costs;
  }

  /** No tenant has any. */
  public static RateTable none() {
    return NONE;
  }

  public boolean isEmpty() {
    return costs.length == 0;
  }

  /** {@code costs[(tenant << ROW_SHIFT) + column]}. Not to be written. */
  public long[] costs() {
    return costs;
  }

  /** Collects rates. Control thread. */
  public static final class Builder {

    private final long[] costs;
    private boolean some;

    /**
     * @param slotBound slots of tenants are below it
     */
    public Builder(int slotBound) {
      costs = new long[slotBound << ROW_SHIFT];
    }

    /**
     * @param perSecond packets, 1..10^9
     */
    public Builder limit(int tenant, TrafficClass trafficClass, int perSecond) {
      return set(tenant, trafficClass.ordinal(), perSecond);
    }

    /** Of each source of a tenant. */
    public Builder limitSource(int tenant, int perSecond) {
      return set(tenant, SOURCE, perSecond);
    }

    private Builder set(int tenant, int column, int perSecond) {
      costs[(tenant << ROW_SHIFT) + column] = TokenCells.cost(perSecond);
      some = true;
      return this;
    }

    public RateTable build() {
      return some ? new RateTable(costs) : NONE;
    }
  }
}

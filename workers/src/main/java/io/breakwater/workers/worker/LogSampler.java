package io.breakwater.workers.worker;

/**
 * Chooses which of the packets that {@code log} statements meet are told: so many a second of each
 * tenant, and so many of all together, of which half are for those that had none in this second. So
 * a tenant that logs a flood leaves room for the others.
 *
 * <p>A second begins with the first packet after the one before ended. Threading: one for each
 * worker, on its thread. Costs a handful of reads; allocates nothing.
 */
final class LogSampler {

  static final int TENANT_PER_SECOND = 5;

  private static final long WINDOW_NS = 1_000_000_000L;

  private final int allPerSecond;

  /** By tenant: in which second it was last told of, how often there, and not told since. */
  private final int[] windows;

  private final int[] told;
  private final long[] leftOut;

  private int window;
  private long windowEndNs;
  private int allTold;

  /**
   * @param tenantBound slots of tenants are below it
   * @param allPerSecond 2 or more
   */
  LogSampler(int tenantBound, int allPerSecond) {
    this.allPerSecond = allPerSecond;
    windows = new int[tenantBound];
    told = new int[tenantBound];
    leftOut = new long[tenantBound];
  }

  /** Whether a packet of this tenant is told; if not it is counted. */
  boolean admits(int tenant, long nowNs) {
    if (window == 0 || nowNs - windowEndNs >= 0) {
      windowEndNs = nowNs + WINDOW_NS;
      window++;
      allTold = 0;
    }
    boolean first = windows[tenant] != window;
    int before = first ? 0 : told[tenant];
    if (before == TENANT_PER_SECOND || allTold >= (first ? allPerSecond : allPerSecond / 2)) {
      leftOut[tenant]++;
      return false;
    }
    windows[tenant] = window;
    told[tenant] = before + 1;
    allTold++;
    return true;
  }

  /** One that was admitted could not be told after all. */
  void leaveOut(int tenant) {
    leftOut[tenant]++;
  }

  /** Packets that were left out since the last one that was told. */
  long leftOut(int tenant) {
    return leftOut[tenant];
  }

  /** They have been told. */
  void clearLeftOut(int tenant) {
    leftOut[tenant] = 0;
  }

  /** The slot is another tenant's from here on. */
  void reassign(int tenant) {
    windows[tenant] = 0;
    leftOut[tenant] = 0;
  }
}

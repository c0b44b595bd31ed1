package io.breakwater.workers.protection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * What one worker was sent from outside for each tenant with protection: packets and layer-3 bytes
 * of each {@link TrafficClass}, before anything is dropped by protection.
 *
 * <p>A row is two cache lines. Threading: written by its worker with plain stores; any thread
 * reads, each long whole and soon, but not all at one instant.
 */
public final class TrafficCounters {

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final int ROW_SHIFT = 4;

  private final long[] longs;

  /**
   * @param tenantSlots slots of tenants are below it
   */
  public TrafficCounters(int tenantSlots) {
    longs = new long[tenantSlots << ROW_SHIFT];
  }

  /**
   * Its worker's thread.
   *
   * @param trafficClass ordinal of a {@link TrafficClass}
   */
  public void count(int tenant, int trafficClass, int bytes) {
    int at = (tenant << ROW_SHIFT) + (trafficClass << 1);
    longs[at]++;
    longs[at + 1] += bytes;
  }

  public long packets(int tenant, TrafficClass trafficClass) {
    return (long) LONGS.getOpaque(longs, (tenant << ROW_SHIFT) + (trafficClass.ordinal() << 1));
  }

  public long bytes(int tenant, TrafficClass trafficClass) {
    return (long) LONGS.getOpaque(longs, (tenant << ROW_SHIFT) + (trafficClass.ordinal() << 1) + 1);
  }

  /** The slot is another tenant's from here on. Its worker's thread. */
  public void clear(int tenant) {
    Arrays.fill(longs, tenant << ROW_SHIFT, tenant + 1 << ROW_SHIFT, 0);
  }
}

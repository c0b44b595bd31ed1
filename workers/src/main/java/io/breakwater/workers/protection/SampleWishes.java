package io.breakwater.workers.protection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * How often the control thread wants to see a packet of each tenant from each worker. Written by
 * it, read by workers when they sample.
 */
final class SampleWishes {

  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);

  private final int[] distancesNs;

  /**
   * @param distanceNs of all tenants at first
   */
  SampleWishes(int tenantSlots, int distanceNs) {
    distancesNs = new int[tenantSlots];
    Arrays.fill(distancesNs, distanceNs);
  }

  void set(int tenant, int distanceNs) {
    INTS.setOpaque(distancesNs, tenant, distanceNs);
  }

  long distanceNs(int tenant) {
    return (int) INTS.getOpaque(distancesNs, tenant);
  }
}

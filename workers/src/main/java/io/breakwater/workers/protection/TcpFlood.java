package io.breakwater.workers.protection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Which tenants are sent floods of segments that belong to no connection, and until when something
 * is done about it: a word for each tenant, that all workers share.
 *
 * <p>Threading: any number of threads. Whoever finds a flood sets a word later, never earlier.
 */
final class TcpFlood implements AttackWords {

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] untilNs;

  TcpFlood(int tenantSlots) {
    untilNs = new long[tenantSlots];
    for (int tenant = 0; tenant < tenantSlots; tenant++) {
      untilNs[tenant] = NEVER;
    }
  }

  @Override
  public long engagedUntilNs(int tenant) {
    return (long) LONGS.getOpaque(untilNs, tenant);
  }

  void engage(int tenant, long until) {
    LONGS.setOpaque(untilNs, tenant, until);
  }

  void end(int tenant) {
    LONGS.setOpaque(untilNs, tenant, NEVER);
  }
}

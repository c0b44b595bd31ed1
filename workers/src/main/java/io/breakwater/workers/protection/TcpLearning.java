package io.breakwater.workers.protection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Since when each tenant's connections are followed: before {@value #LEARN_SECONDS} s are over
 * nothing is enforced, since connections that are older than the appliance's last start, or than
 * the tenant's {@code tcp-state}, are not known yet. A connection that sends two segments in that
 * time, some seconds apart, is.
 *
 * <p>Threading: any number of threads. Two that begin a period in the same moment write nearly the
 * same time.
 */
final class TcpLearning {

  static final int LEARN_SECONDS = 120;

  private static final long LEARN_NS = LEARN_SECONDS * 1_000_000_000L;

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);

  private final long[] sinceNs;
  private final int[] periods;
  private volatile boolean ended;

  TcpLearning(int tenantSlots) {
    sinceNs = new long[tenantSlots];
    periods = new int[tenantSlots];
  }

  /**
   * Whether a tenant has been followed long enough; called with its first segment, it begins.
   *
   * @param period of {@link TcpStateTable}, not 0
   */
  boolean isOver(int tenant, int period, long nowNs) {
    if (ended) {
      return true;
    }
    if ((int) INTS.getAcquire(periods, tenant) != period) {
      LONGS.setOpaque(sinceNs, tenant, nowNs);
      INTS.setRelease(periods, tenant, period);
      return false;
    }
    return nowNs - (long) LONGS.getOpaque(sinceNs, tenant) >= LEARN_NS;
  }

  /** All is over for all: for who warms up the code, and has no connections to lose. */
  void end() {
    ended = true;
  }

  /** Nanoseconds until it is over; 0 if it is, or if the tenant was never followed. */
  long leftNs(int tenant, long nowNs) {
    if ((int) INTS.getAcquire(periods, tenant) == 0) {
      return 0;
    }
    return Math.max(0, LEARN_NS - (nowNs - (long) LONGS.getOpaque(sinceNs, tenant)));
  }
}

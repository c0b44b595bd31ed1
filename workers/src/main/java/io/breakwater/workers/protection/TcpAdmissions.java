package io.breakwater.workers.protection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * How many flows a tenant is let in each second of those that came again: {@value #PER_SECOND}, for
 * all workers together. So who sends each forged segment twice gets no more through.
 *
 * <p>A word for each tenant, the second in the upper and the count in the lower half. Threading:
 * any number of threads.
 */
final class TcpAdmissions {

  static final int PER_SECOND = 2_000;

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private final long[] words;

  TcpAdmissions(int tenantSlots) {
    words = new long[tenantSlots];
  }

  /** Takes one, if any is left. */
  boolean take(int tenant, long nowNs) {
    long second = nowNs / 1_000_000_000L << 32;
    while (true) {
      long word = (long) LONGS.getVolatile(words, tenant);
      long next = (word & ~0xffff_ffffL) == second ? word + 1 : second + 1;
      if ((int) next > PER_SECOND) {
        return false;
      }
      if (LONGS.compareAndSet(words, tenant, word, next)) {
        return true;
      }
    }
  }
}

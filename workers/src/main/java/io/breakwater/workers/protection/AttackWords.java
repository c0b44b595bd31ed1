package io.breakwater.workers.protection;

/**
 * Until when a defence is engaged for each tenant: a word for each, written by whoever finds an
 * attack, read by all workers.
 *
 * <p>Threading: any threads; a reader may see a word a little late.
 */
@FunctionalInterface
public interface AttackWords {

  /** A time that has always passed. */
  long NEVER = Long.MIN_VALUE / 2;

  /** No tenant is attacked. */
  AttackWords NONE = tenant -> NEVER;

  /** Monotonic time; it has passed, or is {@link #NEVER}, where nothing is engaged. */
  long engagedUntilNs(int tenant);

  default boolean isEngaged(int tenant, long nowNs) {
    return engagedUntilNs(tenant) - nowNs > 0;
  }
}

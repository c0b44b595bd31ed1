package io.breakwater.workers.protection;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/**
 * Counters of one worker: a row of longs for each tenant's slot.
 *
 * <p>Threading: written by its worker with plain stores; any thread reads, each long whole and
 * soon, but not all at one instant.
 */
public final class SlotCounters {

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  private final int columns;
  private final long[] longs;

  /**
   * @param slots of tenants are below it
   * @param columns of a row
   */
  public SlotCounters(int slots, int columns) {
    this.columns = columns;
    longs = new long[slots * columns];
  }

  /** Its worker's thread. */
  public void add(int slot, int column, long amount) {
    longs[slot * columns + column] += amount;
  }

  /** Any thread. */
  public long read(int slot, int column) {
    return (long) LONGS.getOpaque(longs, slot * columns + column);
  }

  /** The slot is another tenant's from here on. Its worker's thread. */
  public void clear(int slot) {
    Arrays.fill(longs, slot * columns, (slot + 1) * columns, 0);
  }
}

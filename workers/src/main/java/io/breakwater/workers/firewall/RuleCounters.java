package io.breakwater.workers.firewall;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * What one worker counts for rules and named counters of all tenants: packets and layer-3 bytes, by
 * slot. Slot 0 takes what is counted for no rule.
 *
 * <p>Threading: written by its worker with plain stores; other threads read each long whole. Never
 * set back: who gives a slot to another rule remembers what stood there.
 */
public final class RuleCounters {

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);

  /** Packets of slot s at 2s, bytes at 2s + 1. */
  final long[] counts;

  /**
   * @param slots 1 or more, slot 0 included
   */
  public RuleCounters(int slots) {
    counts = new long[2 * slots];
  }

  /** Counts a packet of so many layer-3 bytes. */
  public void count(int slot, int bytes) {
    counts[2 * slot]++;
    counts[2 * slot + 1] += bytes;
  }

  /** For {@link #count(long[], int, int)}. */
  public long[] counts() {
    return counts;
  }

  /** Counts the same in a loop that has taken {@link #counts} into a local. */
  public static void count(long[] counts, int slot, int bytes) {
    counts[2 * slot]++;
    counts[2 * slot + 1] += bytes;
  }

  public int slots() {
    return counts.length / 2;
  }

  public long packets(int slot) {
    return (long) LONGS.getOpaque(counts, 2 * slot);
  }

  public long bytes(int slot) {
    return (long) LONGS.getOpaque(counts, 2 * slot + 1);
  }
}

package io.breakwater.workers.table;

import java.util.List;

/**
 * Finds the tunnel of a GRE packet by (remote, local, key): RFC 2890 2.1 makes the key part of a
 * tunnel's identity.
 *
 * <p>Open addressing with linear probing in one long array, two longs an entry: {@code remote << 32
 * | local}, then {@code key << 32 | keyed << 31 | slot + 1}; at most half full. Immutable. A lookup
 * is one cache line, nearly always.
 */
public final class TunnelIndex {

  private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;
  private static final int KEYED = 1 << 31;

  private final long[] entries;
  private final int shift;

  public TunnelIndex(List<TunnelTable.Entry> tunnels) {
    int places = Math.max(16, Integer.highestOneBit(tunnels.size() * 4 + 1));
    entries = new long[places * 2];
    shift = Long.numberOfLeadingZeros(places) + 1;
    for (TunnelTable.Entry tunnel : tunnels) {
      add(tunnel);
    }
  }

  private void add(TunnelTable.Entry tunnel) {
    long ends = ends(tunnel.remote(), tunnel.local());
    int at = place(ends, tunnel.key());
    while (entries[at + 1] != 0) {
      at = at + 2 & entries.length - 1;
    }
    entries[at] = ends;
    entries[at + 1] =
        (long) tunnel.key() << 32 | (tunnel.keyed() ? KEYED : 0) & 0xffff_ffffL | tunnel.slot() + 1;
  }

  /**
   * @param key the key, 0 without one
   * @return the tunnel's slot, or -1
   */
  public int find(int remote, int local, boolean keyed, int key) {
    long[] table = entries;
    long ends = ends(remote, local);
    int at = place(ends, key);
    while (true) {
      long value = table[at + 1];
      if (value == 0) {
        return -1;
      }
      if (table[at] == ends && (int) (value >>> 32) == key && (value & 1L << 31) != 0 == keyed) {
        return ((int) value & ~KEYED) - 1;
      }
      at = at + 2 & table.length - 1;
    }
  }

  private static long ends(int remote, int local) {
    return (long) remote << 32 | local & 0xffff_ffffL;
  }

  private int place(long ends, int key) {
    return (int) ((ends + key * 0x51_7cc1L) * MULTIPLIER >>> shift) << 1;
  }
}

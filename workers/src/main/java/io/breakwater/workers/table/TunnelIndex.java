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
    return find(ends(remote, local), identity(keyed ? 1 : 0, key));
  }

  /**
   * The identity of a tunnel between its ends, for {@link #find}: its key or the lack of one.
   *
   * @param keyed 1 with a key, 0 without
   * @param key the key, 0 without one
   */
  public static long identity(int keyed, int key) {
    return (key & 0xffff_ffffL) << 1 | keyed;
  }

  /**
   * Finds the tunnels of the first {@code count} packets.
   *
   * @param ends outer source in the high half, outer destination in the low half
   * @param identities see {@link #identity}
   * @param slots receives the tunnels' slots, -1 for none
   */
  public void find(long[] ends, long[] identities, int[] slots, int count) {
    for (int k = 0; k < count; k++) {
      slots[k] = find(ends[k], identities[k]);
    }
  }

  /** The slot of one tunnel, or -1. */
  public int find(long ends, long identity) {
    long[] table = entries;
    int at = place(ends, (int) (identity >>> 1));
    while (true) {
      long value = table[at + 1];
      if (table[at] == ends && value >>> 31 == identity) {
        // An entry that is free matches nothing but ends of zeros, and says -1 then.
        return ((int) value & ~KEYED) - 1;
      }
      if (value == 0) {
        return -1;
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

package io.breakwater.workers.table;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the tunnel of a GRE packet by (remote, local, key): RFC 2890 2.1 makes the key part of a
 * tunnel's identity.
 *
 * <p>Open addressing with linear probing in one long array, two longs an entry: {@code remote << 32
 * | local}, then {@code key << 32 | keyed << 31 | slot + 1}; at most half full. A second array of
 * the same form has all pairs of ends, to tell a wrong key from ends that nobody has. Tunnels over
 * IPv6 are in {@link Ipv6TunnelIndex}. Immutable. A lookup is one cache line, nearly always.
 */
public final class TunnelIndex {

  private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;
  private static final int KEYED = 1 << 31;

  private final long[] entries;
  private final long[] pairs;
  private final int shift;
  private final Ipv6TunnelIndex ipv6;

  /**
   * @param tenantByTunnel tenant slot of each tunnel slot
   */
  public TunnelIndex(List<TunnelTable.Entry> tunnels, int[] tenantByTunnel) {
    List<TunnelTable.Entry> overIpv4 = new ArrayList<>();
    List<TunnelTable.Entry> overIpv6 = new ArrayList<>();
    for (TunnelTable.Entry tunnel : tunnels) {
      (tunnel.ends().ipv6() ? overIpv6 : overIpv4).add(tunnel);
    }
    int places = places(overIpv4.size());
    entries = new long[places * 2];
    pairs = new long[places * 2];
    shift = Long.numberOfLeadingZeros(places) + 1;
    for (TunnelTable.Entry tunnel : overIpv4) {
      long ends = tunnel.ends().remoteLow() << 32 | tunnel.ends().localLow();
      put(entries, ends, tunnel.key(), value(tunnel.keyed(), tunnel.key(), tunnel.slot()));
      int other = findPair(ends);
      int known = other < 0 ? tunnel.slot() : common(other, tunnel.slot(), tenantByTunnel);
      put(pairs, ends, 0, value(false, 0, known));
    }
    ipv6 = new Ipv6TunnelIndex(overIpv6, tenantByTunnel);
  }

  /** The tunnels over IPv6. */
  public Ipv6TunnelIndex ipv6() {
    return ipv6;
  }

  /** A power of two, for a table that is at most half full. */
  static int places(int entries) {
    return Math.max(16, Integer.highestOneBit(entries * 4 + 1));
  }

  static long value(boolean keyed, int key, int slot) {
    return (long) key << 32 | (keyed ? KEYED : 0) & 0xffff_ffffL | slot + 1;
  }

  /** What stands for two tunnels between the same ends: the first, or 0, none, of two tenants. */
  static int common(int first, int second, int[] tenantByTunnel) {
    return tenantByTunnel[first] == tenantByTunnel[second] ? first : 0;
  }

  private void put(long[] table, long ends, int key, long value) {
    int at = place(ends, key);
    while (table[at + 1] != 0 && (table[at] != ends || table[at + 1] >>> 31 != value >>> 31)) {
      at = at + 2 & table.length - 1;
    }
    table[at] = ends;
    table[at + 1] = value;
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
    return find(entries, ends, identity);
  }

  /**
   * The first tunnel between two ends, whatever its key: -1 when there is none, 0 when they are of
   * several tenants.
   */
  public int findPair(int remote, int local) {
    return findPair(ends(remote, local));
  }

  private int findPair(long ends) {
    return find(pairs, ends, 0);
  }

  private int find(long[] table, long ends, long identity) {
    int at = place(ends, (int) (identity >>> 1));
    while (true) {
      long value = table[at + 1];
      if (table[at] == ends && value >>> 31 == identity) {
        // An entry that is free matches nothing but ends of zeros, and says -1 then.
        return slot(value);
      }
      if (value == 0) {
        return -1;
      }
      at = at + 2 & table.length - 1;
    }
  }

  static int slot(long value) {
    return ((int) value & ~KEYED) - 1;
  }

  private static long ends(int remote, int local) {
    return (long) remote << 32 | local & 0xffff_ffffL;
  }

  private int place(long ends, int key) {
    return (int) ((ends + key * 0x51_7cc1L) * MULTIPLIER >>> shift) << 1;
  }
}

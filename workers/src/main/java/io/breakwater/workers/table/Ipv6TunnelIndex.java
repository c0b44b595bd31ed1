package io.breakwater.workers.table;

import io.breakwater.workers.packet.Ipv6;
import io.breakwater.workers.packet.PacketMemory;
import java.util.List;

/**
 * Finds the tunnel of a GRE packet over IPv6 by (remote, local, key), as {@link TunnelIndex} does
 * for IPv4.
 *
 * <p>Open addressing with linear probing in one long array, a cache line an entry: remote, local
 * (two longs each), then {@code key << 32 | keyed << 31 | slot + 1}; at most half full. A second
 * array of the same form has all pairs of ends. Immutable. A lookup is one cache line, nearly
 * always.
 */
public final class Ipv6TunnelIndex {

  private static final int SHIFT = 3;
  private static final int STRIDE = 1 << SHIFT;
  private static final int VALUE = 4;

  private static final long FIRST = 0x9e3779b97f4a7c15L;
  private static final long SECOND = 0xff51afd7ed558ccdL;

  private final long[] entries;
  private final long[] pairs;
  private final int placeShift;

  Ipv6TunnelIndex(List<TunnelTable.Entry> tunnels, int[] tenantByTunnel) {
    int places = TunnelIndex.places(tunnels.size());
    entries = new long[places << SHIFT];
    pairs = new long[places << SHIFT];
    placeShift = Long.numberOfLeadingZeros(places) + 1;
    for (TunnelTable.Entry tunnel : tunnels) {
      TunnelEnds ends = tunnel.ends();
      int slot = tunnel.slot();
      put(entries, ends, TunnelIndex.value(tunnel.keyed(), tunnel.key(), slot));
      int other =
          find(pairs, ends.remoteHigh(), ends.remoteLow(), ends.localHigh(), ends.localLow(), 0);
      int known = other < 0 ? slot : TunnelIndex.common(other, slot, tenantByTunnel);
      put(pairs, ends, TunnelIndex.value(false, 0, known));
    }
  }

  private void put(long[] table, TunnelEnds ends, long value) {
    long identity = value >>> 31;
    int at =
        place(
            table,
            ends.remoteHigh(),
            ends.remoteLow(),
            ends.localHigh(),
            ends.localLow(),
            identity);
    table[at] = ends.remoteHigh();
    table[at + 1] = ends.remoteLow();
    table[at + 2] = ends.localHigh();
    table[at + 3] = ends.localLow();
    table[at + VALUE] = value;
  }

  /**
   * The tunnel that a packet with these outer addresses came in, or -1.
   *
   * @param network position of the outer header
   * @param identity see {@link TunnelIndex#identity}
   */
  public int find(PacketMemory memory, int network, long identity) {
    return find(entries, memory, network, identity);
  }

  /**
   * The first tunnel between the outer addresses, whatever its key: -1 when there is none, 0 when
   * they are of several tenants.
   */
  public int findPair(PacketMemory memory, int network) {
    return find(pairs, memory, network, 0);
  }

  /** The same by the addresses themselves. */
  public int find(long remoteHigh, long remoteLow, long localHigh, long localLow, long identity) {
    return find(entries, remoteHigh, remoteLow, localHigh, localLow, identity);
  }

  /** The same by the addresses themselves. */
  public int findPair(long remoteHigh, long remoteLow, long localHigh, long localLow) {
    return find(pairs, remoteHigh, remoteLow, localHigh, localLow, 0);
  }

  private int find(long[] table, PacketMemory memory, int network, long identity) {
    return find(
        table,
        Ipv6.sourceHigh(memory, network),
        Ipv6.sourceLow(memory, network),
        Ipv6.destinationHigh(memory, network),
        Ipv6.destinationLow(memory, network),
        identity);
  }

  private int find(
      long[] table, long remoteHigh, long remoteLow, long localHigh, long localLow, long identity) {
    int at = place(table, remoteHigh, remoteLow, localHigh, localLow, identity);
    // A free entry's value is 0, and so its slot -1.
    return TunnelIndex.slot(table[at + VALUE]);
  }

  /** Where the entry is, or the free one where it would be. */
  private int place(
      long[] table, long remoteHigh, long remoteLow, long localHigh, long localLow, long identity) {
    long hash = (remoteHigh * SECOND + remoteLow) * FIRST;
    hash = ((hash ^ hash >>> 32) + localHigh) * SECOND;
    hash = ((hash ^ hash >>> 32) + localLow + identity) * FIRST;
    hash = (hash ^ hash >>> 32) * SECOND;
    int at = (int) (hash >>> placeShift) << SHIFT;
    while (table[at + VALUE] != 0
        && (table[at] != remoteHigh
            || table[at + 1] != remoteLow
            || table[at + 2] != localHigh
            || table[at + 3] != localLow
            || table[at + VALUE] >>> 31 != identity)) {
      at = at + STRIDE & table.length - 1;
    }
    return at;
  }
}

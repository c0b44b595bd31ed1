package io.breakwater.workers.table;

import io.breakwater.workers.packet.Gre;
import io.breakwater.workers.packet.Ipv4;
import java.util.Arrays;
import java.util.List;

/**
 * The tunnels by slot, with the outer header of each ready to be written, and each tenant's choice
 * among its own.
 *
 * <p>A tunnel is eight longs, one cache line, in {@code words}: three of outer header as they go to
 * the wire (with total length, DSCP, checksum and GRE protocol left at 0), then what is needed
 * beside them:
 *
 * <pre>
 * 0  45 00 llll 0000 4000        version, IHL, TOS, total length, identification 0, don't fragment
 * 1  40 2f cccc ssssssss         TTL 64, GRE, checksum, source: the endpoint
 * 2  dddddddd ffff pppp          destination: the remote; GRE flags, protocol type
 * 3  key (high half), next hop group (low half)
 * 4  sum of the header's 16-bit words as they stand here (high half), outer bytes &lt;&lt; 16 | mtu (low half)
 * </pre>
 *
 * <p>The outer identification is 0 and DF is set: such a datagram is atomic (RFC 6864 4.1).
 *
 * <p>A tenant's choice is a row of tunnel slots, a power of two long, indexed by the flow's hash;
 * weights are shares of the row, given out by rendezvous hashing of the tunnels' identities, so
 * that every server makes the same row. When a tenant's tunnels change, so may the row's length,
 * and then most of its flows move.
 *
 * <p>Immutable. A choice costs two reads, an encapsulation one cache line.
 */
public final class TunnelTable {

  private static final int STRIDE = 8;
  private static final int ROW_PER_TUNNEL = 128;
  private static final double SHARE_ERROR_MAX = 0.005;

  private final int commonGroup;
  private final long[] words;
  private final long[] rowByTenant;
  private final int[] rows;

  private TunnelTable(long[] words, long[] rowByTenant, int[] rows, int commonGroup) {
    this.commonGroup = commonGroup;
    this.words = words;
    this.rowByTenant = rowByTenant;
    this.rows = rows;
  }

  /**
   * A tunnel as the table needs it.
   *
   * @param slot its stable slot
   * @param identity hashed for the choice: the same on every server, whatever its slots are
   * @param local our end: the outer source
   * @param remote the tenant's router: the outer destination
   * @param nextHopGroup where the outer packet goes
   * @param mtuBytes largest inner packet
   */
  public record Entry(
      int slot,
      long identity,
      int local,
      int remote,
      boolean keyed,
      int key,
      int weight,
      int nextHopGroup,
      int mtuBytes) {

    public int outerBytes() {
      return Ipv4.HEADER_BYTES + Gre.HEADER_BYTES + (keyed ? Gre.KEY_BYTES : 0);
    }
  }

  /** The slot of the tunnel that a flow of the tenant takes, or 0 when the tenant has none. */
  public int choose(int tenant, int flow) {
    long row = rowByTenant[tenant];
    return row == 0 ? 0 : rows[(int) (row >>> 32) + (flow & (int) row - 1)];
  }

  /** The next hop group that all tunnels share, or -1 when they differ: of one gateway, mostly. */
  public int commonGroup() {
    return commonGroup;
  }

  /** All tunnels' words, for a loop over a batch: not to be written. */
  public long[] words() {
    return words;
  }

  /** Where a tunnel's words begin. */
  public static int wordsOf(int tunnel) {
    return tunnel * STRIDE;
  }

  /** Largest inner packet. */
  public int mtuBytes(int tunnel) {
    return (int) words[wordsOf(tunnel) + 4] & 0xffff;
  }

  public static int key(long word3) {
    return (int) (word3 >>> 32);
  }

  public static int nextHopGroup(long word3) {
    return (int) word3;
  }

  public static int headerSum(long word4) {
    return (int) (word4 >>> 32);
  }

  public static int outerBytes(long word4) {
    return (int) word4 >>> 16;
  }

  /** Builds the table tenant by tenant. */
  public static final class Builder {

    private final long[] words;
    private final long[] rowByTenant;
    private boolean isFirst = true;
    private int commonGroup = -1;
    private int[] rows = new int[1024];
    private int rowsUsed;

    /**
     * @param tenants slots of tenants are below it
     * @param tunnels slots of tunnels are below it
     */
    public Builder(int tenants, int tunnels) {
      words = new long[tunnels * STRIDE];
      rowByTenant = new long[tenants];
    }

    /** Sets a tunnel's header, whether it is chosen or not. */
    public Builder tunnel(Entry tunnel) {
      commonGroup = isFirst || commonGroup == tunnel.nextHopGroup ? tunnel.nextHopGroup : -1;
      isFirst = false;
      int at = tunnel.slot * STRIDE;
      long first = 0x4500_0000_0000_0000L | Ipv4.DONT_FRAGMENT;
      long second = 0x402f_0000_0000_0000L | tunnel.local & 0xffff_ffffL;
      long third = (long) tunnel.remote << 32 | (long) (tunnel.keyed ? Gre.KEY_PRESENT : 0) << 16;
      words[at] = first;
      words[at + 1] = second;
      words[at + 2] = third;
      words[at + 3] = (long) tunnel.key << 32 | tunnel.nextHopGroup;
      long sum = wordSum(first) + wordSum(second) + wordSum(third >>> 32);
      words[at + 4] = sum << 32 | (long) tunnel.outerBytes() << 16 | tunnel.mtuBytes;
      return this;
    }

    /** Sets the tunnels that a tenant's flows are spread over: those of its best priority. */
    public Builder choice(int tenant, List<Entry> tunnels) {
      int length = rowLength(tunnels);
      if (rowsUsed + length > rows.length) {
        rows = Arrays.copyOf(rows, Math.max(rows.length * 2, rowsUsed + length));
      }
      int[] placesLeft = places(tunnels, length);
      for (int i = 0; i < length; i++) {
        int winner = winner(tunnels, placesLeft, i);
        placesLeft[winner]--;
        rows[rowsUsed + i] = tunnels.get(winner).slot;
      }
      rowByTenant[tenant] = (long) rowsUsed << 32 | length;
      rowsUsed += length;
      return this;
    }

    public TunnelTable build() {
      return new TunnelTable(words, rowByTenant, rows, commonGroup);
    }

    private static long wordSum(long word) {
      return (word >>> 48) + (word >>> 32 & 0xffff) + (word >>> 16 & 0xffff) + (word & 0xffff);
    }

    /**
     * The shortest power of two in which every tunnel's share is right to half a percent: rows are
     * read for every packet, and short ones stay in the cache.
     */
    private static int rowLength(List<Entry> tunnels) {
      double weights = tunnels.stream().mapToInt(Entry::weight).sum();
      int longest = Integer.highestOneBit(tunnels.size() * ROW_PER_TUNNEL * 2 - 1);
      int length = Integer.highestOneBit(tunnels.size() * 2 - 1);
      while (length < longest && !isFair(tunnels, places(tunnels, length), weights, length)) {
        length *= 2;
      }
      return length;
    }

    private static boolean isFair(List<Entry> tunnels, int[] places, double weights, int length) {
      for (int i = 0; i < places.length; i++) {
        double error = (double) places[i] / length - tunnels.get(i).weight / weights;
        if (places[i] < 1 || Math.abs(error) > SHARE_ERROR_MAX) {
          return false;
        }
      }
      return true;
    }

    /** How many places of a row each tunnel gets: its weight's share, rounded, and one at least. */
    private static int[] places(List<Entry> tunnels, int length) {
      long weights = tunnels.stream().mapToLong(Entry::weight).sum();
      int[] places = new int[tunnels.size()];
      int given = 0;
      int largest = 0;
      for (int i = 0; i < places.length; i++) {
        places[i] =
            (int) Math.max(1, Math.round((double) length * tunnels.get(i).weight / weights));
        given += places[i];
        largest = places[i] > places[largest] ? i : largest;
      }
      places[largest] += length - given;
      return places;
    }

    /**
     * Rendezvous hashing: of the tunnels with places left, the one with the highest hash takes this
     * place.
     */
    private static int winner(List<Entry> tunnels, int[] placesLeft, int place) {
      int best = -1;
      long bestScore = -1;
      for (int i = 0; i < placesLeft.length; i++) {
        long identity = tunnels.get(i).identity;
        long score =
            FlowHash.ipv4((int) (identity >>> 32), (int) identity, 0, place) & 0xffff_ffffL;
        if (placesLeft[i] > 0 && score > bestScore) {
          best = i;
          bestScore = score;
        }
      }
      return best;
    }
  }
}

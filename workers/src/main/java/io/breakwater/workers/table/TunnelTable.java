package io.breakwater.workers.table;

import io.breakwater.workers.packet.Gre;
import io.breakwater.workers.packet.Ipv4;
import io.breakwater.workers.packet.Ipv6;
import java.util.Arrays;
import java.util.List;

/**
 * The tunnels by slot, with the outer header of each ready to be written, and each tenant's choice
 * among its own.
 *
 * <p>All is in one array of longs, so that a loop over packets needs one base: first a long for
 * each tenant, which says where its row is (0: at tenant 0's word, which is 0 too: no tunnel); then
 * the tunnels; then the rows. A tunnel is four longs:
 *
 * <pre>
 * 0  over IPv4: source, the endpoint (high half), destination, the remote (low half);
 *    over IPv6: where the four longs of both addresses are
 * 1  key (high half), GRE flags &lt;&lt; 16 | traffic class: bits set &lt;&lt; 8, bits copied (low half)
 * 2  over IPv4: sum of the outer header's 16-bit words, but for what differs from packet to packet
 *    (high half); TTL &lt;&lt; 24 | outer bytes &lt;&lt; 16 | mtu (low half)
 * 3  next hop group
 * </pre>
 *
 * <p>The outer identification of IPv4 is 0 and DF is set: such a datagram is atomic (RFC 6864 4.1).
 *
 * <p>A tenant's choice is a row of tunnels, a power of two long, indexed by the flow's hash;
 * weights are shares of the row, given out by rendezvous hashing of the tunnels' identities, so
 * that every server makes the same row. When a tenant's tunnels change, so may the row's length,
 * and then most of its flows move.
 *
 * <p>Immutable. A choice costs two reads, an encapsulation 24 bytes, over IPv6 56.
 */
public final class TunnelTable {

  private static final int STRIDE = 4;

  /** Words of a tunnel. */
  public static final int ADDRESSES = 0;

  public static final int KEY = 1;
  public static final int SIZES = 2;
  private static final int GROUP = 3;

  private static final long HEADER_0 = 0x4500_0000_0000_0000L | Ipv4.DONT_FRAGMENT;
  private static final long HEADER_8 = 0x002f_0000_0000_0000L;
  private static final long IPV6_HEADER_0 = 0x6000_0000_0000_2f00L;

  private static final int TTL_SHIFT = 24;
  private static final long CHECKSUM_FLAG = (long) Gre.CHECKSUM_PRESENT << 16;

  private static final int ROW_PER_TUNNEL = 128;
  private static final double SHARE_ERROR_MAX = 0.005;

  private final int commonGroup;
  private final int commonIpv6Group;
  private final int firstTunnel;
  private final long[] words;
  private final boolean overIpv6;
  private final boolean checksums;

  private TunnelTable(Builder builder) {
    commonGroup = builder.commonGroup.value();
    commonIpv6Group = builder.commonIpv6Group.value();
    firstTunnel = builder.firstTunnel;
    words = Arrays.copyOf(builder.words, builder.used);
    overIpv6 = builder.overIpv6;
    checksums = builder.checksums;
  }

  /**
   * A tunnel as the table needs it.
   *
   * @param slot its stable slot
   * @param identity hashed for the choice: the same on every server, whatever its slots are
   * @param ends the outer addresses
   * @param outer what else the outer headers say
   * @param nextHopGroup where the outer packet goes
   * @param mtuBytes largest inner packet
   */
  public record Entry(
      int slot,
      long identity,
      TunnelEnds ends,
      OuterFields outer,
      boolean keyed,
      int key,
      int weight,
      int nextHopGroup,
      int mtuBytes) {

    /** A tunnel over IPv4 whose outer header is as it is by default. */
    public Entry(
        int slot,
        long identity,
        int local,
        int remote,
        boolean keyed,
        int key,
        int weight,
        int nextHopGroup,
        int mtuBytes) {
      this(
          slot,
          identity,
          TunnelEnds.ipv4(local, remote),
          OuterFields.DEFAULT,
          keyed,
          key,
          weight,
          nextHopGroup,
          mtuBytes);
    }

    public int outerBytes() {
      return outerBytes(ends.ipv6(), keyed, outer.checksum());
    }

    public static int outerBytes(boolean ipv6, boolean keyed, boolean checksum) {
      return (ipv6 ? Ipv6.HEADER_BYTES : Ipv4.HEADER_BYTES)
          + Gre.HEADER_BYTES
          + (keyed ? Gre.KEY_BYTES : 0)
          + (checksum ? Gre.CHECKSUM_BYTES : 0);
    }

    private long greFlags() {
      return (keyed ? Gre.KEY_PRESENT : 0) | (outer.checksum() ? Gre.CHECKSUM_PRESENT : 0);
    }
  }

  /** The slot of the tunnel that a flow of the tenant takes, or 0 when the tenant has none. */
  public int choose(int tenant, int flow) {
    return slot(choose(words, tenant, flow));
  }

  /**
   * The same for a loop over a batch: the slot of the tunnel and the position of its words; both
   * are 0 when the tenant has none.
   */
  public static long choose(long[] words, int tenant, int flow) {
    long row = words[tenant];
    return words[(int) (row >>> 32) + (flow & (int) row)];
  }

  public static int slot(long chosen) {
    return (int) (chosen >>> 32);
  }

  public static int position(long chosen) {
    return (int) chosen;
  }

  /**
   * The next hop group that all tunnels over one version of IP share, or -1 when they differ: of
   * one gateway, mostly.
   */
  public int commonGroup(boolean overIpv6) {
    return overIpv6 ? commonIpv6Group : commonGroup;
  }

  /** Whether there are tunnels over IPv6. */
  public boolean overIpv6() {
    return overIpv6;
  }

  public boolean isOverIpv6(int tunnel) {
    return words[wordsOf(tunnel) + SIZES] >>> 32 == 0;
  }

  /** Whether there are tunnels with a GRE checksum. */
  public boolean checksums() {
    return checksums;
  }

  public boolean hasChecksum(int tunnel) {
    return (words[wordsOf(tunnel) + KEY] & CHECKSUM_FLAG) != 0;
  }

  /** All words, for a loop over a batch: not to be written. */
  public long[] words() {
    return words;
  }

  public int nextHopGroup(int tunnel) {
    return (int) words[wordsOf(tunnel) + GROUP];
  }

  /** Where a tunnel's words begin. */
  public int wordsOf(int tunnel) {
    return firstTunnel + tunnel * STRIDE;
  }

  /** Largest inner packet. */
  public int mtuBytes(int tunnel) {
    return mtuBytes(words[wordsOf(tunnel) + SIZES]);
  }

  /** Largest outer packet. */
  public int outerMtuBytes(int tunnel) {
    long sizes = words[wordsOf(tunnel) + SIZES];
    return mtuBytes(sizes) + outerBytes(sizes);
  }

  public static int mtuBytes(long sizes) {
    return (int) sizes & 0xffff;
  }

  public static int outerBytes(long sizes) {
    return (int) sizes >>> 16 & 0xff;
  }

  public static int headerSum(long sizes) {
    return (int) (sizes >>> 32);
  }

  /**
   * The first 8 bytes of an outer header: version, IHL, traffic class, total length, identification
   * 0, don't fragment.
   */
  public static long header0(int trafficClass, int totalLength) {
    return HEADER_0 | (long) trafficClass << 48 | (long) totalLength << 32;
  }

  /** The next 8: TTL, GRE, checksum, source. */
  public static long header8(long sizes, long addresses, long checksum) {
    return HEADER_8 | (sizes & 0xff00_0000L) << 32 | checksum << 32 | addresses >>> 32;
  }

  /** The last 8: destination, GRE flags, protocol type. */
  public static long header16(long addresses, long keyAndFlags, int protocolType) {
    return addresses << 32 | greHeader(keyAndFlags, protocolType);
  }

  /** GRE flags and protocol type. */
  public static long greHeader(long keyAndFlags, int protocolType) {
    return keyAndFlags & 0xffff_0000L | protocolType;
  }

  /** The outer traffic class: of the inner one's bits those that are copied, and those set. */
  public static int trafficClass(long keyAndFlags, int inner) {
    return inner & (int) keyAndFlags & 0xff | (int) keyAndFlags >>> 8 & 0xff;
  }

  /**
   * The first 8 bytes of an outer IPv6 header: version, traffic class, flow label, payload length,
   * GRE, hop limit.
   */
  public static long ipv6Header0(long sizes, int trafficClass, int label, int payloadLength) {
    return IPV6_HEADER_0
        | (long) trafficClass << 52
        | (long) label << 32
        | (long) payloadLength << 16
        | sizes >>> TTL_SHIFT & 0xff;
  }

  /** Where the four longs of a tunnel's source and destination are, over IPv6. */
  public static int ipv6Ends(long addresses) {
    return (int) addresses;
  }

  public static int key(long keyAndFlags) {
    return (int) (keyAndFlags >>> 32);
  }

  /** The value that all have, or -1. */
  private static final class Common {
    private boolean isFirst = true;
    private int value = -1;

    void add(int next) {
      value = isFirst || value == next ? next : -1;
      isFirst = false;
    }

    int value() {
      return value;
    }
  }

  /** Builds the table tenant by tenant. */
  public static final class Builder {

    private final int firstTunnel;
    private long[] words;
    private int used;
    private final Common commonGroup = new Common();
    private final Common commonIpv6Group = new Common();
    private boolean overIpv6;
    private boolean checksums;

    /**
     * @param tenants slots of tenants are below it
     * @param tunnels slots of tunnels are below it
     */
    public Builder(int tenants, int tunnels) {
      firstTunnel = tenants;
      used = firstTunnel + tunnels * STRIDE;
      words = new long[used + 1024];
    }

    /** Sets a tunnel's header, whether it is chosen or not. */
    public Builder tunnel(Entry tunnel) {
      (tunnel.ends.ipv6() ? commonIpv6Group : commonGroup).add(tunnel.nextHopGroup);
      int at = firstTunnel + tunnel.slot * STRIDE;
      OuterFields outer = tunnel.outer;
      words[at + ADDRESSES] = addresses(tunnel.ends);
      words[at + KEY] =
          (long) tunnel.key << 32 | tunnel.greFlags() << 16 | outer.set() << 8 | outer.copied();
      words[at + SIZES] =
          (tunnel.ends.ipv6() ? 0 : headerSum(words[at + ADDRESSES], outer.ttl())) << 32
              | (long) outer.ttl() << TTL_SHIFT
              | (long) tunnel.outerBytes() << 16
              | tunnel.mtuBytes;
      words[at + GROUP] = tunnel.nextHopGroup;
      overIpv6 |= tunnel.ends.ipv6();
      checksums |= outer.checksum();
      return this;
    }

    private long addresses(TunnelEnds ends) {
      if (!ends.ipv6()) {
        return ends.localLow() << 32 | ends.remoteLow();
      }
      int at = reserve(4);
      words[at] = ends.localHigh();
      words[at + 1] = ends.localLow();
      words[at + 2] = ends.remoteHigh();
      words[at + 3] = ends.remoteLow();
      return at;
    }

    /** Where the next {@code count} words are that nobody uses yet. */
    private int reserve(int count) {
      if (used + count > words.length) {
        words = Arrays.copyOf(words, Math.max(words.length * 2, used + count));
      }
      used += count;
      return used - count;
    }

    /** Of what is the same in all packets; never 0. */
    private static long headerSum(long addresses, int ttl) {
      return wordSum(HEADER_0) + wordSum(HEADER_8) + ((long) ttl << 8) + wordSum(addresses);
    }

    /** Sets the tunnels that a tenant's flows are spread over: those of its best priority. */
    public Builder choice(int tenant, List<Entry> tunnels) {
      if (tenant < 1) {
        // Its word is 0, and so what a tenant without tunnels chooses.
        throw new IllegalArgumentException("slot 0 is no tenant's: tenant=" + tenant);
      }
      int length = rowLength(tunnels);
      int row = reserve(length);
      int[] placesLeft = places(tunnels, length);
      for (int i = 0; i < length; i++) {
        int winner = winner(tunnels, placesLeft, i);
        placesLeft[winner]--;
        int slot = tunnels.get(winner).slot;
        words[row + i] = (long) slot << 32 | firstTunnel + slot * STRIDE;
      }
      words[tenant] = (long) row << 32 | length - 1;
      return this;
    }

    public TunnelTable build() {
      return new TunnelTable(this);
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

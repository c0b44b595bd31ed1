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
 * <p>A tenant's choice is a list of tunnels, its last first, and behind it a row of places, each
 * with an index into that list in 1, 2, 4 or 8 bits: {@link MaglevRow} says which, and a flow's
 * hash which place. The tenant's long has where the list's first tunnel is (high half), and (low
 * half) from the lowest bit on: the row's length in 16 bits, the binary logarithm of a place's bits
 * in 8, and a mask for a place. A tenant with two tunnels has 7 longs, which mostly are one or two
 * cache lines. Where list and row are, and how long they are, depends on the configuration only:
 * another choice among the same tunnels is written over a copy.
 *
 * <p>Immutable. A choice costs three reads, of which two are near each other; an encapsulation 24
 * bytes, over IPv6 56.
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

  /** Of a tenant's word. */
  private static final int LENGTH_MASK = 0xffff;

  private static final int BITS_SHIFT = 16;
  private static final int PLACE_MASK_SHIFT = 24;
  private static final int PLACE_MASK = 0x7f;

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

  /** How many places the tenant's row has; 0 when it has no tunnels. */
  public int places(int tenant) {
    return (int) words[tenant] & LENGTH_MASK;
  }

  /** The place in the tenant's row that a flow leads to. */
  public int place(int tenant, int flow) {
    return (int) ((flow & 0xffff_ffffL) * places(tenant) >>> 32);
  }

  /**
   * The same for a loop over a batch: the slot of the tunnel and the position of its words; both
   * are 0 when the tenant has none.
   */
  public static long choose(long[] words, int tenant, int flow) {
    long choice = words[tenant];
    int layout = (int) choice;
    int list = (int) (choice >>> 32);
    int place = (int) ((flow & 0xffff_ffffL) * (layout & LENGTH_MASK) >>> 32);
    // A shift looks at five bits of its distance only: what stands above them need not be cut off.
    int bit = place << (layout >>> BITS_SHIFT);
    int index = (int) (words[list + 1 + (bit >>> 6)] >>> bit) & layout >>> PLACE_MASK_SHIFT;
    return words[list - index];
  }

  /** Adds the part of the tenant's flows that takes each tunnel, 0..1, by the tunnels' slots. */
  public void addShares(int tenant, double[] byTunnel) {
    int length = places(tenant);
    for (int place = 0; place < length; place++) {
      // The first hash that leads to a place.
      long flow = (((long) place << 32) + length - 1) / length;
      byTunnel[slot(choose(words, tenant, (int) flow))] += 1.0 / length;
    }
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

  /** The flags of its GRE headers: K and C as they are configured. */
  public int greFlags(int tunnel) {
    return (int) words[wordsOf(tunnel) + KEY] >>> 16;
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

    Common() {}

    /** Of tunnels that were all added before. */
    Common(int value) {
      this.value = value;
      isFirst = false;
    }

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
    private final Common commonGroup;
    private final Common commonIpv6Group;
    private boolean overIpv6;
    private boolean checksums;

    /**
     * @param tenants slots of tenants are below it
     * @param tunnels slots of tunnels are below it
     */
    public Builder(int tenants, int tunnels) {
      firstTunnel = tenants;
      commonGroup = new Common();
      commonIpv6Group = new Common();
      used = firstTunnel + tunnels * STRIDE;
      words = new long[used + 1024];
    }

    /** Begins with all of a table, so that some tenants' choices can be made anew. */
    public Builder(TunnelTable table) {
      firstTunnel = table.firstTunnel;
      commonGroup = new Common(table.commonGroup);
      commonIpv6Group = new Common(table.commonIpv6Group);
      overIpv6 = table.overIpv6;
      checksums = table.checksums;
      words = table.words.clone();
      used = words.length;
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

    /** Sets the tunnels that a tenant's flows are spread over: all of a group. */
    public Builder choice(int tenant, List<Entry> group) {
      boolean[] all = new boolean[group.size()];
      Arrays.fill(all, true);
      return choice(tenant, group.size(), group, all);
    }

    /**
     * The same where only some take part. It may be set again, with the same {@code groupMax}.
     *
     * @param groupMax tunnels of the tenant's largest group, which the row's length depends on
     * @param group the tunnels of one priority, up to {@link MaglevRow#TUNNELS_MAX}
     * @param takesPart by index in the group; at least one does
     */
    public Builder choice(int tenant, int groupMax, List<Entry> group, boolean[] takesPart) {
      int list = writeList(tenant, groupMax, group);
      byte[] places =
          new MaglevRow(
                  MaglevRow.length(groupMax),
                  group.stream().mapToLong(Entry::identity).toArray(),
                  group.stream().mapToInt(Entry::weight).toArray())
              .places(takesPart);
      writeRow(list + 1, places, bitsLog(groupMax));
      return this;
    }

    /**
     * The same where {@code before} has the tenant's row already: for a group of as many tunnels
     * with the same identities and weights, of which the same took part. That saves making it.
     */
    public Builder choice(int tenant, int groupMax, List<Entry> group, TunnelTable before) {
      int list = writeList(tenant, groupMax, group);
      int rowBefore = (int) (before.words[tenant] >>> 32) + 1;
      System.arraycopy(before.words, rowBefore, words, list + 1, rowWords(groupMax));
      return this;
    }

    /**
     * Writes the list of a tenant's tunnels; returns where its first is, behind which is the row.
     */
    private int writeList(int tenant, int groupMax, List<Entry> group) {
      if (tenant < 1) {
        // Its word is 0, and so what a tenant without tunnels chooses.
        throw new IllegalArgumentException("slot 0 is no tenant's: tenant=" + tenant);
      }
      if (words[tenant] == 0) {
        int bitsLog = bitsLog(groupMax);
        long first = reserve(groupMax + rowWords(groupMax)) + groupMax - 1;
        int mask = (1 << (1 << bitsLog)) - 1 & PLACE_MASK;
        words[tenant] =
            first << 32
                | mask << PLACE_MASK_SHIFT
                | bitsLog << BITS_SHIFT
                | MaglevRow.length(groupMax);
      }
      int list = (int) (words[tenant] >>> 32);
      Arrays.fill(words, list - groupMax + 1, list + 1, 0);
      for (int i = 0; i < group.size(); i++) {
        int slot = group.get(i).slot;
        words[list - i] = (long) slot << 32 | firstTunnel + slot * STRIDE;
      }
      return list;
    }

    private static int bitsLog(int groupMax) {
      return groupMax <= 2 ? 0 : groupMax <= 4 ? 1 : groupMax <= 16 ? 2 : 3;
    }

    private static int rowWords(int groupMax) {
      return (MaglevRow.length(groupMax) << bitsLog(groupMax)) / Long.SIZE + 1;
    }

    private void writeRow(int row, byte[] places, int bitsLog) {
      Arrays.fill(words, row, row + (places.length << bitsLog) / Long.SIZE + 1, 0);
      for (int place = 0; place < places.length; place++) {
        int bit = place << bitsLog;
        words[row + bit / Long.SIZE] |= (long) places[place] << bit;
      }
    }

    public TunnelTable build() {
      return new TunnelTable(this);
    }

    private static long wordSum(long word) {
      return (word >>> 48) + (word >>> 32 & 0xffff) + (word >>> 16 & 0xffff) + (word & 0xffff);
    }
  }
}

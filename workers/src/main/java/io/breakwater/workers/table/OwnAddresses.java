package io.breakwater.workers.table;

/**
 * The appliance's own addresses and endpoints, to recognise a packet that claims to come from
 * ourselves (RFC 1812 5.3.7).
 *
 * <p>Asked for the source of every packet, so a filter of 64 longs answers nearly always (an
 * address has two hashed bits in one of them); only a hit is looked up. Immutable.
 */
public final class OwnAddresses {

  private static final int FILTER_LONGS = 64;

  /** Six bits each for the long and for the two bits in it. */
  private static final int HASH_BITS = 18;

  private static final long MULTIPLIER = 0x9e3779b97f4a7c15L;

  private final PrefixTable ipv4;
  private final PrefixTable ipv6;
  private final long[] ipv4Filter = new long[FILTER_LONGS];
  private final long[] ipv6Filter = new long[FILTER_LONGS];

  /**
   * @param ipv4 addresses, with the broadcast addresses of our subnets: they too are no source
   * @param ipv6High bytes 0-7 of addresses
   * @param ipv6Low bytes 8-15 of the same addresses
   */
  public OwnAddresses(int[] ipv4, long[] ipv6High, long[] ipv6Low) {
    var ipv4Table = new PrefixTable.Builder();
    for (int address : ipv4) {
      ipv4Table.add(address, 32, 1);
      admit(ipv4Filter, address);
    }
    var ipv6Table = new PrefixTable.Builder();
    for (int i = 0; i < ipv6High.length; i++) {
      ipv6Table.add(ipv6High[i], ipv6Low[i], 128, 1);
      admit(ipv6Filter, ipv6High[i] ^ ipv6Low[i]);
    }
    this.ipv4 = ipv4Table.build();
    this.ipv6 = ipv6Table.build();
  }

  /** The filter of the IPv4 addresses, for a loop over a batch: see {@link #isMaybe}. */
  public long[] ipv4Filter() {
    return ipv4Filter;
  }

  /** The same of the IPv6 addresses, of which the two halves are one long by exclusive or. */
  public long[] ipv6Filter() {
    return ipv6Filter;
  }

  /** False: certainly none of ours; true: it has to be looked up. */
  public static boolean isMaybe(long[] filter, long address) {
    int hash = hash(address);
    long bits = bits(hash);
    return (filter[hash >>> 12] & bits) == bits;
  }

  public boolean contains(int address) {
    return isMaybe(ipv4Filter, address) && ipv4.find(address) != 0;
  }

  public boolean contains(long high, long low) {
    return isMaybe(ipv6Filter, high ^ low) && ipv6.find(high, low) != 0;
  }

  private static void admit(long[] filter, long address) {
    int hash = hash(address);
    filter[hash >>> 12] |= bits(hash);
  }

  private static int hash(long address) {
    return (int) (address * MULTIPLIER >>> 64 - HASH_BITS);
  }

  private static long bits(int hash) {
    return 1L << hash | 1L << (hash >>> 6);
  }
}

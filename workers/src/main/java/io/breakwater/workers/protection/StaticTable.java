package io.breakwater.workers.protection;

import io.breakwater.workers.table.Destination;

/**
 * Reactions to packets that no honest sender makes, by the tenant's slot: for each tenant a word
 * with two bits for each {@link PacketCheck}, and a filter of its own addresses for each family.
 * Immutable.
 *
 * <p>The filter says of most sources by one bit that they are not the tenant's own; the others are
 * looked up among all destinations.
 */
public final class StaticTable {

  public static final int OFF = 0;
  public static final int OBSERVE = 1;
  public static final int DROP = 2;

  /** In a word: the tenant has protection, of whatever kind. */
  public static final int PROTECTED = 1;

  private static final int REACTION_MASK = 3;
  private static final int REACTION_SHIFT = 1;
  private static final int ALL = -1;
  private static final int IPV6_HASHED_BITS = 32;
  private static final int IPV4_FILTER_BITS = 6;
  private static final int MIX = 0x9e37_79b1;

  private static final StaticTable NONE = new StaticTable(new int[0], new long[0]);

  private final int[] words;
  private final long[] filters;

  private StaticTable(int[] words, long[] filters) {
    this.words = words;
    this.filters = filters;
  }

  /** No tenant has any protection. */
  public static StaticTable none() {
    return NONE;
  }

  public boolean isEmpty() {
    return words.length == 0;
  }

  /** By the tenant's slot: 0 where it has no protection. Not to be written. */
  public int[] words() {
    return words;
  }

  /** What is done with a packet that a check finds. */
  public static int reaction(int word, PacketCheck check) {
    return word >>> REACTION_SHIFT + 2 * check.ordinal() & REACTION_MASK;
  }

  /** Whether an IPv4 source may be in the tenant's prefixes. */
  public boolean isMaybeOwn(int tenant, int source) {
    return (filters[tenant << 1] & 1L << (source >>> Integer.SIZE - IPV4_FILTER_BITS)) != 0;
  }

  /** Whether an IPv6 source may be in the tenant's prefixes. */
  public boolean isMaybeOwn(int tenant, long sourceHigh) {
    return (filters[(tenant << 1) + 1] & ipv6Bit(sourceHigh)) != 0;
  }

  private static long ipv6Bit(long high) {
    return 1L << ((int) (high >>> IPV6_HASHED_BITS) * MIX >>> Integer.SIZE - 6);
  }

  /** Collects tenants. Control thread. */
  public static final class Builder {

    private final int[] words;
    private final long[] filters;
    private boolean some;

    /**
     * @param slotBound slots of tenants are below it, and {@link Destination#TENANT_MAX} at most
     */
    public Builder(int slotBound) {
      words = new int[slotBound];
      filters = new long[slotBound << 1];
    }

    /** The tenant has protection. */
    public Builder protect(int tenant) {
      words[tenant] |= PROTECTED;
      some = true;
      return this;
    }

    /** Protects a tenant, and reacts to a check: {@link #OFF}, {@link #OBSERVE}, {@link #DROP}. */
    public Builder react(int tenant, PacketCheck check, int reaction) {
      words[tenant] |= reaction << REACTION_SHIFT + 2 * check.ordinal();
      return protect(tenant);
    }

    /** A prefix of the tenant's. */
    public Builder ownIpv4(int tenant, int address, int length) {
      int first = length == 0 ? 0 : address & ALL << Integer.SIZE - length;
      int last = length == 0 ? ALL : first | ~(ALL << Integer.SIZE - length);
      int shift = Integer.SIZE - IPV4_FILTER_BITS;
      for (int bit = first >>> shift; bit <= last >>> shift; bit++) {
        filters[tenant << 1] |= 1L << bit;
      }
      return this;
    }

    /** A prefix of the tenant's: of one that is shorter than 32 bits all sources are looked up. */
    public Builder ownIpv6(int tenant, long high, int length) {
      filters[(tenant << 1) + 1] |= length < IPV6_HASHED_BITS ? -1L : ipv6Bit(high);
      return this;
    }

    public StaticTable build() {
      return some ? new StaticTable(words, filters) : NONE;
    }
  }
}

package io.breakwater.workers.table;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Longest-prefix match for one address family: a multibit trie with strides of 16, 8, 8, ... bits
 * and leaf pushing (Srinivasan and Varghese, "Fast address lookups using controlled prefix
 * expansion", 1999).
 *
 * <p>All nodes lie in one int array: first the root's 65,536 entries, then nodes of 256. An entry
 * at or above 0 is the value found; below 0 it is the complement of the next node's position. An
 * IPv4 lookup reads one entry for a prefix of up to 16 bits, two up to 24, three above; an IPv6 /48
 * takes five. DIR-24-8 would save one read for IPv4, but costs 64 MiB for each generation of the
 * table, where this costs what the prefixes need: 10,000 contiguous /24s are 300 KiB, which stays
 * in the second-level cache.
 *
 * <p>A table is bounded to 256 MiB; prefixes that need more are refused when it is built.
 *
 * <p>Immutable, and so safe to share. Values are 0..2^31-1, and 0 means that nothing matched.
 */
public final class PrefixTable {

  private static final int ROOT_BITS = 16;
  private static final int ROOT_ENTRIES = 1 << ROOT_BITS;
  private static final int NODE_BITS = 8;
  private static final int NODE_ENTRIES = 1 << NODE_BITS;

  /**
   * 256 MiB: four times what all of IPv4 in /24s takes, and enough for 85,000 IPv6 /48s with
   * nothing in common.
   */
  private static final int ENTRIES_MAX = 1 << 26;

  private final int[] entries;

  private PrefixTable(int[] entries) {
    this.entries = entries;
  }

  /** The value of the longest prefix that covers the IPv4 address, or 0. */
  public int find(int address) {
    int[] table = entries;
    int entry = table[address >>> 16];
    if (entry < 0) {
      entry = table[~entry + (address >>> 8 & 0xff)];
      if (entry < 0) {
        entry = table[~entry + (address & 0xff)];
      }
    }
    return entry;
  }

  /**
   * Finds the values of the first {@code count} IPv4 addresses: level by level, in loops so short
   * that the cache misses of many packets are under way together. With 10,000 scattered prefixes
   * that takes 21 cycles a packet instead of 60 (profile gre-encap of {@code bench}).
   */
  public void find(int[] addresses, int[] values, int count) {
    int[] table = entries;
    for (int k = 0; k < count; k++) {
      values[k] = table[addresses[k] >>> 16];
    }
    if (descend(table, addresses, 8, values, count)) {
      descend(table, addresses, 0, values, count);
    }
  }

  /** One level down, where there is one; returns whether there is another below it. */
  private static boolean descend(int[] table, int[] addresses, int shift, int[] values, int count) {
    int signs = 0;
    for (int k = 0; k < count; k++) {
      int entry = values[k];
      if (entry < 0) {
        entry = table[~entry + (addresses[k] >>> shift & 0xff)];
        values[k] = entry;
        signs |= entry;
      }
    }
    return signs < 0;
  }

  /** The value of the longest prefix that covers the IPv6 address, or 0. */
  public int find(long high, long low) {
    int[] table = entries;
    int entry = table[(int) (high >>> 48)];
    for (int shift = 40; entry < 0 && shift >= 0; shift -= NODE_BITS) {
      entry = table[~entry + ((int) (high >>> shift) & 0xff)];
    }
    for (int shift = 56; entry < 0; shift -= NODE_BITS) {
      entry = table[~entry + ((int) (low >>> shift) & 0xff)];
    }
    return entry;
  }

  public long sizeBytes() {
    return (long) entries.length * Integer.BYTES;
  }

  /** Collects prefixes; what is added later wins over the same prefix added before. */
  public static final class Builder {

    private final List<Prefix> prefixes = new ArrayList<>();

    /** Adds an IPv4 prefix; bits of {@code address} past {@code length} are ignored. */
    public Builder add(int address, int length, int value) {
      return add((long) address << 32, 0, length, value);
    }

    /**
     * Adds a prefix that is the first {@code length} bits of {@code high} and {@code low}.
     *
     * @param length 0..128 (0..32 for IPv4, whose address stands in the upper half of {@code high})
     * @param value 0..2^31-1
     */
    public Builder add(long high, long low, int length, int value) {
      if (value < 0) {
        throw new IllegalArgumentException("a prefix's value must be at least 0: value=" + value);
      }
      prefixes.add(new Prefix(high, low, length, value));
      return this;
    }

    /**
     * @throws IllegalStateException when the prefixes need more memory than a table may have
     */
    public PrefixTable build() {
      // Short ones first: a longer prefix then writes over what a shorter one has spread below it.
      prefixes.sort(Comparator.comparingInt(Prefix::length));
      var trie = new Trie();
      for (Prefix prefix : prefixes) {
        trie.insert(prefix);
      }
      return new PrefixTable(Arrays.copyOf(trie.entries, trie.used));
    }
  }

  private record Prefix(long high, long low, int length, int value) {

    /**
     * {@code count} bits from bit {@code from} on (0 is the first on the wire), where they lie
     * within one half.
     */
    int bits(int from, int count) {
      long half = from < 64 ? high : low;
      return (int) (half << (from & 63) >>> (64 - count));
    }
  }

  /** The trie while it is built. */
  private static final class Trie {

    private int[] entries = new int[2 * ROOT_ENTRIES];
    private int used = ROOT_ENTRIES;

    void insert(Prefix prefix) {
      int node = 0;
      int depth = 0;
      int stride = ROOT_BITS;
      while (prefix.length > depth + stride) {
        node = childOf(node + prefix.bits(depth, stride));
        depth += stride;
        stride = NODE_BITS;
      }
      int freeBits = depth + stride - prefix.length;
      int first = prefix.bits(depth, stride) >>> freeBits << freeBits;
      Arrays.fill(entries, node + first, node + first + (1 << freeBits), prefix.value);
    }

    /** The node below an entry, made if there is none, with the entry's value spread over it. */
    private int childOf(int position) {
      int entry = entries[position];
      if (entry < 0) {
        return ~entry;
      }
      if (used + NODE_ENTRIES > ENTRIES_MAX) {
        throw new IllegalStateException(
            "the prefixes of one family need more table than there may be: bytesMax="
                + ENTRIES_MAX * (long) Integer.BYTES
                + "; announce fewer or shorter prefixes");
      }
      int node = used;
      used += NODE_ENTRIES;
      if (used > entries.length) {
        entries = Arrays.copyOf(entries, entries.length * 2);
      }
      Arrays.fill(entries, node, used, entry);
      entries[position] = ~node;
      return node;
    }
  }
}

package io.breakwater.workers.firewall;

import java.util.SplittableRandom;

/**
 * The elements of a set or map of concatenations, by tuple space search (Srinivasan, Suri and
 * Varghese, 1999): elements whose fields have the same prefix lengths share a mask, and a key is
 * looked up once for each mask there is, in one hash table.
 *
 * <p>Immutable once built: any number of threads. A lookup costs one probe for each of {@link
 * #probes()}.
 */
public final class KeyTable implements TupleTable {

  private static final long MIX = 0x9e37_79b9_7f4a_7c15L;

  private final int words;

  /** {@code words} longs for each mask. */
  private final long[] masks;

  /** Slots of {@code words} longs. */
  private final long[] keys;

  /** Of each slot: mask << 32 | element + 1; 0 for an empty one. */
  private final long[] entries;

  private final int shift;

  /** So that nobody can choose elements or keys that all meet in one slot. */
  private final long seed = new SplittableRandom().nextLong();

  /**
   * @param words longs of a key
   * @param masks {@code words} longs for each
   * @param count entries to come
   */
  public KeyTable(int words, long[] masks, int count) {
    this.words = words;
    this.masks = masks;
    int bits = Math.max(2, 33 - Integer.numberOfLeadingZeros(count));
    shift = Long.SIZE - bits;
    keys = new long[words << bits];
    entries = new long[1 << bits];
  }

  /** Adds an entry. Of two with the same key and mask the first one counts. */
  public void add(int mask, long[] key, int element) {
    int slot = slot(mask, key);
    if (entries[slot] == 0) {
      entries[slot] = (long) mask << 32 | element + 1;
      for (int word = 0; word < words; word++) {
        keys[slot * words + word] = key[word] & masks[mask * words + word];
      }
    }
  }

  @Override
  public int probes() {
    return masks.length / words;
  }

  @Override
  public long bytes() {
    return 8L * (masks.length + keys.length + entries.length);
  }

  @Override
  public int find(long[] key) {
    for (int mask = 0; mask * words < masks.length; mask++) {
      long entry = entries[slot(mask, key)];
      if (entry != 0) {
        return (int) entry - 1;
      }
    }
    return -1;
  }

  /** The slot of the key under the mask, or the empty one where it would be. */
  private int slot(int mask, long[] key) {
    long hash = seed + mask;
    for (int word = 0; word < words; word++) {
      hash = (hash ^ key[word] & masks[mask * words + word]) * MIX;
      hash ^= hash >>> 32;
    }
    int slot = (int) (hash * MIX >>> shift);
    while (entries[slot] != 0 && !isAt(slot, mask, key)) {
      slot = slot + 1 & entries.length - 1;
    }
    return slot;
  }

  private boolean isAt(int slot, int mask, long[] key) {
    if (entries[slot] >>> 32 != mask) {
      return false;
    }
    for (int word = 0; word < words; word++) {
      if (keys[slot * words + word] != (key[word] & masks[mask * words + word])) {
        return false;
      }
    }
    return true;
  }
}

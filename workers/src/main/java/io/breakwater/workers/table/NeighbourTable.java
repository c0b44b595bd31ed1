package io.breakwater.workers.table;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Which Ethernet address and port lead to a neighbour: what ARP (RFC 826) and neighbour discovery
 * (RFC 4861 5.1, "neighbor cache") have learned, shared by all workers.
 *
 * <p>A neighbour has a slot. Slots 1..configuredMax are handed out by the control thread for the
 * neighbours of the configuration, so that a forwarding decision carries a slot and costs one read
 * here, {@link #hop}. The slots behind them are for neighbours that were met on the way; their
 * users go by address, {@link #lookup}. Slot 0 is nobody's.
 *
 * <p>Threading: one writer, the first worker's thread; readers are any threads, without locks. A
 * slot's key is guarded by a version that is odd while the writer changes it: a reader that meets a
 * change reports the neighbour as absent, never as another one. A reader may also miss an entry
 * that is being moved by the removal of another; it asks for the neighbour again and that does no
 * harm.
 *
 * <p>Cost: {@link #hop} one load; {@link #lookup} a hash, a probe and five loads. Memory is taken
 * at start: about 44 bytes for each slot. Hashing is seeded, so that nobody can choose addresses
 * that collide. The table keeps no state of resolution and no time: see {@code NeighbourDiscovery}.
 */
public final class NeighbourTable {

  private static final VarHandle LONGS = MethodHandles.arrayElementVarHandle(long[].class);
  private static final VarHandle INTS = MethodHandles.arrayElementVarHandle(int[].class);

  private final int configuredMax;
  private final int slots;
  private final long seed = new SecureRandom().nextLong();

  private final long[] hops;
  private final long[] highs;
  private final long[] lows;

  /** {@code port << 1 | ipv6}, or -1 for a slot without a neighbour. */
  private final int[] links;

  private final int[] versions;

  /** Open addressing with linear probing, at most half full: slots, 0 for empty. */
  private final int[] buckets;

  private final int bucketMask;

  /**
   * @param configuredMax 0..2^20
   * @param dynamicMax 0..2^20
   */
  public NeighbourTable(int configuredMax, int dynamicMax) {
    int limit = 1 << 20;
    if (configuredMax < 0 || configuredMax > limit || dynamicMax < 0 || dynamicMax > limit) {
      throw new IllegalArgumentException(
          "a neighbour table has 0..2^20 slots of each kind: configuredMax="
              + configuredMax
              + " dynamicMax="
              + dynamicMax);
    }
    this.configuredMax = configuredMax;
    slots = 1 + configuredMax + dynamicMax;
    hops = new long[slots];
    highs = new long[slots];
    lows = new long[slots];
    links = new int[slots];
    Arrays.fill(links, -1);
    versions = new int[slots];
    buckets = new int[Integer.highestOneBit(slots) << 2];
    bucketMask = buckets.length - 1;
  }

  // ---------------------------------------------------------------- readers: any thread

  /**
   * The way to a slot's neighbour: 0 while its Ethernet address is not known, else what {@link
   * #mac} and {@link #port} take apart.
   */
  public long hop(int slot) {
    return (long) LONGS.getOpaque(hops, slot);
  }

  public static long mac(long hop) {
    return hop >>> 16;
  }

  /** Index of the port, 0..32,767. */
  public static int port(long hop) {
    return (int) hop >>> 1 & 0x7fff;
  }

  /**
   * The slot of a neighbour, or -1. A dynamic slot may be given to another neighbour at any time
   * after: to get the way to an address, use {@link #lookup}.
   */
  public int find(int port, boolean ipv6, long high, long low) {
    int link = link(port, ipv6);
    int bucket = home(link, high, low);
    for (int probes = 0; probes <= bucketMask; probes++) {
      int slot = (int) INTS.getOpaque(buckets, bucket);
      if (slot == 0) {
        return -1;
      }
      if (holds(slot, link, high, low)) {
        return slot;
      }
      bucket = bucket + 1 & bucketMask;
    }
    return -1;
  }

  /** The {@link #hop} of the neighbour with this address: 0 when it is not known. */
  public long lookup(int port, boolean ipv6, long high, long low) {
    int slot = find(port, ipv6, high, low);
    if (slot < 0) {
      return 0;
    }
    int version = (int) INTS.getAcquire(versions, slot);
    boolean same = keyIs(slot, link(port, ipv6), high, low);
    long hop = (long) LONGS.getOpaque(hops, slot);
    // A new owner's hop is written after its key, and the old owner's is cleared before: with the
    // same version before and after, the hop belongs to the key.
    return same && isUnchanged(slot, version) ? hop : 0;
  }

  public int configuredMax() {
    return configuredMax;
  }

  /** One more than the highest slot. */
  public int slots() {
    return slots;
  }

  // ---------------------------------------------------------------- writer: the first worker

  /** Gives a free slot to a neighbour, which is not in the table yet. */
  public void put(int slot, int port, boolean ipv6, long high, long low) {
    int link = link(port, ipv6);
    writeKey(slot, link, high, low);
    int bucket = home(link, high, low);
    while (buckets[bucket] != 0) {
      bucket = bucket + 1 & bucketMask;
    }
    INTS.setRelease(buckets, bucket, slot);
  }

  /** Frees a slot that has a neighbour. */
  public void remove(int slot) {
    unresolve(slot);
    int bucket = home(links[slot], highs[slot], lows[slot]);
    while (buckets[bucket] != slot) {
      bucket = bucket + 1 & bucketMask;
    }
    closeGap(bucket);
    writeKey(slot, -1, 0, 0);
  }

  /** Makes the way to a slot's neighbour known. */
  public void resolve(int slot, long mac) {
    LONGS.setRelease(hops, slot, mac << 16 | (long) (links[slot] >>> 1) << 1 | 1);
  }

  public void unresolve(int slot) {
    LONGS.setRelease(hops, slot, 0L);
  }

  public boolean isUsed(int slot) {
    return links[slot] >= 0;
  }

  public int portOf(int slot) {
    return links[slot] >>> 1;
  }

  public boolean isIpv6(int slot) {
    return (links[slot] & 1) != 0;
  }

  public long highOf(int slot) {
    return highs[slot];
  }

  public long lowOf(int slot) {
    return lows[slot];
  }

  // ---------------------------------------------------------------- within

  private static int link(int port, boolean ipv6) {
    return port << 1 | (ipv6 ? 1 : 0);
  }

  private int home(int link, long high, long low) {
    long mixed = (high ^ seed) * 0x9e37_79b9_7f4a_7c15L;
    mixed = (mixed ^ mixed >>> 32 ^ low) * 0xbf58_476d_1ce4_e5b9L;
    mixed = (mixed ^ mixed >>> 29 ^ link ^ seed) * 0x94d0_49bb_1331_11ebL;
    return (int) (mixed >>> 32) & bucketMask;
  }

  /** Whether the slot's key is this one and did not change while it was read. */
  private boolean holds(int slot, int link, long high, long low) {
    int version = (int) INTS.getAcquire(versions, slot);
    return keyIs(slot, link, high, low) && isUnchanged(slot, version);
  }

  private boolean keyIs(int slot, int link, long high, long low) {
    return (int) INTS.getOpaque(links, slot) == link
        && (long) LONGS.getOpaque(lows, slot) == low
        && (long) LONGS.getOpaque(highs, slot) == high;
  }

  private boolean isUnchanged(int slot, int version) {
    VarHandle.loadLoadFence();
    return (version & 1) == 0 && (int) INTS.getOpaque(versions, slot) == version;
  }

  private void writeKey(int slot, int link, long high, long low) {
    int version = versions[slot];
    INTS.setOpaque(versions, slot, version + 1);
    VarHandle.storeStoreFence();
    INTS.setOpaque(links, slot, link);
    LONGS.setOpaque(highs, slot, high);
    LONGS.setOpaque(lows, slot, low);
    INTS.setRelease(versions, slot, version + 2);
  }

  /** Moves later entries of the probe sequence up, so that none is cut off from its home. */
  private void closeGap(int emptied) {
    int gap = emptied;
    int bucket = gap;
    while (true) {
      bucket = bucket + 1 & bucketMask;
      int slot = buckets[bucket];
      if (slot == 0) {
        INTS.setRelease(buckets, gap, 0);
        return;
      }
      int distance = bucket - home(links[slot], highs[slot], lows[slot]) & bucketMask;
      if (distance >= (bucket - gap & bucketMask)) {
        INTS.setRelease(buckets, gap, slot);
        gap = bucket;
      }
    }
  }
}

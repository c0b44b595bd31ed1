package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A bounded queue of packets between threads, on DPDK's lock-free ring.
 *
 * <p>Who enqueues and who dequeues is fixed at creation: one thread each, or many. A packet's frame
 * and length travel with it. Source: DPDK Programmer's Guide, "Ring Library".
 */
public final class PacketRing implements AutoCloseable {
  /** How many threads work at each end. */
  public enum Threads {
    /** One enqueues, one dequeues: the fastest. */
    ONE_TO_ONE(3),
    /** Many enqueue, one dequeues. */
    MANY_TO_ONE(2),
    /** One enqueues, many dequeue. */
    ONE_TO_MANY(1),
    /** Many enqueue, many dequeue. */
    MANY_TO_MANY(0);

    /** BW_RING_SINGLE_PRODUCER is 1, BW_RING_SINGLE_CONSUMER is 2. */
    private final int flags;

    Threads(int flags) {
      this.flags = flags;
    }
  }

  private final int capacity;
  private final long poolStart;
  private long ring;

  private PacketRing(long ring, int capacity, PacketPool pool) {
    this.ring = ring;
    this.capacity = capacity;
    this.poolStart = pool.start();
  }

  /**
   * Makes a ring for packets of one pool.
   *
   * @param name unique in this process, up to 28 letters
   * @param size packets that fit
   */
  public static PacketRing create(String name, int size, Threads threads, PacketPool pool) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment created = arena.allocate(ADDRESS);
      NativeError.check(
          Shim.ringCreate(arena.allocateFrom(name), size, threads.flags, created),
          "rte_ring_create",
          "name=" + name + " size=" + size);
      return new PacketRing(created.get(JAVA_LONG, 0), size, pool);
    }
  }

  /**
   * Hands over the first {@code count} packets of a burst.
   *
   * @return packets that fitted; the rest stay the caller's
   */
  public int enqueue(PacketBurst burst, int count) {
    burst.checkCount(count);
    return Shim.enqueue(ring, poolStart, burst.segment(), count);
  }

  /**
   * Takes what is there, up to the burst's capacity. The packets are the caller's then.
   *
   * @return packets taken, 0 if there are none
   */
  public int dequeue(PacketBurst burst) {
    return burst.filled(Shim.dequeue(ring, poolStart, burst.segment(), burst.capacity()));
  }

  /** Packets that still fit: a snapshot. */
  public int free() {
    return capacity - Shim.ringCount(ring);
  }

  /** Packets that fit. */
  public int capacity() {
    return capacity;
  }

  /** Frees the ring and gives the packets in it back. Nobody may use it any more. */
  @Override
  public void close() {
    if (ring != 0) {
      Shim.ringFree(ring);
      ring = 0;
    }
  }

  long address() {
    return ring;
  }
}

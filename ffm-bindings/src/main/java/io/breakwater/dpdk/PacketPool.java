package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * All packet buffers of a process: an mbuf pool in one contiguous region of memory.
 *
 * <pre>
 *   memory:  | ... | mbuf header | headroom |  room for the frame  | ... |
 *                  ^ buffer                 ^ frame(buffer)
 * </pre>
 *
 * <p>The region is one {@link #memory} segment with bounds, read and write: no packet access can
 * leave it, and none can survive {@link #close}. A buffer's handle is the offset of its mbuf in the
 * region; Java never reads or writes the mbuf header. The region is smaller than 2 GiB, so that
 * every offset is an int.
 *
 * <p>A buffer belongs to whoever received or allocated it, until it is transmitted, enqueued or
 * freed. Any thread may use the pool; one that is registered ({@link DpdkThread}) has a cache and
 * needs no atomic operations. Source: DPDK Programmer's Guide, "Mbuf Library".
 */
public final class PacketPool implements AutoCloseable {
  private final long pool;
  private final String name;
  private final int capacity;
  private final int roomBytes;
  private final int frameOffset;
  private final Arena arena;
  private final MemorySegment memory;
  private final long start;
  private boolean closed;

  private PacketPool(String name, long pool, int capacity, int roomBytes) {
    this.pool = pool;
    this.name = name;
    this.capacity = capacity;
    this.roomBytes = roomBytes;
    this.frameOffset = Shim.poolFrameOffset();
    this.arena = Arena.ofShared();
    this.memory = region(pool, name).reinterpret(arena, null);
    this.start = memory.address();
  }

  /**
   * Makes a pool.
   *
   * @param name unique in this process, up to 25 letters
   * @param packets buffers in the pool; 2^n - 1 uses memory best
   * @param dataRoomBytes bytes for a frame in each buffer, behind the headroom
   * @param cacheSize buffers that each registered thread may keep to itself, 0..512
   * @throws DpdkException when memory is short, or the pool's memory is not one region below 2 GiB
   */
  public static PacketPool create(String name, int packets, int dataRoomBytes, int cacheSize) {
    if (packets < 1) {
      throw new IllegalArgumentException("a pool needs packets: packets=" + packets);
    }
    String arguments =
        "name=%s packets=%d dataRoomBytes=%d cacheSize=%d"
            .formatted(name, packets, dataRoomBytes, cacheSize);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment created = arena.allocate(ADDRESS);
      NativeError.check(
          Shim.poolCreate(arena.allocateFrom(name), packets, dataRoomBytes, cacheSize, created),
          "rte_pktmbuf_pool_create",
          arguments,
          "make the pool smaller, or give DPDK more memory at start");
      long pool = created.get(JAVA_LONG, 0);
      try {
        return new PacketPool(name, pool, packets, dataRoomBytes);
      } catch (DpdkException e) {
        Shim.poolFree(pool);
        throw e;
      }
    }
  }

  private static MemorySegment region(long pool, String name) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment start = arena.allocate(JAVA_LONG);
      MemorySegment bytes = arena.allocate(JAVA_LONG);
      NativeError.check(
          Shim.poolMemory(pool, start, bytes),
          "rte_mempool_mem_iter",
          "name=" + name,
          "the pool must be one contiguous region below 2 GiB: make it smaller, or use larger"
              + " hugepages");
      return MemorySegment.ofAddress(start.get(JAVA_LONG, 0)).reinterpret(bytes.get(JAVA_LONG, 0));
    }
  }

  /** The region in which all packets are. */
  public MemorySegment memory() {
    return memory;
  }

  /** Buffers in the pool. */
  public int capacity() {
    return capacity;
  }

  /** Buffers that can be allocated: a snapshot, exact when nobody else works with the pool. */
  public int available() {
    return Shim.poolAvailable(pool);
  }

  /** Buffers that somebody holds: a driver's ring, a ring between threads, or a worker. */
  public int inUse() {
    return capacity - available();
  }

  /** Bytes for a frame in each buffer, behind the headroom. */
  public int roomBytes() {
    return roomBytes;
  }

  /** Bytes in front of a fresh frame, into which headers can be prepended. */
  public int headroomBytes() {
    return Shim.poolHeadroom();
  }

  /** Offset of a fresh frame's first byte in a buffer just allocated. */
  public int frame(int buffer) {
    return buffer + frameOffset;
  }

  /** Takes a buffer. Returns its handle, or -1 when the pool is empty. */
  public int allocate() {
    return Shim.allocate(pool, start);
  }

  /**
   * Takes buffers into the first elements of a burst, with their fresh frames and length 0: all of
   * them or none.
   *
   * @return {@code count} or 0
   */
  public int allocate(PacketBurst burst, int count) {
    burst.checkCount(count);
    return burst.filled(Shim.allocateBurst(pool, start, burst.segment(), count));
  }

  /** Gives buffers back, from element {@code from} of a burst on. */
  public void free(PacketBurst burst, int from, int count) {
    Objects.checkFromIndexSize(from, count, burst.capacity());
    Shim.freeBurst(start, burst.segment(), from, count);
  }

  /**
   * Gives the memory back.
   *
   * @throws IllegalStateException when buffers are still in use: close ports and rings before
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    int inUse = inUse();
    if (inUse != 0) {
      throw new IllegalStateException(
          "packets are still in use: pool=%s inUse=%d; close ports and rings, and free what workers"
                  .formatted(name, inUse)
              + " hold, before");
    }
    closed = true;
    arena.close();
    Shim.poolFree(pool);
  }

  @Override
  public String toString() {
    return name;
  }

  long address() {
    return pool;
  }

  long start() {
    return start;
  }
}

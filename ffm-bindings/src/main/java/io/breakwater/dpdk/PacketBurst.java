package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The packets of one burst, as C and Java share them: a struct of arrays of 32-bit ints.
 *
 * <pre>
 *        0         8          12      16        64              2112            4160
 *   +---------+----------+-------+--------+---------------+--------------+---------------+
 *   |   tsc   | capacity | count |  pad   | buffer[512]   | frame[512]   | length[512]   |
 *   +---------+----------+-------+--------+---------------+--------------+---------------+
 * </pre>
 *
 * <p>{@code buffer} is the packet's handle, {@code frame} the offset of its first byte in {@link
 * PacketPool#memory}, {@code length} its bytes; a packet that lies in several buffers and could not
 * be made contiguous has {@code length = ~total}, which is negative: it can only be freed.
 *
 * <p>A burst owns no packets: it is the envelope in which they change hands. It belongs to one
 * thread at a time, and its 6 KiB stay for the life of the process: make them at start.
 */
public final class PacketBurst {
  /** Fewest packets for which a burst can be made. */
  public static final int CAPACITY_MIN = 32;

  /** Most packets for which a burst can be made. */
  public static final int CAPACITY_MAX = SharedLayout.BURST_MAX;

  private static final long TSC = SharedLayout.offset(SharedLayout.BURST, "tsc");
  private static final long CAPACITY = SharedLayout.offset(SharedLayout.BURST, "capacity");
  private static final long COUNT = SharedLayout.offset(SharedLayout.BURST, "count");
  private static final long BUFFER = SharedLayout.offset(SharedLayout.BURST, "buffer");
  private static final long FRAME = SharedLayout.offset(SharedLayout.BURST, "frame");
  private static final long LENGTH = SharedLayout.offset(SharedLayout.BURST, "length");

  private final MemorySegment struct;
  private final long address;
  private final int capacity;

  /**
   * @param capacity most packets, a power of two in {@value #CAPACITY_MIN}..{@value #CAPACITY_MAX}
   */
  public PacketBurst(int capacity) {
    if (capacity < CAPACITY_MIN || capacity > CAPACITY_MAX || Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException(
          "burst capacity must be a power of two in %d..%d: capacity=%d"
              .formatted(CAPACITY_MIN, CAPACITY_MAX, capacity));
    }
    this.struct = Arena.global().allocate(SharedLayout.BURST.byteSize(), 64);
    this.address = struct.address();
    this.capacity = capacity;
    struct.set(JAVA_INT, CAPACITY, capacity);
  }

  /** Most packets. */
  public int capacity() {
    return capacity;
  }

  /** Packets that the last receive or dequeue wrote. */
  public int count() {
    return struct.get(JAVA_INT, COUNT);
  }

  /** {@link Cycles} just after the last receive or dequeue. */
  public long tsc() {
    return struct.get(JAVA_LONG, TSC);
  }

  /** Handle of a packet. */
  public int buffer(int index) {
    return struct.get(JAVA_INT, BUFFER + 4L * Objects.checkIndex(index, capacity));
  }

  /** Offset of a packet's first byte in the pool's memory. */
  public int frame(int index) {
    return struct.get(JAVA_INT, FRAME + 4L * Objects.checkIndex(index, capacity));
  }

  /** Bytes of a packet, or the complement of its bytes if it is not contiguous. */
  public int length(int index) {
    return struct.get(JAVA_INT, LENGTH + 4L * Objects.checkIndex(index, capacity));
  }

  /** Writes one packet. */
  public void set(int index, int buffer, int frame, int length) {
    long offset = 4L * Objects.checkIndex(index, capacity);
    struct.set(JAVA_INT, BUFFER + offset, buffer);
    struct.set(JAVA_INT, FRAME + offset, frame);
    struct.set(JAVA_INT, LENGTH + offset, length);
  }

  /** Copies the first {@code count} packets out. */
  public void copyTo(int[] buffer, int[] frame, int[] length, int count) {
    checkCount(count);
    MemorySegment.copy(struct, JAVA_INT, BUFFER, buffer, 0, count);
    MemorySegment.copy(struct, JAVA_INT, FRAME, frame, 0, count);
    MemorySegment.copy(struct, JAVA_INT, LENGTH, length, 0, count);
  }

  /**
   * Copies the first {@code count} packets out, each into the first three ints of a record: buffer,
   * frame, length.
   *
   * @param stride ints from one record to the next
   */
  public void copyTo(int[] records, int stride, int count) {
    checkCount(count);
    MemorySegment packets = struct;
    for (int i = 0; i < count; i++) {
      int at = i * stride;
      long offset = 4L * i;
      records[at] = packets.get(JAVA_INT, BUFFER + offset);
      records[at + 1] = packets.get(JAVA_INT, FRAME + offset);
      records[at + 2] = packets.get(JAVA_INT, LENGTH + offset);
    }
  }

  /** Copies {@code count} packets in, as the first. */
  public void copyFrom(int[] buffer, int[] frame, int[] length, int count) {
    checkCount(count);
    MemorySegment.copy(buffer, 0, struct, JAVA_INT, BUFFER, count);
    MemorySegment.copy(frame, 0, struct, JAVA_INT, FRAME, count);
    MemorySegment.copy(length, 0, struct, JAVA_INT, LENGTH, count);
  }

  /**
   * Copies {@code count} packets in, as the first, each from the first three ints of a record.
   *
   * @param stride ints from one record to the next
   */
  public void copyFrom(int[] records, int stride, int count) {
    checkCount(count);
    MemorySegment packets = struct;
    for (int i = 0; i < count; i++) {
      int at = i * stride;
      long offset = 4L * i;
      packets.set(JAVA_INT, BUFFER + offset, records[at]);
      packets.set(JAVA_INT, FRAME + offset, records[at + 1]);
      packets.set(JAVA_INT, LENGTH + offset, records[at + 2]);
    }
  }

  void checkCount(int count) {
    Objects.checkFromIndexSize(0, count, capacity);
  }

  long address() {
    return address;
  }
}

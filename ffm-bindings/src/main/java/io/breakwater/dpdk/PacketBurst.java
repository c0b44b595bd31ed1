package io.breakwater.dpdk;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The packets of one burst, as C and Java share them: a header, then a record of 32 bytes for each
 * packet.
 *
 * <pre>
 *        0         8          12      16        64       68      72       76             96
 *   +---------+----------+-------+--------+--------+-------+--------+---------------+--------- ...
 *   |   tsc   | capacity | count |  pad   | buffer | frame | length | 5 ints, 0     | next packet
 *   +---------+----------+-------+--------+--------+-------+--------+---------------+--------- ...
 * </pre>
 *
 * <p>{@code buffer} is the packet's handle, {@code frame} the offset of its first byte in {@link
 * PacketPool#memory}, {@code length} its bytes; a packet that lies in several buffers and could not
 * be made contiguous has {@code length = ~total}, which is negative: it can only be freed.
 *
 * <p>Whole records are copied in and out in one go: cheaper than three ints of each, and what the
 * caller keeps in the rest of a record begins as zeros, as long as nothing was copied in. So use
 * one burst to receive and another to transmit.
 *
 * <p>A burst owns no packets: it is the envelope in which they change hands. It belongs to one
 * thread at a time, and its memory stays for the life of the process: make them at start.
 */
public final class PacketBurst {
  /** Fewest packets for which a burst can be made. */
  public static final int CAPACITY_MIN = 32;

  /** Ints of a packet's record: buffer, frame and length are the first three. */
  public static final int RECORD_INTS = 8;

  /** Most packets for which a burst can be made. */
  public static final int CAPACITY_MAX = SharedLayout.BURST_MAX;

  private static final long TSC = SharedLayout.offset(SharedLayout.BURST, "tsc");
  private static final long CAPACITY = SharedLayout.offset(SharedLayout.BURST, "capacity");
  private static final long COUNT = SharedLayout.offset(SharedLayout.BURST, "count");
  private static final long PACKETS = SharedLayout.offset(SharedLayout.BURST, "packets");
  private static final long BUFFER = PACKETS + SharedLayout.offset(SharedLayout.PACKET, "buffer");
  private static final long FRAME = PACKETS + SharedLayout.offset(SharedLayout.PACKET, "frame");
  private static final long LENGTH = PACKETS + SharedLayout.offset(SharedLayout.PACKET, "length");
  private static final long PACKET_BYTES = SharedLayout.PACKET.byteSize();

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
    this.struct = Arena.global().allocate(PACKETS + capacity * PACKET_BYTES, 64);
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
    return struct.get(JAVA_INT, BUFFER + PACKET_BYTES * Objects.checkIndex(index, capacity));
  }

  /** Offset of a packet's first byte in the pool's memory. */
  public int frame(int index) {
    return struct.get(JAVA_INT, FRAME + PACKET_BYTES * Objects.checkIndex(index, capacity));
  }

  /** Bytes of a packet, or the complement of its bytes if it is not contiguous. */
  public int length(int index) {
    return struct.get(JAVA_INT, LENGTH + PACKET_BYTES * Objects.checkIndex(index, capacity));
  }

  /** Writes one packet. */
  public void set(int index, int buffer, int frame, int length) {
    long offset = PACKET_BYTES * Objects.checkIndex(index, capacity);
    struct.set(JAVA_INT, BUFFER + offset, buffer);
    struct.set(JAVA_INT, FRAME + offset, frame);
    struct.set(JAVA_INT, LENGTH + offset, length);
  }

  /** Copies the records of the first {@code count} packets out, {@link #RECORD_INTS} ints each. */
  public void copyTo(int[] records, int count) {
    checkCount(count);
    MemorySegment.copy(struct, JAVA_INT, PACKETS, records, 0, count * RECORD_INTS);
  }

  /** Copies {@code count} records in, as the first packets. */
  public void copyFrom(int[] records, int count) {
    checkCount(count);
    MemorySegment.copy(records, 0, struct, JAVA_INT, PACKETS, count * RECORD_INTS);
  }

  void checkCount(int count) {
    Objects.checkFromIndexSize(0, count, capacity);
  }

  long address() {
    return address;
  }
}

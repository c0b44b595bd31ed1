package io.breakwater.dpdk;

import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * The packets of one burst: a record of eight ints for each, in one array of Java's heap, which C
 * reads and writes in place.
 *
 * <pre>
 *   int   0        1       2        3 ... 7
 *      +--------+-------+--------+--------------+
 *      | buffer | frame | length | the caller's | next packet ...
 *      +--------+-------+--------+--------------+
 * </pre>
 *
 * <p>{@code buffer} is the packet's handle, {@code frame} the offset of its first byte in {@link
 * PacketPool#memory}, {@code length} its bytes; a packet that lies in several buffers and could not
 * be made contiguous has {@code length = ~total}, which is negative: it can only be freed. A
 * receive sets the rest of a record to 0; a transmit does not look at it.
 *
 * <p>A burst owns no packets: it is the envelope in which they change hands. It belongs to one
 * thread at a time.
 */
public final class PacketBurst {
  /** Fewest packets for which a burst can be made. */
  public static final int CAPACITY_MIN = 32;

  /** Most packets for which a burst can be made. */
  public static final int CAPACITY_MAX = SharedLayout.BURST_MAX;

  /** Ints of a packet's record: buffer, frame and length are the first three. */
  public static final int RECORD_INTS = (int) (SharedLayout.PACKET.byteSize() / Integer.BYTES);

  private static final int BUFFER = (int) SharedLayout.offset(SharedLayout.PACKET, "buffer") / 4;
  private static final int FRAME = (int) SharedLayout.offset(SharedLayout.PACKET, "frame") / 4;
  private static final int LENGTH = (int) SharedLayout.offset(SharedLayout.PACKET, "length") / 4;

  private final int[] records;
  private final MemorySegment segment;
  private final int capacity;
  private int count;

  /**
   * @param capacity most packets, a power of two in {@value #CAPACITY_MIN}..{@value #CAPACITY_MAX}
   */
  public PacketBurst(int capacity) {
    if (capacity < CAPACITY_MIN || capacity > CAPACITY_MAX || Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException(
          "burst capacity must be a power of two in %d..%d: capacity=%d"
              .formatted(CAPACITY_MIN, CAPACITY_MAX, capacity));
    }
    this.capacity = capacity;
    records = new int[capacity * RECORD_INTS];
    segment = MemorySegment.ofArray(records);
  }

  /** Most packets. */
  public int capacity() {
    return capacity;
  }

  /** Packets that the last receive, dequeue or allocation wrote. */
  public int count() {
    return count;
  }

  /** The records themselves, {@link #RECORD_INTS} ints each: for who works on many packets. */
  public int[] records() {
    return records;
  }

  /** Handle of a packet. */
  public int buffer(int index) {
    return records[Objects.checkIndex(index, capacity) * RECORD_INTS + BUFFER];
  }

  /** Offset of a packet's first byte in the pool's memory. */
  public int frame(int index) {
    return records[Objects.checkIndex(index, capacity) * RECORD_INTS + FRAME];
  }

  /** Bytes of a packet, or the complement of its bytes if it is not contiguous. */
  public int length(int index) {
    return records[Objects.checkIndex(index, capacity) * RECORD_INTS + LENGTH];
  }

  /** Writes one packet. */
  public void set(int index, int buffer, int frame, int length) {
    int at = Objects.checkIndex(index, capacity) * RECORD_INTS;
    records[at + BUFFER] = buffer;
    records[at + FRAME] = frame;
    records[at + LENGTH] = length;
  }

  void checkCount(int count) {
    Objects.checkFromIndexSize(0, count, capacity);
  }

  /** Says how many packets were written. Returns it. */
  int filled(int count) {
    this.count = count;
    return count;
  }

  MemorySegment segment() {
    return segment;
  }
}

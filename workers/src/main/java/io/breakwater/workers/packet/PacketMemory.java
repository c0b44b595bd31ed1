package io.breakwater.workers.packet;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * The memory that all packets live in, read and written in network byte order.
 *
 * <p>One region: DPDK's packet pool in the appliance, plain memory in replay and in tests. A
 * position is an int, the offset in bytes from its start; an access outside throws {@link
 * IndexOutOfBoundsException}, which no packet, whatever its bytes, can cause: every stage checks
 * lengths before it reads.
 *
 * <p>Positions are checked here and as ints, because HotSpot merges the checks of neighbouring
 * positions into one or two if they are ints, and not if they are longs, as those of a {@link
 * MemorySegment} are. Those it proves away when the segment has no end within reach of an int
 * (docs/decisions/0001-packet-memory-access.md).
 *
 * <p>There is one for each process, since HotSpot folds the address and the bounds of a segment in
 * a {@code static final} field into constants, but loads those of a segment in an instance field
 * anew after each store to a packet: that made encapsulation 1.6 times as slow
 * (docs/decisions/0001-packet-memory-access.md). It is passed as an object all the same, to say who
 * touches packets.
 *
 * <p>Getters return host order, unsigned, in a wider type where the value needs one. Threading: no
 * synchronisation; a packet belongs to one worker at a time. Cost: an access is one load or store
 * and one comparison.
 */
public final class PacketMemory {

  private static final ValueLayout.OfShort SHORT_BE =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfInt INT_BE =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
  private static final ValueLayout.OfLong LONG_BE =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private static PacketMemory installed;

  /** Initialised by the first access to a packet, and so after {@link #install}. */
  private static final class Pool {
    private static final MemorySegment SEGMENT = installed.candidate;
    private static final int SIZE_BYTES = installed.sizeBytes;

    /** First positions at which a value of a type no longer fits. */
    private static final int BYTES_END = SIZE_BYTES;

    private static final int SHORTS_END = SIZE_BYTES - 1;
    private static final int INTS_END = SIZE_BYTES - 3;
    private static final int LONGS_END = SIZE_BYTES - 7;
  }

  private final MemorySegment candidate;
  private final int sizeBytes;

  private PacketMemory(MemorySegment segment, int sizeBytes) {
    candidate = segment;
    this.sizeBytes = sizeBytes;
  }

  /**
   * Makes a segment the process's packet memory. Installing the same one again returns the same
   * object.
   *
   * @param segment it must live as long as the process; accesses are fastest when it is said to be
   *     4 GiB or longer, whatever {@code sizeBytes} is
   * @param sizeBytes how much of it is packet memory, from its start
   * @throws IllegalStateException when another segment is installed
   */
  public static synchronized PacketMemory install(MemorySegment segment, int sizeBytes) {
    if (sizeBytes < 8 || sizeBytes > segment.byteSize()) {
      throw new IllegalArgumentException(
          "packet memory must be at least 8 bytes and in its segment: bytes="
              + sizeBytes
              + " segment="
              + segment.byteSize());
    }
    if (installed == null) {
      installed = new PacketMemory(segment, sizeBytes);
    }
    if (installed.candidate.address() != segment.address() || installed.sizeBytes != sizeBytes) {
      throw new IllegalStateException(
          "a process has one packet memory, and another is installed: bytes="
              + installed.sizeBytes);
    }
    return installed;
  }

  private static long checked(int at, int end) {
    // Zero-extended, so that HotSpot knows it to be below 2^32.
    return Integer.toUnsignedLong(Objects.checkIndex(at, end));
  }

  private static long checkedRange(int at, int lengthBytes) {
    return Objects.checkFromIndexSize(at, lengthBytes, Pool.SIZE_BYTES);
  }

  public int sizeBytes() {
    return sizeBytes;
  }

  public int u8(int at) {
    return Pool.SEGMENT.get(JAVA_BYTE, checked(at, Pool.BYTES_END)) & 0xff;
  }

  public int u16(int at) {
    return Pool.SEGMENT.get(SHORT_BE, checked(at, Pool.SHORTS_END)) & 0xffff;
  }

  /** Four bytes as a signed int: for addresses and for values that stay 32 bits wide. */
  public int i32(int at) {
    return Pool.SEGMENT.get(INT_BE, checked(at, Pool.INTS_END));
  }

  public long u32(int at) {
    return Pool.SEGMENT.get(INT_BE, checked(at, Pool.INTS_END)) & 0xffff_ffffL;
  }

  public long i64(int at) {
    return Pool.SEGMENT.get(LONG_BE, checked(at, Pool.LONGS_END));
  }

  /** The six bytes of an Ethernet address, in the low 48 bits. */
  public long u48(int at) {
    return u32(at) << 16 | u16(at + 4);
  }

  public void setU8(int at, int value) {
    Pool.SEGMENT.set(JAVA_BYTE, checked(at, Pool.BYTES_END), (byte) value);
  }

  public void setU16(int at, int value) {
    Pool.SEGMENT.set(SHORT_BE, checked(at, Pool.SHORTS_END), (short) value);
  }

  public void setI32(int at, int value) {
    Pool.SEGMENT.set(INT_BE, checked(at, Pool.INTS_END), value);
  }

  public void setI64(int at, long value) {
    Pool.SEGMENT.set(LONG_BE, checked(at, Pool.LONGS_END), value);
  }

  /** Writes the low 48 bits of {@code value}. */
  public void setU48(int at, long value) {
    setI32(at, (int) (value >>> 16));
    setU16(at + 4, (int) value);
  }

  /** Moves {@code lengthBytes} bytes; the ranges may overlap. */
  public void move(int from, int to, int lengthBytes) {
    MemorySegment.copy(
        Pool.SEGMENT,
        checkedRange(from, lengthBytes),
        Pool.SEGMENT,
        checkedRange(to, lengthBytes),
        lengthBytes);
  }

  /** Copies bytes in: for tests, replay and templates. */
  public void write(int to, byte[] bytes, int offset, int lengthBytes) {
    MemorySegment.copy(
        bytes, offset, Pool.SEGMENT, JAVA_BYTE, checkedRange(to, lengthBytes), lengthBytes);
  }

  /** Copies bytes out: for tests and replay. */
  public void read(int from, byte[] bytes, int offset, int lengthBytes) {
    MemorySegment.copy(
        Pool.SEGMENT, JAVA_BYTE, checkedRange(from, lengthBytes), bytes, offset, lengthBytes);
  }
}

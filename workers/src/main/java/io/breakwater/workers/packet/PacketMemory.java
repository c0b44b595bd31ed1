package io.breakwater.workers.packet;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The memory that all packets live in, read and written in network byte order.
 *
 * <p>One bounded segment: DPDK's packet pool in the appliance, plain memory in replay and in tests.
 * A position is an int, the offset in bytes from the segment's start; an access outside the segment
 * throws {@link IndexOutOfBoundsException}, which no packet, whatever its bytes, can cause: every
 * stage checks lengths before it reads.
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
  }

  private final MemorySegment candidate;

  private PacketMemory(MemorySegment segment) {
    candidate = segment;
  }

  /**
   * Makes a segment the process's packet memory. Installing the same segment again returns the same
   * object.
   *
   * @param segment at most 2 GiB; it must live as long as the process
   * @throws IllegalStateException when another segment is installed
   */
  public static synchronized PacketMemory install(MemorySegment segment) {
    if (segment.byteSize() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "packet memory must be at most 2 GiB: bytes=" + segment.byteSize());
    }
    if (installed == null) {
      installed = new PacketMemory(segment);
    }
    MemorySegment present = installed.candidate;
    if (present.address() != segment.address() || present.byteSize() != segment.byteSize()) {
      throw new IllegalStateException(
          "a process has one packet memory, and another is installed: bytes=" + present.byteSize());
    }
    return installed;
  }

  public int sizeBytes() {
    return (int) Pool.SEGMENT.byteSize();
  }

  public int u8(int at) {
    return Pool.SEGMENT.get(JAVA_BYTE, at) & 0xff;
  }

  public int u16(int at) {
    return Pool.SEGMENT.get(SHORT_BE, at) & 0xffff;
  }

  /** Four bytes as a signed int: for addresses and for values that stay 32 bits wide. */
  public int i32(int at) {
    return Pool.SEGMENT.get(INT_BE, at);
  }

  public long u32(int at) {
    return Pool.SEGMENT.get(INT_BE, at) & 0xffff_ffffL;
  }

  public long i64(int at) {
    return Pool.SEGMENT.get(LONG_BE, at);
  }

  /** The six bytes of an Ethernet address, in the low 48 bits. */
  public long u48(int at) {
    return u32(at) << 16 | u16(at + 4);
  }

  public void setU8(int at, int value) {
    Pool.SEGMENT.set(JAVA_BYTE, at, (byte) value);
  }

  public void setU16(int at, int value) {
    Pool.SEGMENT.set(SHORT_BE, at, (short) value);
  }

  public void setI32(int at, int value) {
    Pool.SEGMENT.set(INT_BE, at, value);
  }

  public void setI64(int at, long value) {
    Pool.SEGMENT.set(LONG_BE, at, value);
  }

  /** Writes the low 48 bits of {@code value}. */
  public void setU48(int at, long value) {
    setI32(at, (int) (value >>> 16));
    setU16(at + 4, (int) value);
  }

  /** Moves {@code lengthBytes} bytes; the ranges may overlap. */
  public void move(int from, int to, int lengthBytes) {
    MemorySegment.copy(Pool.SEGMENT, from, Pool.SEGMENT, to, lengthBytes);
  }

  /** Copies bytes in: for tests, replay and templates. */
  public void write(int to, byte[] bytes, int offset, int lengthBytes) {
    MemorySegment.copy(bytes, offset, Pool.SEGMENT, JAVA_BYTE, to, lengthBytes);
  }

  /** Copies bytes out: for tests and replay. */
  public void read(int from, byte[] bytes, int offset, int lengthBytes) {
    MemorySegment.copy(Pool.SEGMENT, JAVA_BYTE, from, bytes, offset, lengthBytes);
  }
}

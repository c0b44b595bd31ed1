package io.breakwater.workers.packet;

/**
 * The GRE header (RFC 2784 2.1, RFC 2890 2).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-+-+-+-+-------------------+-----+-----------------------------+
 * |C| |K|S|    reserved0      | ver |         protocol type         |
 * +-+-+-+-+-------------------+-----+-----------------------------+
 * |     checksum (if C)           |     reserved1 (if C)          |
 * +-------------------------------+-------------------------------+
 * |                          key (if K)                           |
 * +---------------------------------------------------------------+
 * |                    sequence number (if S)                     |
 * +---------------------------------------------------------------+
 * </pre>
 */
public final class Gre {

  public static final int HEADER_BYTES = 4;
  public static final int CHECKSUM_BYTES = 4;
  public static final int KEY_BYTES = 4;
  public static final int SEQUENCE_BYTES = 4;

  public static final int CHECKSUM_PRESENT = 0x8000;
  public static final int KEY_PRESENT = 0x2000;
  public static final int SEQUENCE_PRESENT = 0x1000;

  /**
   * RFC 2784 2.3: a receiver that is not an RFC 1701 one must discard when any of bits 1-5 is set;
   * K and S are bits 2, 3.
   */
  public static final int MUST_BE_ZERO = 0x4c00;

  public static final int VERSION_MASK = 0x0007;

  private Gre() {}

  public static int flags(PacketMemory memory, int gre) {
    return memory.u16(gre);
  }

  public static int protocolType(PacketMemory memory, int gre) {
    return memory.u16(gre + 2);
  }

  /** Length of the header with the optional fields that {@code flags} announce. */
  public static int headerBytes(int flags) {
    return HEADER_BYTES
        + ((flags & CHECKSUM_PRESENT) >>> 13)
        + ((flags & KEY_PRESENT) >>> 11)
        + ((flags & SEQUENCE_PRESENT) >>> 10);
  }

  /** The key of a header whose K bit is set, which stands behind the checksum, if that is there. */
  public static int key(PacketMemory memory, int gre, int flags) {
    return memory.i32(gre + HEADER_BYTES + ((flags & CHECKSUM_PRESENT) >>> 13));
  }
}

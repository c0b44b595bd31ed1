package io.breakwater.workers.packet;

/**
 * The IPv6 header (RFC 8200 3) and the extension headers that a router has to know.
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+---------------+---------------------------------------+
 * |version| traffic class |              flow label               |
 * +-------+-------+-------+-------+---------------+---------------+
 * |        payload length         |  next header  |   hop limit   |
 * +-------------------------------+---------------+---------------+
 * |                    source address, 16 bytes                   |
 * +---------------------------------------------------------------+
 * |                  destination address, 16 bytes                |
 * +---------------------------------------------------------------+
 * </pre>
 */
public final class Ipv6 {

  public static final int HEADER_BYTES = 40;

  public static final int NEXT_HOP_BY_HOP = 0;
  public static final int NEXT_ROUTING = 43;
  public static final int NEXT_FRAGMENT = 44;
  public static final int NEXT_AUTHENTICATION = 51;
  public static final int NEXT_ICMPV6 = 58;
  public static final int NEXT_NONE = 59;
  public static final int NEXT_DESTINATION_OPTIONS = 60;

  public static final int FRAGMENT_HEADER_BYTES = 8;

  private Ipv6() {}

  public static int trafficClass(PacketMemory memory, int network) {
    return memory.u16(network) >>> 4 & 0xff;
  }

  public static int payloadLength(PacketMemory memory, int network) {
    return memory.u16(network + 4);
  }

  public static int nextHeader(PacketMemory memory, int network) {
    return memory.u8(network + 6);
  }

  public static int hopLimit(PacketMemory memory, int network) {
    return memory.u8(network + 7);
  }

  /** Bytes 0-7 of the source address. */
  public static long sourceHigh(PacketMemory memory, int network) {
    return memory.i64(network + 8);
  }

  /** Bytes 8-15 of the source address. */
  public static long sourceLow(PacketMemory memory, int network) {
    return memory.i64(network + 16);
  }

  /** Bytes 0-7 of the destination address. */
  public static long destinationHigh(PacketMemory memory, int network) {
    return memory.i64(network + 24);
  }

  /** Bytes 8-15 of the destination address. */
  public static long destinationLow(PacketMemory memory, int network) {
    return memory.i64(network + 32);
  }

  /**
   * Whether {@code next} is a header that is followed by another one, in the form next header,
   * length, data.
   */
  public static boolean isExtension(int next) {
    return next == NEXT_HOP_BY_HOP
        || next == NEXT_ROUTING
        || next == NEXT_FRAGMENT
        || next == NEXT_DESTINATION_OPTIONS
        || next == NEXT_AUTHENTICATION;
  }

  /**
   * Length in bytes of the extension header at {@code at}: RFC 8200 4.3-4.6; RFC 4302 2.2 counts
   * words of 4 bytes.
   */
  public static int extensionBytes(PacketMemory memory, int at, int type) {
    return switch (type) {
      case NEXT_FRAGMENT -> FRAGMENT_HEADER_BYTES;
      case NEXT_AUTHENTICATION -> (memory.u8(at + 1) + 2) << 2;
      default -> (memory.u8(at + 1) + 1) << 3;
    };
  }

  /** Sum of the pseudo-header (RFC 8200 8.1), to be added to that of the payload. */
  public static long pseudoHeaderSum(
      PacketMemory memory, int network, int upperLengthBytes, int upperProtocol) {
    return Checksum.sum(memory, network + 8, 32) + upperLengthBytes + upperProtocol;
  }
}

package io.breakwater.workers.packet;

/**
 * The IPv4 header (RFC 791 3.1).
 *
 * <pre>
 *  0                   1                   2                   3
 *  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 * +-------+-------+---------------+-------------------------------+
 * |version|  IHL  | DSCP      ECN |         total length          |
 * +-------+-------+---------------+-----+-------------------------+
 * |        identification         |flags|     fragment offset     |
 * +---------------+---------------+-----+-------------------------+
 * |      TTL      |   protocol    |        header checksum        |
 * +---------------+---------------+-------------------------------+
 * |                        source address                         |
 * +---------------------------------------------------------------+
 * |                      destination address                      |
 * +---------------------------------------------------------------+
 * </pre>
 */
public final class Ipv4 {

  public static final int HEADER_BYTES = 20;

  public static final int PROTOCOL_ICMP = 1;
  public static final int PROTOCOL_TCP = 6;
  public static final int PROTOCOL_UDP = 17;
  public static final int PROTOCOL_IPV6_ICMP = 58;
  public static final int PROTOCOL_GRE = 47;

  /** Of the flags-and-offset word. */
  public static final int DONT_FRAGMENT = 0x4000;

  public static final int MORE_FRAGMENTS = 0x2000;
  public static final int OFFSET_MASK = 0x1fff;

  private Ipv4() {}

  public static int headerBytes(PacketMemory memory, int network) {
    return (memory.u8(network) & 0xf) << 2;
  }

  public static int totalLength(PacketMemory memory, int network) {
    return memory.u16(network + 2);
  }

  /** Flags in the three high bits, offset in units of 8 bytes in the others. */
  public static int flagsAndOffset(PacketMemory memory, int network) {
    return memory.u16(network + 6);
  }

  public static int ttl(PacketMemory memory, int network) {
    return memory.u8(network + 8);
  }

  public static int protocol(PacketMemory memory, int network) {
    return memory.u8(network + 9);
  }

  public static int source(PacketMemory memory, int network) {
    return memory.i32(network + 12);
  }

  public static int destination(PacketMemory memory, int network) {
    return memory.i32(network + 16);
  }

  /** Whether it is a fragment, the first one included. */
  public static boolean isFragment(int flagsAndOffset) {
    return (flagsAndOffset & (MORE_FRAGMENTS | OFFSET_MASK)) != 0;
  }

  /**
   * Takes one from the TTL, which must be above 0, and updates the checksum: the word with the TTL
   * is 0x100 less, so the checksum is 0x100 more, in ones' complement (RFC 1624).
   */
  public static void decrementTtl(PacketMemory memory, int network) {
    int word = memory.i32(network + 8);
    int checksum = (word & 0xffff) + 0x100;
    checksum += checksum + 1 >>> 16;
    memory.setI32(network + 8, word - 0x100_0000 & 0xffff_0000 | checksum & 0xffff);
  }

  /** Computes and writes the header checksum. */
  public static void writeChecksum(PacketMemory memory, int network) {
    memory.setU16(network + 10, 0);
    memory.setU16(
        network + 10, Checksum.finish(Checksum.sum(memory, network, headerBytes(memory, network))));
  }
}

package io.breakwater.workers.packet;

/**
 * The fixed part of the TCP header (RFC 9293 3.1): ports at 0 and 2, data offset in the high half
 * of byte 12, flags in byte 13.
 */
public final class Tcp {

  public static final int HEADER_BYTES = 20;

  /** Position of the byte with the data offset. */
  public static final int DATA_OFFSET = 12;

  public static final int CHECKSUM = 16;

  /** In the byte of flags, which follows that with the data offset. */
  public static final int FIN = 0x01;

  public static final int SYN = 0x02;

  public static final int RST = 0x04;
  public static final int ACK = 0x10;

  private Tcp() {}

  public static int sourcePort(PacketMemory memory, int transport) {
    return memory.u16(transport);
  }

  public static int destinationPort(PacketMemory memory, int transport) {
    return memory.u16(transport + 2);
  }

  /** The eight control bits. */
  public static int flags(PacketMemory memory, int transport) {
    return memory.u8(transport + 13);
  }

  public static int headerBytes(PacketMemory memory, int transport) {
    return memory.u8(transport + DATA_OFFSET) >>> 4 << 2;
  }

  /** A segment that opens a connection, with ACK or without. */
  public static boolean isSyn(PacketMemory memory, int transport) {
    return (memory.u8(transport + DATA_OFFSET + 1) & SYN) != 0;
  }

  /** Data offset and flags as they stand together: see {@link #headerBytesOf}. */
  public static int offsetAndFlags(PacketMemory memory, int transport) {
    return memory.u16(transport + DATA_OFFSET);
  }

  public static int headerBytesOf(int offsetAndFlags) {
    return offsetAndFlags >>> 12 << 2;
  }
}

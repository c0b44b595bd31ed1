package io.breakwater.workers.packet;

/**
 * The fixed part of the TCP header (RFC 9293 3.1): ports at 0 and 2, data offset in the high half
 * of byte 12.
 */
public final class Tcp {

  public static final int HEADER_BYTES = 20;

  /** Position of the byte with the data offset. */
  public static final int DATA_OFFSET = 12;

  private Tcp() {}

  public static int headerBytes(PacketMemory memory, int transport) {
    return memory.u8(transport + DATA_OFFSET) >>> 4 << 2;
  }
}

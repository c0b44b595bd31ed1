package io.breakwater.workers.packet;

/**
 * The UDP header (RFC 768): source port, destination port, length with the header, checksum; 2
 * bytes each.
 */
public final class Udp {

  public static final int HEADER_BYTES = 8;

  private Udp() {}

  public static int destinationPort(PacketMemory memory, int transport) {
    return memory.u16(transport + 2);
  }

  public static int length(PacketMemory memory, int transport) {
    return memory.u16(transport + 4);
  }
}

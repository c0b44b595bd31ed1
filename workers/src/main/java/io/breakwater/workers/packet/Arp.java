package io.breakwater.workers.packet;

/**
 * An ARP packet for IPv4 over Ethernet (RFC 826).
 *
 * <pre>
 *  0       2       4   5   6       8              14         18             24         28
 * +-------+-------+---+---+-------+--------------+----------+--------------+----------+
 * | hw: 1 | 0x0800| 6 | 4 | oper  | sender MAC   |sender IP | target MAC   |target IP |
 * +-------+-------+---+---+-------+--------------+----------+--------------+----------+
 * </pre>
 */
public final class Arp {

  public static final int PACKET_BYTES = 28;
  public static final int REQUEST = 1;
  public static final int REPLY = 2;

  /** Hardware type Ethernet, protocol type IPv4, address lengths 6 and 4. */
  private static final long ETHERNET_IPV4 = 0x0001_0800_0604L;

  private Arp() {}

  /** Whether the first six bytes say Ethernet and IPv4. */
  public static boolean isEthernetIpv4(PacketMemory memory, int arp) {
    return memory.u48(arp) == ETHERNET_IPV4;
  }

  public static int operation(PacketMemory memory, int arp) {
    return memory.u16(arp + 6);
  }

  public static long senderMac(PacketMemory memory, int arp) {
    return memory.u48(arp + 8);
  }

  public static int senderAddress(PacketMemory memory, int arp) {
    return memory.i32(arp + 14);
  }

  public static int targetAddress(PacketMemory memory, int arp) {
    return memory.i32(arp + 24);
  }

  /** Writes a whole packet. */
  public static void write(
      PacketMemory memory,
      int arp,
      int operation,
      long senderMac,
      int sender,
      long targetMac,
      int target) {
    memory.setU48(arp, ETHERNET_IPV4);
    memory.setU16(arp + 6, operation);
    memory.setU48(arp + 8, senderMac);
    memory.setI32(arp + 14, sender);
    memory.setU48(arp + 18, targetMac);
    memory.setI32(arp + 24, target);
  }
}

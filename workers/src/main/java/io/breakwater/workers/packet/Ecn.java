package io.breakwater.workers.packet;

/**
 * The ECN field (RFC 3168 5): the two low bits of IPv4's TOS byte and of IPv6's traffic class, and
 * what becomes of it at the end of a tunnel (RFC 6040 4.2).
 */
public final class Ecn {

  public static final int NOT_ECT = 0;
  public static final int ECT_1 = 1;
  public static final int ECT_0 = 2;
  public static final int CONGESTION_EXPERIENCED = 3;

  public static final int MASK = 3;

  /** What {@link #combine} says of a packet that has to be dropped. */
  public static final int DROP = -1;

  private Ecn() {}

  /**
   * RFC 6040 4.2, figure 4:
   *
   * <pre>
   *            outer  Not-ECT  ECT(0)   ECT(1)   CE
   * inner Not-ECT     Not-ECT  Not-ECT  Not-ECT  drop
   *       ECT(0)      ECT(0)   ECT(0)   ECT(1)   CE
   *       ECT(1)      ECT(1)   ECT(1)   ECT(1)   CE
   *       CE          CE       CE       CE       CE
   * </pre>
   */
  public static int combine(int inner, int outer) {
    if (outer == CONGESTION_EXPERIENCED) {
      return inner == NOT_ECT ? DROP : CONGESTION_EXPERIENCED;
    }
    return outer == ECT_1 && inner == ECT_0 ? ECT_1 : inner;
  }

  public static int ipv4(PacketMemory memory, int network) {
    return memory.u8(network + 1) & MASK;
  }

  public static int ipv6(PacketMemory memory, int network) {
    return Ipv6.trafficClass(memory, network) & MASK;
  }

  /** Writes the field of an IPv4 header, and updates its checksum (RFC 1624). */
  public static void setIpv4(PacketMemory memory, int network, int ecn) {
    int old = memory.u16(network);
    int fresh = old & ~MASK | ecn;
    memory.setU16(network, fresh);
    memory.setU16(network + 10, Checksum.update(memory.u16(network + 10), old, fresh));
  }

  public static void setIpv6(PacketMemory memory, int network, int ecn) {
    int old = memory.u8(network + 1);
    memory.setU8(network + 1, old & ~(MASK << 4) | ecn << 4);
  }
}

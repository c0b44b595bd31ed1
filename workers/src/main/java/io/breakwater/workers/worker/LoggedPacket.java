package io.breakwater.workers.worker;

/**
 * A packet that a {@code log} statement of a tenant's firewall met.
 *
 * @param ruleSlot the slot of the rule's counter
 * @param sourceHigh of an IPv4 address 0, as {@code destinationHigh}
 * @param protocol of the transport header; {@link #NO_PROTOCOL} where the headers can't be read
 * @param sourcePort 0 where the protocol has no ports or the packet does not hold them
 * @param lengthBytes of the IP packet
 * @param leftOut packets of this tenant that were met and not told since the last one that was, on
 *     the same worker
 */
public record LoggedPacket(
    int ruleSlot,
    boolean ipv6,
    long sourceHigh,
    long sourceLow,
    long destinationHigh,
    long destinationLow,
    int protocol,
    int sourcePort,
    int destinationPort,
    int lengthBytes,
    long leftOut) {

  public static final int NO_PROTOCOL = -1;

  /** Whether a protocol has ports in the first four bytes: TCP, UDP, DCCP, SCTP, UDP-Lite. */
  static boolean hasPorts(int protocol) {
    return protocol == 6 || protocol == 17 || protocol == 33 || protocol == 132 || protocol == 136;
  }
}

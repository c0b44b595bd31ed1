package io.breakwater.workers.table;

/**
 * Hash of a flow, by which a tunnel is chosen: of addresses, protocol and ports, or of addresses
 * and protocol where a packet has no ports or is a fragment, so that all fragments of a datagram go
 * one way.
 *
 * <p>It depends on the packet only, never on the server: a flow that ECMP moves to another edge
 * stays in its tunnel. Two rounds of multiply and xor-shift (the finaliser of MurmurHash3 in 64
 * bits); not secret, which is harmless here: whoever chooses his ports chooses his tunnel, and a
 * tenant's tunnels all end at the tenant.
 */
public final class FlowHash {

  private static final long FIRST = 0xff51afd7ed558ccdL;
  private static final long SECOND = 0xc4ceb9fe1a85ec53L;

  private FlowHash() {}

  /**
   * @param ports source port in the upper, destination port in the lower 16 bits; 0 without
   */
  public static int ipv4(int source, int destination, int protocol, int ports) {
    return mix((long) source << 32 | destination & 0xffff_ffffL, (long) ports << 8 | protocol);
  }

  public static int ipv6(
      long sourceHigh,
      long sourceLow,
      long destinationHigh,
      long destinationLow,
      int protocol,
      int ports) {
    int source = mix(sourceHigh, sourceLow);
    int destination = mix(destinationHigh, destinationLow);
    return ipv4(source, destination, protocol, ports);
  }

  private static int mix(long first, long second) {
    long hash = first * FIRST;
    hash ^= hash >>> 33;
    hash = (hash + second) * SECOND;
    return (int) (hash ^ hash >>> 32);
  }
}

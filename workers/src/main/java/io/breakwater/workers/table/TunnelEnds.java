package io.breakwater.workers.table;

/**
 * The outer addresses of a tunnel.
 *
 * @param ipv6 the family of both
 * @param localHigh bytes 0-7 of our end, the outer source; 0 for IPv4
 * @param localLow bytes 8-15, or the IPv4 address
 * @param remoteHigh the same of the tenant's router, the outer destination
 */
public record TunnelEnds(
    boolean ipv6, long localHigh, long localLow, long remoteHigh, long remoteLow) {

  public static TunnelEnds ipv4(int local, int remote) {
    return new TunnelEnds(false, 0, local & 0xffff_ffffL, 0, remote & 0xffff_ffffL);
  }

  public static TunnelEnds ipv6(long localHigh, long localLow, long remoteHigh, long remoteLow) {
    return new TunnelEnds(true, localHigh, localLow, remoteHigh, remoteLow);
  }
}

package io.breakwater.workers.table;

/**
 * A tunnel as all servers know it: a hash of its ends and key, whatever the configuration calls it
 * and whichever slot it has. Seeds the tunnel's permutation in a {@link MaglevRow}.
 *
 * <p>Sixty-four bits, so that two of a tenant's tunnels are taken for one another once in 10^16
 * tenants; such two would share their flows unevenly, and nothing worse.
 */
public final class TunnelIdentity {

  private static final long FIRST = 0xff51_afd7_ed55_8ccdL;
  private static final long SECOND = 0xc4ce_b9fe_1a85_ec53L;

  private TunnelIdentity() {}

  /**
   * @param localHigh bytes 0-7 of our end; 0 of an IPv4 address
   * @param localLow bytes 8-15, or the IPv4 address
   * @param keyed whether it has a key: one of 0 is another tunnel than one without
   */
  public static long of(
      long localHigh, long localLow, long remoteHigh, long remoteLow, boolean keyed, int key) {
    long hash = mix(localHigh, localLow);
    hash = mix(hash ^ remoteHigh, remoteLow);
    return mix(hash, keyed ? 1L << 32 | key & 0xffff_ffffL : 0);
  }

  private static long mix(long first, long second) {
    long hash = first * FIRST;
    hash ^= hash >>> 33;
    hash = (hash + second) * SECOND;
    return hash ^ hash >>> 29;
  }
}

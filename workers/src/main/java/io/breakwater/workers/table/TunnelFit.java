package io.breakwater.workers.table;

import java.util.Arrays;

/**
 * How packets are made to fit each tunnel, by its slot: the largest TCP segment that a SYN may
 * announce, and which packet is cut when it is too big and may be.
 *
 * <p>Beside {@link TunnelTable}, since only SYNs and what is too big need it. Immutable once the
 * compiler has handed it on.
 */
public final class TunnelFit {

  /** A clamp that no announcement exceeds. */
  public static final int MSS_UNLIMITED = 0xffff;

  private final int[] mssIpv4;
  private final int[] mssIpv6;
  private final boolean[] cutsOuter;

  /**
   * Clamps nothing, and cuts inner packets.
   *
   * @param tunnels slots are below it
   */
  public TunnelFit(int tunnels) {
    mssIpv4 = new int[tunnels];
    mssIpv6 = new int[tunnels];
    cutsOuter = new boolean[tunnels];
    Arrays.fill(mssIpv4, MSS_UNLIMITED);
    Arrays.fill(mssIpv6, MSS_UNLIMITED);
  }

  /**
   * Says how packets fit a tunnel: before the tables are published.
   *
   * @param mssIpv4 largest MSS inside IPv4, {@link #MSS_UNLIMITED} to leave all as they are
   * @param mssIpv6 the same inside IPv6
   * @param cutsOuter whether the outer packet is cut, and not the inner one
   */
  public void set(int tunnel, int mssIpv4, int mssIpv6, boolean cutsOuter) {
    this.mssIpv4[tunnel] = mssIpv4;
    this.mssIpv6[tunnel] = mssIpv6;
    this.cutsOuter[tunnel] = cutsOuter;
  }

  /** Largest MSS by tunnel, for a loop over a batch: not to be written. */
  public int[] mss(boolean ipv6) {
    return ipv6 ? mssIpv6 : mssIpv4;
  }

  public boolean cutsOuter(int tunnel) {
    return cutsOuter[tunnel];
  }
}

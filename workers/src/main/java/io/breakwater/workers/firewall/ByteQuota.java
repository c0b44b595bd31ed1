package io.breakwater.workers.firewall;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A {@code quota} of nftables (net/netfilter/nft_quota.c), shared by all workers: first the packet
 * is added, then the sum compared.
 */
public final class ByteQuota {

  private final long bytes;
  private final boolean over;
  private final AtomicLong used;

  /**
   * @param over whether what is over the quota goes on
   */
  public ByteQuota(long bytes, long usedBytes, boolean over) {
    this.bytes = bytes;
    this.over = over;
    used = new AtomicLong(usedBytes);
  }

  /** Whether the rule goes on for a packet of so many layer-3 bytes. */
  public boolean passes(int packetBytes) {
    return used.addAndGet(packetBytes) > bytes == over;
  }

  public long usedBytes() {
    return used.get();
  }
}

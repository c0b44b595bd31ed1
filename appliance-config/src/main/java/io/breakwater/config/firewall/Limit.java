package io.breakwater.config.firewall;

/**
 * A token bucket (net/netfilter/nft_limit.c): one token a packet, or one a byte of the packet from
 * its layer-3 header on ({@code skb->len}).
 *
 * <p>In nanoseconds and whole numbers, as the kernel computes: the bucket holds at most {@code
 * periodNs * (rate + burst) / rate} for bytes, {@code periodNs / rate * burst} for packets, and is
 * full at first; a packet costs {@code periodNs * length / rate}, or {@code periodNs / rate}. A
 * packet that finds enough pays and is within the limit; one that doesn't pays nothing and is over
 * it.
 *
 * @param rate packets or bytes each period; at least 1
 * @param periodSeconds 1, 60, 3,600, 86,400 or 604,800
 * @param burst packets or bytes on top
 * @param over whether the rule goes on for packets over the limit, instead of those within it
 */
public record Limit(long rate, Unit unit, long periodSeconds, long burst, boolean over) {

  /** What is counted. */
  public enum Unit {
    PACKETS,
    BYTES
  }
}

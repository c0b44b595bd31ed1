package io.breakwater.config.firewall;

import java.util.Locale;

/**
 * Where a base chain hangs, in the order in which a packet comes by.
 *
 * <p>As in the kernel, a packet's TTL or hop limit has been counted down by one when it comes to
 * {@code FORWARD} (ip_forward() in net/ipv4/ip_forward.c), and the chains before see it as it
 * arrived.
 */
public enum Hook {
  INGRESS,
  PREROUTING,
  FORWARD;

  /** As in a ruleset: {@code prerouting}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

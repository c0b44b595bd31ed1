package io.breakwater.config;

import java.util.Optional;

/**
 * How a tunnel is probed.
 *
 * @param probe which packets are sent through it
 * @param rate how often
 * @param target whom an echo request is for inside the tunnel; empty: the tunnel's remote
 */
public record TunnelHealth(Probe probe, Rate rate, Optional<IpAddress> target) {

  public static final TunnelHealth DEFAULT =
      new TunnelHealth(Probe.REQUEST, Rate.MEDIUM, Optional.empty());

  /** Never probed, and so always taken for healthy. */
  public static final TunnelHealth OFF = new TunnelHealth(Probe.OFF, Rate.MEDIUM, Optional.empty());

  public enum Probe {
    /** ICMP echo requests, which the tenant's router answers. */
    REQUEST,
    /** ICMP echo replies to ourselves, which the tenant's router only forwards. */
    REPLY,
    OFF
  }

  public enum Rate {
    LOW,
    MEDIUM,
    HIGH
  }
}

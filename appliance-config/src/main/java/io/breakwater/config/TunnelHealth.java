package io.breakwater.config;

import java.util.Locale;
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

  /** As in a list of changes: {@code request medium to 10.0.0.1}. */
  @Override
  public String toString() {
    if (probe == Probe.OFF) {
      return "off";
    }
    String text = (probe + " " + rate).toLowerCase(Locale.ROOT);
    return text + target.map(address -> " to " + address).orElse("");
  }

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

package io.breakwater.config;

import java.util.Locale;
import java.util.Optional;

/**
 * How a tunnel is probed.
 *
 * @param probe which packets are sent through it
 * @param rate how often
 * @param target whom an echo request is for inside the tunnel; empty: the tunnel's remote
 * @param timeoutMs after which an answer is none, {@value #TIMEOUT_MS_MIN}..{@value
 *     #TIMEOUT_MS_MAX}
 */
public record TunnelHealth(Probe probe, Rate rate, Optional<IpAddress> target, int timeoutMs) {

  public static final int TIMEOUT_MS_MIN = 100;

  /** A way around the world by satellite takes less; and what becomes of probes is kept so long. */
  public static final int TIMEOUT_MS_MAX = 5_000;

  private static final int TIMEOUT_MS = 1_000;

  public static final TunnelHealth DEFAULT =
      new TunnelHealth(Probe.REQUEST, Rate.MEDIUM, Optional.empty(), TIMEOUT_MS);

  /** Never probed, and so always taken for healthy. */
  public static final TunnelHealth OFF =
      new TunnelHealth(Probe.OFF, Rate.MEDIUM, Optional.empty(), TIMEOUT_MS);

  /** As in a list of changes: {@code request medium to 10.0.0.1}. */
  @Override
  public String toString() {
    if (probe == Probe.OFF) {
      return "off";
    }
    String text = (probe + " " + rate).toLowerCase(Locale.ROOT);
    String to = target.map(address -> " to " + address).orElse("");
    return text + to + (timeoutMs == TIMEOUT_MS ? "" : " timeout " + timeoutMs + "ms");
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

package io.breakwater.config.firewall;

import java.util.Locale;

/** Which packets the chains of a table see. */
public enum TableFamily {
  /** IPv4 only. */
  IP,
  /** IPv6 only. */
  IP6,
  /** IPv4 and IPv6. */
  INET,
  /** Every frame, at ingress only; {@code meta nfproto} is 5 there. */
  NETDEV;

  /** Whether a packet of this version of IP comes to chains of this family. */
  public boolean sees(int ipVersion) {
    return switch (this) {
      case IP -> ipVersion == 4;
      case IP6 -> ipVersion == 6;
      case INET, NETDEV -> true;
    };
  }

  /** As in a ruleset: {@code ip6}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

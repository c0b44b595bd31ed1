package io.breakwater.workers.table;

import java.util.Locale;

/**
 * Kinds of packets for the host's own stack, each with a rate of its own: a flood of one leaves the
 * others their share. The names, in kebab case, are the keys of {@code host-limits}.
 */
public enum HostClass {
  /** Routing protocols: BGP connections that the kernel knows, BFD, OSPF, VRRP. */
  CONTROL,
  /** BGP packets of connections that the kernel does not know. */
  CONTROL_NEW,
  /** All other TCP connections that the kernel knows. */
  MANAGEMENT,
  /** Their packets of connections that the kernel does not know. */
  MANAGEMENT_NEW,
  /** What of ICMP we don't answer ourselves. */
  ICMP,
  /** Copies of what neighbours answer and announce. */
  NEIGHBOUR,
  OTHER;

  public String kebabName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

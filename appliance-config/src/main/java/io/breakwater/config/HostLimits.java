package io.breakwater.config;

/**
 * How many packets a second of each class each worker hands to the kernel at most, so that a flood
 * of one class leaves the others their share.
 *
 * @param control routing protocols: BGP connections that the kernel knows, BFD, OSPF, VRRP
 * @param controlNew BGP packets of connections that the kernel does not know (yet)
 * @param management all other TCP connections that the kernel knows, such as SSH
 * @param managementNew TCP packets of connections that the kernel does not know (yet)
 * @param icmp what of ICMP we don't answer ourselves
 * @param neighbour answers of ARP and neighbour discovery, of which the kernel gets a copy
 * @param other everything else
 */
public record HostLimits(
    int control,
    int controlNew,
    int management,
    int managementNew,
    int icmp,
    int neighbour,
    int other) {

  public static final HostLimits DEFAULT =
      new HostLimits(5_000, 200, 10_000, 200, 1_000, 1_000, 1_000);

  @Override
  public String toString() {
    return "control=%d control-new=%d management=%d management-new=%d icmp=%d neighbour=%d other=%d"
        .formatted(control, controlNew, management, managementNew, icmp, neighbour, other);
  }
}

package io.breakwater.config;

import java.util.List;
import java.util.Optional;

/**
 * A port of the appliance.
 *
 * @param device PCI address, or a DPDK vdev with its arguments such as {@code net_tap0,iface=bw0}
 * @param mtuBytes largest layer-3 packet, 576..9000 (1280 at least where the port has an IPv6
 *     address)
 * @param addresses own addresses with the length of the connected subnet
 * @param vlanIds tags that our frames carry, outermost first (0, 1 or 2 of them): with tags
 *     configured only frames with just these tags are ours; without, any tag is accepted, and an
 *     answer carries the tags of what it answers
 * @param gateways next hops; several for the same route are tried in this order
 * @param host the kernel's side of it; empty: packets for the host end here
 */
public record Port(
    String name,
    String device,
    int mtuBytes,
    List<InterfaceAddress> addresses,
    List<Integer> vlanIds,
    List<Gateway> gateways,
    Optional<HostInterface> host) {

  /**
   * An own address and the subnet it is in: {@code 192.0.2.2/24} is address 192.0.2.2 in
   * 192.0.2.0/24.
   */
  public record InterfaceAddress(IpAddress address, IpPrefix subnet) {

    /**
     * Reads {@code 192.0.2.2/24}: host bits are the point of it.
     *
     * @throws IllegalArgumentException if it is not an address with a prefix length
     */
    public static InterfaceAddress parse(String text) {
      IpPrefix.Parts parts = IpPrefix.Parts.of(text);
      return new InterfaceAddress(parts.address(), IpPrefix.of(parts.address(), parts.length()));
    }

    @Override
    public String toString() {
      return address + "/" + subnet.length();
    }
  }

  /** A port without a side for the kernel. */
  public Port(
      String name,
      String device,
      int mtuBytes,
      List<InterfaceAddress> addresses,
      List<Integer> vlanIds,
      List<Gateway> gateways) {
    this(name, device, mtuBytes, addresses, vlanIds, gateways, Optional.empty());
  }

  public Port {
    addresses = List.copyOf(addresses);
    vlanIds = List.copyOf(vlanIds);
    gateways = List.copyOf(gateways);
  }
}

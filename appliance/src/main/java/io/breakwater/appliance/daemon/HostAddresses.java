package io.breakwater.appliance.daemon;

import io.breakwater.config.Appliance;
import io.breakwater.config.HostInterface;
import io.breakwater.config.IpAddress;
import io.breakwater.config.Port;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which addresses the kernel's side of a port has, and the {@code ip} commands that make it so.
 *
 * <p>The port's own with their subnets, the link-local one that the port answers for (EUI-64 of its
 * Ethernet address), and, if wanted, the anycast endpoints as host addresses. Duplicate address
 * detection is off: we answer for these addresses, and the kernel would find us. Addresses that
 * somebody else put on the interface are left alone.
 */
final class HostAddresses {

  private HostAddresses() {}

  /**
   * Addresses with prefix length, as {@code ip} reads them.
   *
   * @param mac Ethernet address of the port
   */
  static Set<String> of(Appliance configuration, Port port, long mac) {
    Set<String> addresses = new LinkedHashSet<>();
    port.addresses().forEach(address -> addresses.add(address.toString()));
    // RFC 4291 appendix A.
    long identifier = (mac >>> 24 << 40 | 0xff_fe00_0000L | mac & 0xff_ffffL) ^ 1L << 57;
    addresses.add(IpAddress.ipv6(0xfe80_0000_0000_0000L, identifier) + "/64");
    if (port.host().map(HostInterface::endpoints).orElse(false)) {
      configuration
          .endpoints()
          .forEach(endpoint -> addresses.add(endpoint + "/" + endpoint.family().bits()));
    }
    return addresses;
  }

  /** Commands that lead from some addresses to others: none where nothing differs. */
  static List<String> change(String device, Set<String> before, Set<String> after) {
    List<String> commands = new ArrayList<>();
    if (before.equals(after)) {
      return commands;
    }
    for (String address : before) {
      if (!after.contains(address)) {
        commands.add("address delete %s dev %s".formatted(address, device));
      }
    }
    // All that stay are put there again: with a subnet's first address the kernel removes the
    // others.
    for (String address : after) {
      String unchecked = address.contains(":") ? " nodad" : "";
      commands.add("address replace %s dev %s%s".formatted(address, device, unchecked));
    }
    return commands;
  }
}

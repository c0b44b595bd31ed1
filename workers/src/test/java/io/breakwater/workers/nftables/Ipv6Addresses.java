package io.breakwater.workers.nftables;

/**
 * The IPv6 addresses of rules and packets, by number: neighbours in number are neighbours as
 * addresses, or differ in a group further up.
 */
final class Ipv6Addresses {

  static final int COUNT = 1 << 12;

  private static final String[] SOURCES = {
    "2600:1:0:1", "2600:1:0:2", "2a00:7:ffff:ffff", "2001:db8:5:0"
  };
  private static final String[] DESTINATIONS = {
    "2001:db8:acc:0", "2001:db8:acc:1", "2001:db8:acc:8000", "2001:db8:acc:ffff"
  };

  private Ipv6Addresses() {}

  /** The upper half has 2 bits of the number, the lower half 10. */
  static String text(Slot slot, long number) {
    String[] networks = slot == Slot.IPV6_SOURCE ? SOURCES : DESTINATIONS;
    long group = number & 0x1ff;
    String end =
        (number & 0x200) == 0
            ? "0:0:0:" + Long.toHexString(group)
            : "ffff:ffff:ffff:" + Long.toHexString(0xfe00 | group);
    return networks[(int) (number >>> 10) & 3] + ":" + end;
  }
}

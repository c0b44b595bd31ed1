package io.breakwater.perf.onset;

import java.util.Arrays;

/** What the traffic turns into in mid-run; {@link OnsetFrames} makes the frames of each. */
enum Attack {
  SYN_FLOOD("syn-flood", "SYNs from random sources and ports"),
  UDP_FLOOD("udp-flood", "UDP from random sources and ports"),
  FRAGMENTS("fragments", "first and later fragments, some too short"),
  MALFORMED("malformed", "wrong checksums, lengths and versions, impossible sources"),
  TTL_EXPIRING("ttl-expiring", "TTL and hop limit 1, which ask for ICMP errors"),
  TOO_BIG("too-big", "packets too big for the tunnels, which ask for ICMP errors"),
  UNKNOWN_DESTINATIONS("unknown-destinations", "a scan of addresses that are nobody's"),
  PINGS("pings", "echo requests to the appliance's own addresses"),
  NEIGHBOURS("neighbours", "ARP and neighbour discovery for the appliance's own addresses"),
  GRE_FORGED("gre-forged", "unknown tunnels, wrong keys, forged inner sources, odd headers"),
  VLAN_TAGS("vlan-tags", "one to three VLAN tags before what is for tenants"),
  IPV6_EXTENSIONS("ipv6-extensions", "IPv6 with chains of extension headers"),
  ICMP_ERRORS("icmp-errors", "ICMP errors about tunnels' packets, most of them never sent"),
  GARBLED("garbled", "frames of all other attacks, a byte changed or cut off");

  private final String label;
  private final String description;

  Attack(String label, String description) {
    this.label = label;
    this.description = description;
  }

  String label() {
    return label;
  }

  String description() {
    return description;
  }

  static Attack named(String label) {
    return Arrays.stream(values())
        .filter(attack -> attack.label.equals(label))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no such attack: attack=" + label));
  }
}

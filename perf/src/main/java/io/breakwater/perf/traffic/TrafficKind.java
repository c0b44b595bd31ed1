package io.breakwater.perf.traffic;

/**
 * What a generator's packets are: legitimate, or a kind of attack. The ordinal is in each packet's
 * {@link PacketStamp}.
 */
public enum TrafficKind {
  /** TCP and UDP of the profile's flows. */
  LEGITIMATE("legitimate"),
  /** SYNs to one address of a tenant, each from another address. */
  SYN_FLOOD("syn-flood"),
  /** Small UDP packets to one address of a tenant, each from another address. */
  UDP_FLOOD("udp-flood"),
  /** Large answers of DNS, NTP, SSDP and memcached servers that nobody has asked. */
  REFLECTION("reflection"),
  /** Later fragments of packets whose first fragment never comes. */
  FRAGMENTS("fragments"),
  /** Packets that no stack would send: wrong checksums and lengths. */
  MALFORMED("malformed");

  private final String label;

  TrafficKind(String label) {
    this.label = label;
  }

  /** Its name on the command line and in reports. */
  public String label() {
    return label;
  }
}

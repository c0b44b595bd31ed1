package io.breakwater.workers.packet;

import java.util.Locale;

/**
 * Why a packet was dropped. The names, in kebab case, are part of the contract (report, journal,
 * metrics); docs/drop-reasons.md is generated from here.
 *
 * <p>Order is free to change: codes never leave the process.
 */
public enum DropReason {
  WORKER_QUEUE_FULL(
      Severity.FAILED,
      "The worker that the packet's flow belongs to has not taken what it was handed before."),
  FRAME_OVERSIZE(
      Severity.MALFORMED,
      "The frame is larger than a packet buffer; the port's mtu decides the buffer's size."),
  ETHERNET_TRUNCATED(Severity.MALFORMED, "Fewer than 14 bytes."),
  ETHERNET_NOT_OURS(
      Severity.FILTERED, "Unicast to an Ethernet address that is not the port's own."),
  ETHERNET_BAD_SOURCE(
      Severity.MALFORMED, "The source Ethernet address is a group address or zero."),
  ETHERNET_MULTICAST_IP(
      Severity.FILTERED,
      "To be forwarded, but sent to a link-layer broadcast or multicast (RFC 1812 5.3.4)."),
  ETHERTYPE_UNSUPPORTED(Severity.FILTERED, "Not IPv4, IPv6 or ARP."),
  VLAN_TRUNCATED(Severity.MALFORMED, "The frame ends within an 802.1Q tag or just after it."),
  VLAN_TOO_MANY(Severity.MALFORMED, "More than two 802.1Q tags."),
  VLAN_UNKNOWN(Severity.FILTERED, "The tags are not those of the port's `vlan`."),
  ARP_MALFORMED(
      Severity.MALFORMED,
      "Truncated, not Ethernet and IPv4, or with an impossible sender (RFC 826)."),
  IPV4_TRUNCATED(Severity.MALFORMED, "Fewer bytes than an IPv4 header has."),
  IPV4_BAD_VERSION(Severity.MALFORMED, "Ethertype IPv4, but the version is not 4."),
  IPV4_BAD_HEADER_LENGTH(
      Severity.MALFORMED, "IHL below 5, or a header that is longer than the packet."),
  IPV4_BAD_LENGTH(
      Severity.MALFORMED,
      "Total length shorter than the header, or longer than what was received."),
  IPV4_BAD_CHECKSUM(Severity.MALFORMED, "The header checksum is wrong (RFC 1812 5.2.2)."),
  IPV4_BAD_OPTIONS(Severity.MALFORMED, "An option's length is impossible."),
  IPV4_SOURCE_ROUTE(
      Severity.FILTERED,
      "Loose or strict source routing (RFC 1812 5.3.13.4: may be discarded; RFC 6274)."),
  IPV6_TRUNCATED(Severity.MALFORMED, "Fewer than 40 bytes."),
  IPV6_BAD_VERSION(Severity.MALFORMED, "Ethertype IPv6, but the version is not 6."),
  IPV6_BAD_LENGTH(
      Severity.MALFORMED, "Payload length longer than what was received, or a jumbogram."),
  IPV6_EXTENSION_TRUNCATED(Severity.MALFORMED, "The packet ends within an extension header."),
  IPV6_TOO_MANY_HEADERS(Severity.FILTERED, "More than 8 extension headers."),
  IPV6_BAD_EXTENSION_ORDER(
      Severity.MALFORMED, "Hop-by-hop options not directly behind the IPv6 header (RFC 8200 4.1)."),
  IPV6_ROUTING_TYPE_0(Severity.FILTERED, "Routing header type 0 (RFC 5095)."),
  IPV6_BAD_OPTIONS(
      Severity.FILTERED,
      "GRE for us behind options that are malformed, or that are to be understood and are not"
          + " (RFC 8200 4.2)."),
  MARTIAN_SOURCE(
      Severity.FILTERED,
      "A source that can't be on the wire (RFC 1812 5.3.7), or one of our own addresses."),
  MARTIAN_DESTINATION(
      Severity.FILTERED,
      "A destination that can't be on the wire: loopback, 0/8, 240/4, unspecified."),
  BOGON_SOURCE(
      Severity.FILTERED, "A private, shared or documentation source, with `bogons: drop`."),
  LAND(Severity.FILTERED, "Source and destination address are the same."),
  MULTICAST_NOT_FORWARDED(
      Severity.FILTERED, "To a multicast group that the appliance is not a member of."),
  LINK_LOCAL_NOT_FORWARDED(
      Severity.FILTERED, "Link-local source or destination (RFC 4291 2.5.6), not for ourselves."),
  TCP_TRUNCATED(Severity.MALFORMED, "Fewer bytes than a TCP header has."),
  TCP_BAD_HEADER_LENGTH(Severity.MALFORMED, "TCP data offset below 5, or beyond the packet."),
  UDP_TRUNCATED(Severity.MALFORMED, "Fewer than 8 bytes of UDP."),
  UDP_BAD_LENGTH(Severity.MALFORMED, "UDP length below 8, or beyond the packet."),
  ICMP_TRUNCATED(Severity.MALFORMED, "Fewer than 8 bytes of ICMP, or of ICMPv6's fixed part."),
  ICMP_BAD_CHECKSUM(Severity.MALFORMED, "ICMP for ourselves with a wrong checksum."),
  ICMPV6_BAD_CHECKSUM(Severity.MALFORMED, "ICMPv6 for ourselves with a wrong checksum."),
  ICMP_RATE_LIMITED(
      Severity.LIMITED, "An ICMP request for ourselves, over the rate at which we answer."),
  ND_MALFORMED(Severity.MALFORMED, "Neighbour discovery that fails RFC 4861's validity checks."),
  NO_TENANT(Severity.FILTERED, "The destination is nobody's: neither a tenant's nor ours."),
  TTL_EXPIRED(
      Severity.FILTERED,
      "TTL or hop limit at its end, and no ICMP error was due or the rate is used up."),
  ICMP_UNKNOWN_QUOTE(
      Severity.FILTERED,
      "An ICMP error to an endpoint about a packet that we never sent: no tunnel of ours is quoted."),
  MTU_EXCEEDED(
      Severity.FILTERED,
      "Too big for the tunnel or port, and no ICMP error was due or the rate is used up."),
  TCP_OUT_OF_STATE(
      Severity.FILTERED,
      "A TCP segment of no connection that is known, while the tenant's `tcp-state` is enforced."),
  SYN_UNVERIFIED(
      Severity.FILTERED,
      "A SYN of a source that has not shown yet that it is where it says, and that the SYN guard"
          + " does not answer: it has to come again, or is a fragment."),
  SYN_COOKIE_INVALID(
      Severity.FILTERED,
      "While the SYN guard is engaged, a reset of an unknown source without a cookie that is good."),
  SYN_ANSWER_LIMITED(
      Severity.LIMITED,
      "A SYN that the SYN guard would answer, over the rate of answers to its source's prefix."),
  FAIR_SHARE(
      Severity.LIMITED,
      "Above the tenant's fair share of a worker that is sent more than it can process."),
  TCP_FLAGS(
      Severity.MALFORMED,
      "TCP flags that no state of a connection sends, with the tenant's `protection`."),
  TINY_FRAGMENT(
      Severity.FILTERED,
      "A fragment of TCP at offset 8, by which a header is written over (RFC 1858, RFC 3128), with"
          + " the tenant's `protection`."),
  OVERLAPPING_FRAGMENT(
      Severity.FILTERED,
      "A fragment with bytes that were there before, or that can't be of any datagram (RFC 5722),"
          + " with the tenant's `protection`."),
  SOURCE_PORT_ZERO(Severity.FILTERED, "TCP or UDP from port 0, with the tenant's `protection`."),
  OWN_SOURCE(
      Severity.FILTERED,
      "From outside, but with a source in the tenant's own prefixes, with the tenant's"
          + " `protection`."),
  SIGNATURE(
      Severity.FILTERED,
      "It fits a signature that the tenant drops: an amplifier's answer, or an attack's"
          + " fingerprint."),
  SIGNATURE_LIMITED(
      Severity.LIMITED, "It fits a signature, over the rate at which the tenant lets these by."),
  RATE_LIMITED(Severity.LIMITED, "Over a rate of the tenant's `protection` for its class."),
  SOURCE_RATE_LIMITED(
      Severity.LIMITED, "Over the rate that the tenant's `protection` allows one source."),
  FIREWALL_DENY(Severity.FILTERED, "The tenant's own firewall dropped it."),
  FIREWALL_REJECT(
      Severity.FILTERED,
      "The tenant's own firewall rejected it, and no answer was due, the rate is used up, or the"
          + " answer would be longer than the packet."),
  NO_TUNNEL(Severity.FAILED, "The tenant has no tunnel to deliver through."),
  NO_ROUTE(Severity.FAILED, "No connected subnet and no gateway leads to the destination."),
  NEIGHBOUR_UNRESOLVED(Severity.FAILED, "The next hop's Ethernet address is not known (yet)."),
  NO_BUFFER(
      Severity.FAILED,
      "To be cut into fragments, and there were no packet buffers for all of them (`limits.packets`)."),
  GRE_OUTER_FRAGMENT(
      Severity.FILTERED, "A fragment of an outer packet: tunnels are not reassembled."),
  GRE_TRUNCATED(Severity.MALFORMED, "The packet ends within the GRE header."),
  GRE_BAD_VERSION(Severity.MALFORMED, "GRE version is not 0 (RFC 2784 2.3.1)."),
  GRE_RESERVED_BITS(
      Severity.MALFORMED,
      "Reserved bits 1 or 4-5 are set (RFC 2784 2.3, with RFC 2890's K and S)."),
  GRE_BAD_CHECKSUM(Severity.MALFORMED, "The GRE checksum is wrong."),
  GRE_UNSUPPORTED_PROTOCOL(Severity.FILTERED, "GRE carries neither IPv4 nor IPv6."),
  GRE_UNKNOWN_TUNNEL(Severity.FILTERED, "No tunnel with this remote and local."),
  GRE_WRONG_KEY(
      Severity.FILTERED, "There are tunnels with this remote and local, but none with this key."),
  GRE_CONGESTION_EXPERIENCED(
      Severity.FILTERED,
      "Congestion was marked on the way through the tunnel, and the inner packet's sender does not"
          + " know ECN (RFC 6040 4.2)."),
  GRE_NESTED(
      Severity.FILTERED, "Out of a tunnel comes GRE to an endpoint: tunnels are not opened twice."),
  GRE_INNER_TO_ENCAPSULATOR(
      Severity.FILTERED,
      "The inner destination is the router that encapsulated the packet (RFC 2784 3.1)."),
  SPOOFED_INNER_SOURCE(
      Severity.FILTERED, "The inner source is not in the prefixes of the tunnel's tenant."),
  EGRESS_DISABLED(Severity.FILTERED, "Traffic out of a tunnel whose tenant has no `egress: true`."),
  HOST_RATE_LIMITED(
      Severity.LIMITED, "For the host's own stack, over the rate of its class in `host-limits`."),
  HOST_QUEUE_FULL(
      Severity.FAILED, "For the host's own stack, which does not take packets fast enough."),
  TX_QUEUE_FULL(Severity.FAILED, "The port did not take the frame.");

  /** Codes of reasons start here, above those of {@link Fate}. */
  public static final int CODE_MIN = 8;

  private static final DropReason[] REASONS = values();

  private final Severity severity;
  private final String meaning;

  DropReason(Severity severity, String meaning) {
    this.severity = severity;
    this.meaning = meaning;
  }

  /** What a drop says about the packet or about us. */
  public enum Severity {
    MALFORMED("The packet breaks its protocol."),
    FILTERED("A well-formed packet that policy does not let through."),
    LIMITED("Over a rate."),
    FAILED("A good packet that we could not deliver: look into it.");

    private final String meaning;

    Severity(String meaning) {
      this.meaning = meaning;
    }

    public String meaning() {
      return meaning;
    }
  }

  public int code() {
    return CODE_MIN + ordinal();
  }

  /** The reason of a code that is {@link #CODE_MIN} or above. */
  public static DropReason ofCode(int code) {
    return REASONS[code - CODE_MIN];
  }

  /** The stable name: {@code ipv4-bad-checksum}. */
  public String kebabName() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  public Severity severity() {
    return severity;
  }

  public String meaning() {
    return meaning;
  }
}

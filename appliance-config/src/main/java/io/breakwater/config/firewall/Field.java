package io.breakwater.config.firewall;

import java.util.Locale;

/**
 * What a rule reads of a packet: an unsigned number of at most 128 bits.
 *
 * <p>A packet that does not have the field (too short, no such header, a later fragment without a
 * transport header) makes the match false, whether negated or not.
 */
public sealed interface Field {

  /** The width of the value. */
  int bits();

  /** Where an offset counts from. */
  enum Base {
    /** The Ethernet header. */
    LINK,
    /** The IP header. */
    NETWORK,
    /**
     * The header after the IP header and, in IPv6, after the extension headers. Not there in a
     * fragment other than the first.
     */
    TRANSPORT
  }

  /**
   * Bits of the packet, as they come on the wire. All bytes that hold one of them must be there.
   *
   * @param offsetBits from the base, the most significant bit of the first byte is 0
   */
  record Payload(Base base, int offsetBits, int bits) implements Field {}

  /** What is known of a packet without being read from it at a fixed place. */
  enum Meta implements Field {
    /**
     * The protocol of the transport header, behind IPv6 extension headers (RFC 8200 4); a fragment
     * of IPv6 other than the first has that of its last known header.
     */
    L4PROTO(8),
    /** 2 in chains of IPv4, 10 in those of IPv6, 5 in {@code netdev}: AF_INET, AF_INET6. */
    NFPROTO(8),
    /** Layer-3 bytes, from the IP header to the end of the packet. */
    LENGTH(32),
    /** The EtherType. */
    PROTOCOL(16),
    /** What {@code meta mark set} set; 0 at first. */
    MARK(32);

    private final int bits;

    Meta(int bits) {
      this.bits = bits;
    }

    @Override
    public int bits() {
      return bits;
    }

    /** As in a ruleset: {@code l4proto}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Whether an IPv6 packet has an extension header: 1 or 0. In a packet of IPv4 the field is not
   * there.
   *
   * @param protocol the header's number: 0, 43, 44, 60, 135
   */
  record ExtensionHeader(int protocol) implements Field {

    @Override
    public int bits() {
      return 1;
    }
  }

  /**
   * Bits of a TCP option, the first of its kind (RFC 9293 3.1). Not there if the packet is no TCP
   * or the option is missing or shorter.
   *
   * @param offsetBits from the option's kind byte
   */
  record TcpOption(int kind, int offsetBits, int bits) implements Field {}

  /** Whether a TCP packet has an option: 1, or 0, which is also the value in any other packet. */
  record TcpOptionExists(int kind) implements Field {

    @Override
    public int bits() {
      return 1;
    }
  }
}

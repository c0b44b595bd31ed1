package io.breakwater.workers.nftables;

import io.breakwater.workers.Frames;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/**
 * Frames for a tenant whose fields are a ruleset's {@link Constants} and their neighbours, with
 * everything that is odd and yet forwarded by both the kernel and Breakwater: fragments, options,
 * extension headers, unknown protocols, payloads longer than UDP says, lengths from none to 1,500,
 * padding.
 *
 * <p>What either refuses before a firewall is asked is not made: those rules have their own tests.
 * Checksums are as the kernel verifies them before it answers a packet (nf_ip_checksum() and
 * nf_ip6_checksum()): over all that is behind the headers, for protocols without a checksum too.
 */
final class RandomPackets {

  private static final byte[] LINK = Frames.hex("020000000002 02005e000001 0000");
  private static final int LINK_BYTES = 14;
  private static final int MTU_BYTES = 1_500;
  private static final int FRAME_BYTES_MIN = 60;

  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int OFFSET_MASK = 0x1fff;
  private static final int MORE_FRAGMENTS = 0x2000;

  private final Draw draw;
  private final Constants constants;
  private final RandomTcpOptions tcpOptions;
  private final boolean padded;
  private final boolean laterFragments;

  /**
   * @param padded whether short frames may have bytes behind the packet
   * @param laterFragments whether there may be fragments without a transport header
   */
  RandomPackets(Random random, Constants constants, boolean padded, boolean laterFragments) {
    this.laterFragments = laterFragments;
    this.draw = new Draw(random);
    this.constants = constants;
    this.tcpOptions = new RandomTcpOptions(draw, constants);
    this.padded = padded;
  }

  byte[] next() {
    boolean ipv4 = draw.chance(55);
    byte[] packet = ipv4 ? ipv4() : ipv6();
    byte[] frame = Arrays.copyOf(LINK, LINK_BYTES + packet.length);
    put16(frame, 12, ipv4 ? 0x0800 : 0x86dd);
    System.arraycopy(packet, 0, frame, LINK_BYTES, packet.length);
    return padded && frame.length < FRAME_BYTES_MIN && draw.chance(50) ? pad(frame) : frame;
  }

  private byte[] pad(byte[] frame) {
    byte[] padding = draw.bytes(FRAME_BYTES_MIN - frame.length);
    byte[] padded = Arrays.copyOf(frame, FRAME_BYTES_MIN);
    System.arraycopy(padding, 0, padded, frame.length, padding.length);
    return padded;
  }

  /** RFC 791 3.1. */
  private byte[] ipv4() {
    byte[] options = draw.chance(12) ? RandomIpOptions.next(draw) : new byte[0];
    int fragment = draw.chance(25) ? (int) of(Slot.FRAGMENT) : draw.of(0, 0x4000);
    fragment &= laterFragments ? -1 : ~OFFSET_MASK;
    int protocol = protocol();
    int header = 20 + options.length;
    byte[] behind =
        behind(protocol, header, (fragment & OFFSET_MASK) != 0, (fragment & MORE_FRAGMENTS) != 0);
    ByteBuffer packet = ByteBuffer.allocate(header + behind.length);
    packet.put((byte) (0x40 | header / 4));
    packet.put((byte) (of(Slot.DSCP) << 2 | of(Slot.ECN)));
    packet.putShort((short) packet.capacity());
    packet.putShort((short) of(Slot.ID));
    packet.putShort((short) fragment);
    packet.put((byte) of(Slot.TTL));
    packet.put((byte) protocol);
    packet.putShort((short) 0);
    packet.putInt((int) of(Slot.IPV4_SOURCE));
    packet.putInt((int) of(Slot.IPV4_DESTINATION));
    packet.put(options);
    packet.putShort(10, (short) Frames.checksum(Arrays.copyOf(packet.array(), header)));
    boolean pseudo = protocol == TCP || protocol == UDP;
    byte[] addresses = pseudo ? Arrays.copyOfRange(packet.array(), 12, 20) : new byte[0];
    packet.put(withChecksum(behind, protocol, addresses));
    return packet.array();
  }

  /** RFC 8200 3 and 4. */
  private byte[] ipv6() {
    Extensions extensions =
        draw.chance(35) ? Extensions.random(draw, constants, laterFragments) : Extensions.NONE;
    int protocol = protocolBehind(extensions);
    byte[] headers = extensions.bytes(protocol);
    byte[] behind =
        behind(
            protocol, 40 + headers.length, extensions.isLaterFragment(), extensions.isFragment());
    ByteBuffer packet = ByteBuffer.allocate(40 + headers.length + behind.length);
    packet.putInt((int) (6 << 28 | of(Slot.DSCP) << 22 | of(Slot.ECN) << 20 | of(Slot.FLOW_LABEL)));
    packet.putShort((short) (packet.capacity() - 40));
    packet.put((byte) extensions.first(protocol));
    packet.put((byte) of(Slot.TTL));
    packet.put(Frames.address(Ipv6Addresses.text(Slot.IPV6_SOURCE, of(Slot.IPV6_SOURCE))));
    packet.put(
        Frames.address(Ipv6Addresses.text(Slot.IPV6_DESTINATION, of(Slot.IPV6_DESTINATION))));
    packet.put(headers);
    packet.put(withChecksum(behind, protocol, Arrays.copyOfRange(packet.array(), 8, 40)));
    return packet.array();
  }

  /**
   * Of IPv6 no extension header, unless nothing has to be behind it. Such a later fragment the
   * kernel drops at ingress, which is where no frame is padded.
   */
  private int protocolBehind(Extensions extensions) {
    int protocol = protocol();
    return Extensions.isOne(protocol) && !(extensions.isLaterFragment() && padded)
        ? Extensions.NOTHING
        : protocol;
  }

  private int protocol() {
    return draw.chance(75) ? draw.of(TCP, TCP, UDP, UDP, ICMP, ICMPV6) : (int) of(Slot.PROTOCOL);
  }

  /**
   * What is behind the IP headers.
   *
   * @param headers bytes before it
   * @param later whether it belongs to a fragment other than the first
   * @param first whether to the first of several
   */
  private byte[] behind(int protocol, int headers, boolean later, boolean first) {
    byte[] transport =
        later
            ? new byte[0]
            : switch (protocol) {
              case TCP -> tcp();
              case UDP -> udp();
              case ICMP -> icmp(Slot.ICMP_TYPE);
              case ICMPV6 -> icmp(Slot.ICMPV6_TYPE);
              default -> new byte[0];
            };
    byte[] payload = draw.bytes(payloadBytes(headers + transport.length));
    byte[] all = Arrays.copyOf(transport, transport.length + payload.length);
    System.arraycopy(payload, 0, all, transport.length, payload.length);
    if (protocol == UDP && !later) {
      put16(all, 4, udpLength(all.length, first));
    }
    return all;
  }

  /** Often none; now and then such that the whole packet has a length of the ruleset. */
  private int payloadBytes(int headers) {
    int most = MTU_BYTES - headers;
    int bytes =
        switch (draw.weighted(30, 25, 20, 20, 5)) {
          case 0 -> 0;
          case 1 -> draw.below(64);
          case 2 -> (int) of(Slot.LENGTH) - headers;
          case 3 -> (int) of(Slot.LENGTH_BEHIND);
          default -> most;
        };
    return Math.clamp(bytes, 0, most);
  }

  /** RFC 768: what is there or, in a first fragment, what will be; sometimes less. */
  private int udpLength(int bytes, boolean first) {
    if (draw.chance(80)) {
      return bytes;
    }
    int length = (int) of(Slot.LENGTH_BEHIND);
    return length >= 8 && (length <= bytes || first) ? length : 8;
  }

  /** RFC 9293 3.1. */
  private byte[] tcp() {
    byte[] options = draw.chance(50) ? tcpOptions.next() : new byte[0];
    ByteBuffer header = ByteBuffer.allocate(20 + options.length);
    header.putShort((short) of(Slot.PORT)).putShort((short) of(Slot.PORT));
    header.putInt((int) of(Slot.SEQUENCE)).putInt((int) of(Slot.SEQUENCE));
    header
        .put((byte) (header.capacity() / 4 << 4 | of(Slot.TCP_RESERVED)))
        .put((byte) of(Slot.TCP_FLAGS));
    header.putShort((short) of(Slot.WINDOW)).putShort((short) 0).putShort((short) of(Slot.URGENT));
    return header.put(options).array();
  }

  private byte[] udp() {
    ByteBuffer header = ByteBuffer.allocate(8);
    return header.putShort((short) of(Slot.PORT)).putShort((short) of(Slot.PORT)).array();
  }

  /** RFC 792, RFC 4443 2.1. */
  private byte[] icmp(Slot type) {
    ByteBuffer header = ByteBuffer.allocate(8).put((byte) of(type)).put((byte) of(Slot.ICMP_CODE));
    return header.putInt(4, draw.random().nextInt()).array();
  }

  /**
   * @param addresses of the pseudo-header; none: there is no pseudo-header
   */
  private static byte[] withChecksum(byte[] behind, int protocol, byte[] addresses) {
    int at =
        switch (protocol) {
          case TCP -> 16;
          case UDP -> 6;
          case ICMP, ICMPV6 -> 2;
          default -> behind.length - 2 & ~1;
        };
    if (at < 0 || at + 2 > behind.length) {
      return behind;
    }
    byte[] tail = ByteBuffer.allocate(8).putInt(behind.length).putInt(protocol).array();
    put16(behind, at, 0);
    int checksum =
        addresses.length == 0 ? Frames.checksum(behind) : Frames.checksum(addresses, tail, behind);
    put16(behind, at, protocol == UDP && checksum == 0 ? 0xffff : checksum);
    return behind;
  }

  private long of(Slot slot) {
    return constants.ofPacket(slot);
  }

  private static void put16(byte[] bytes, int at, int value) {
    bytes[at] = (byte) (value >>> 8);
    bytes[at + 1] = (byte) value;
  }
}

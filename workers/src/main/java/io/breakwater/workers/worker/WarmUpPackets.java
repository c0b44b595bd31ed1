package io.breakwater.workers.worker;

import io.breakwater.config.IpAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Builds the packets of {@link WarmUpFrames}, layer by layer from the inside out.
 *
 * <p>Plain code for a few hundred frames, made once; the packet path has its own, fast.
 */
final class WarmUpPackets {

  static final int TCP = 6;
  static final int UDP = 17;
  static final int ICMP = 1;
  static final int ICMPV6 = 58;
  static final int GRE = 47;

  static final long SENDER = 0x0200_5e00_0001L;
  static final long BROADCAST = 0xffff_ffff_ffffL;

  static final String CLIENT = "198.51.100.9";
  static final String TENANT = "203.0.113.100";
  static final String CLIENT_IPV6 = "2001:db8:c::9";
  static final String TENANT_IPV6 = "2001:db8:acc::100";

  /** Of the tenant whose tunnels are over IPv6. */
  static final String FOURTH = "198.18.1.100";

  static final String FOURTH_IPV6 = "2001:db8:acf::100";

  static final int HOP_BY_HOP = 0;
  static final int ROUTING = 43;
  static final int FRAGMENT = 44;
  static final int AUTHENTICATION = 51;
  static final int DESTINATION_OPTIONS = 60;

  /** An option of four bytes that says nothing, by its type and length. */
  static final int PAD = 0x0104;

  static final long SOLICITED_NODE = 0x3333_ff00_0002L;

  private WarmUpPackets() {}

  static byte[] frame(long destination, int type, byte[] payload) {
    var frame = ByteBuffer.allocate(14 + payload.length);
    putMac(frame, destination);
    putMac(frame, SENDER);
    return frame.putShort((short) type).put(payload).array();
  }

  /** An IEEE 802.1Q tag behind the Ethernet type that announced it. */
  static byte[] tag(int id, int type, byte[] payload) {
    byte[] tag = {(byte) (id >> 8), (byte) id, (byte) (type >> 8), (byte) type};
    return concat(tag, payload);
  }

  static byte[] arp(int operation, String sender, String target) {
    return arp(operation, sender, target, SENDER);
  }

  static byte[] arp(int operation, String sender, String target, long mac) {
    var arp = ByteBuffer.allocate(28).putLong(0x0001_0800_0604_0000L | operation);
    putMac(arp, mac);
    arp.putInt((int) IpAddress.parse(sender).low());
    putMac(arp, 0);
    return arp.putInt((int) IpAddress.parse(target).low()).array();
  }

  static byte[] ipv4(String source, String destination, int ttl, int protocol, byte[] payload) {
    var packet =
        ByteBuffer.allocate(20 + payload.length)
            .putShort((short) 0x4500)
            .putShort((short) (20 + payload.length))
            .putInt(0x4000)
            .put((byte) ttl)
            .put((byte) protocol)
            .putShort((short) 0)
            .putInt((int) IpAddress.parse(source).low())
            .putInt((int) IpAddress.parse(destination).low());
    packet.putShort(10, checksum(packet.array(), 0, 20, 0));
    return packet.put(payload).array();
  }

  static byte[] tunnelled(byte[] gre) {
    return ipv4(WarmUpConfiguration.REMOTE, WarmUpConfiguration.ENDPOINT, 60, GRE, gre);
  }

  static byte[] keyedTunnelled(byte[] gre) {
    return ipv4(WarmUpConfiguration.KEYED_REMOTE, WarmUpConfiguration.ENDPOINT, 60, GRE, gre);
  }

  static byte[] tunnelledOverIpv6(byte[] gre) {
    return tunnelledOverIpv6(GRE, gre);
  }

  /** With extension headers in front of GRE. */
  static byte[] tunnelledOverIpv6(int next, byte[] payload) {
    return ipv6(
        WarmUpConfiguration.REMOTE_IPV6, WarmUpConfiguration.ENDPOINT_IPV6, 60, next, payload);
  }

  /** The same packet with another TOS byte or traffic class. */
  static byte[] withTos(byte[] packet, int tos) {
    if (packet[0] >>> 4 == 4) {
      packet[1] = (byte) tos;
      return checksummed(packet);
    }
    packet[0] = (byte) (0x60 | tos >>> 4);
    packet[1] = (byte) (tos << 4);
    return packet;
  }

  /** GRE with a checksum that is right. */
  static byte[] greChecked(int type, byte[] inner) {
    byte[] header = {(byte) 0x80, 0, (byte) (type >> 8), (byte) type, 0, 0, 0, 0};
    byte[] gre = concat(header, inner.length % 2 == 0 ? inner : concat(inner, new byte[1]));
    ByteBuffer.wrap(gre).putShort(4, checksum(gre, 0, gre.length, 0));
    return gre;
  }

  /** IPv4 with four bytes of options. */
  static byte[] withOptions(
      String source, String destination, int protocol, int options, byte[] payload) {
    byte[] four = ByteBuffer.allocate(4).putInt(options).array();
    byte[] packet = ipv4(source, destination, 64, protocol, concat(four, payload));
    packet[0] = 0x46;
    return checksummed(packet);
  }

  static byte[] fragment(int protocol, int flagsAndOffset, byte[] payload) {
    byte[] packet = ipv4(CLIENT, TENANT, 64, protocol, payload);
    ByteBuffer.wrap(packet).putShort(6, (short) flagsAndOffset);
    return checksummed(packet);
  }

  static byte[] checksummed(byte[] packet) {
    var buffer = ByteBuffer.wrap(packet).putShort(10, (short) 0);
    return buffer.putShort(10, checksum(packet, 0, (packet[0] & 0xf) * 4, 0)).array();
  }

  static byte[] ipv6(String source, String destination, int hopLimit, int next, byte[] payload) {
    IpAddress from = IpAddress.parse(source);
    IpAddress to = IpAddress.parse(destination);
    return ByteBuffer.allocate(40 + payload.length)
        .putInt(0x6000_0000)
        .putShort((short) payload.length)
        .put((byte) next)
        .put((byte) hopLimit)
        .putLong(from.high())
        .putLong(from.low())
        .putLong(to.high())
        .putLong(to.low())
        .put(payload)
        .array();
  }

  static byte[] icmpv6(String source, String destination, int hopLimit, byte[] message) {
    byte[] packet = ipv6(source, destination, hopLimit, ICMPV6, message);
    var buffer = ByteBuffer.wrap(packet).putShort(42, (short) 0);
    return buffer
        .putShort(42, checksum(packet, 8, packet.length - 8, ICMPV6 + message.length))
        .array();
  }

  static byte[] udp(int source, int destination, int length) {
    return ByteBuffer.allocate(8 + length)
        .putShort((short) source)
        .putShort((short) destination)
        .putShort((short) (8 + length))
        .array();
  }

  /** A segment with an acknowledgement. */
  static byte[] tcp(int source, int destination, int length) {
    return ByteBuffer.allocate(20 + length)
        .putShort((short) source)
        .putShort((short) destination)
        .putShort(12, (short) 0x5010)
        .array();
  }

  /** A SYN whose options are MSS 1460 behind as many bytes of padding as are asked for. */
  static byte[] syn(int source, int destination, int padding) {
    var segment =
        ByteBuffer.allocate(28)
            .putShort((short) source)
            .putShort((short) destination)
            .putShort(12, (short) 0x7002);
    for (int i = 0; i < padding; i++) {
      segment.put(20 + i, (byte) 1);
    }
    return segment.putInt(20 + padding, 0x0204_05b4).array();
  }

  /** An ICMP error that quotes the first bytes of a packet. */
  static byte[] icmpError(int type, int code, int rest, byte[] quote, int quoteBytes) {
    byte[] quoted = Arrays.copyOf(quote, Math.min(quote.length, quoteBytes));
    var message =
        ByteBuffer.allocate(8 + quoted.length)
            .put((byte) type)
            .put((byte) code)
            .putShort((short) 0)
            .putInt(rest)
            .put(quoted);
    return message.putShort(2, checksum(message.array(), 0, message.capacity(), 0)).array();
  }

  /** A copy with its ICMP checksum. */
  static byte[] checksummedIcmp(byte[] message) {
    var copy = ByteBuffer.wrap(message.clone()).putShort(2, (short) 0);
    return copy.putShort(2, checksum(copy.array(), 0, message.length, 0)).array();
  }

  static byte[] echo(int type) {
    var message =
        ByteBuffer.allocate(16)
            .put((byte) type)
            .put((byte) 0)
            .putShort((short) 0)
            .putInt(0x00010001);
    return message.putShort(2, checksum(message.array(), 0, 16, 0)).array();
  }

  /** A neighbour discovery message of any type, with the option that its type has. */
  static byte[] discovery(int type, String target, long mac) {
    IpAddress address = IpAddress.parse(target);
    int fixedBytes = type == 133 ? 8 : type == 134 ? 16 : type == 137 ? 40 : 24;
    var message = ByteBuffer.allocate(fixedBytes + 8).putInt(type << 24);
    message.putInt(type == 136 ? 0x6000_0000 : 0);
    if (fixedBytes >= 24) {
      message.putLong(address.high()).putLong(address.low());
    }
    message.position(fixedBytes);
    message.putShort((short) (type == 136 ? 0x0201 : 0x0101));
    putMac(message, mac);
    return message.array();
  }

  /** An IPv6 extension header of 8 bytes. */
  static byte[] extension(int next, int second, int rest) {
    return ByteBuffer.allocate(8)
        .put((byte) next)
        .put((byte) 0)
        .putShort((short) second)
        .putInt(rest)
        .array();
  }

  static byte[] gre(int type, byte[] inner) {
    return concat(new byte[] {0, 0, (byte) (type >> 8), (byte) type}, inner);
  }

  static byte[] greKeyed(int type, byte[] inner) {
    return greKeyed(type, WarmUpConfiguration.KEY, inner);
  }

  static byte[] greKeyed(int type, int key, byte[] inner) {
    byte[] header = {0x20, 0, (byte) (type >> 8), (byte) type, 0, 0, 0, (byte) key};
    return concat(header, inner);
  }

  static byte[] concat(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static void putMac(ByteBuffer buffer, long mac) {
    buffer.putInt((int) (mac >>> 16)).putShort((short) mac);
  }

  static short checksum(byte[] bytes, int from, int length, int initial) {
    var buffer = ByteBuffer.wrap(bytes);
    long sum = initial;
    for (int at = from; at + 1 < from + length; at += 2) {
      sum += buffer.getShort(at) & 0xffff;
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (short) ~((sum & 0xffff) + (sum >>> 16));
  }
}

package io.breakwater.workers.worker;

import io.breakwater.config.IpAddress;
import io.breakwater.workers.table.OwnAddresses;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The frames of {@link WarmUp}: clean packets of every kind, and each way to end otherwise.
 *
 * <p>Plain code for a few hundred frames, made once; the packet path has its own, fast.
 */
final class WarmUpFrames {

  /** Clean frames to one other, at first and then. */
  static final int CLEAN_SHARE = 500;

  static final int MIXED_SHARE = 3;

  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMP = 1;
  private static final int ICMPV6 = 58;
  private static final int GRE = 47;

  private static final long SENDER = 0x0200_5e00_0001L;
  private static final long BROADCAST = 0xffff_ffff_ffffL;

  private static final String CLIENT = "198.51.100.9";
  private static final String TENANT = "203.0.113.100";
  private static final String CLIENT_IPV6 = "2001:db8:c::9";
  private static final String TENANT_IPV6 = "2001:db8:acc::100";

  private final long own;
  private final List<byte[]> clean = new ArrayList<>();
  private final List<byte[]> others = new ArrayList<>();

  private int nextClean;
  private int nextOther;
  private int sinceOther;

  /**
   * @param own Ethernet address of the port that they are for
   * @param ownAddresses the appliance's IP addresses
   */
  WarmUpFrames(long own, OwnAddresses ownAddresses) {
    this.own = own;
    addClean();
    addUnusual();
    addForOurselves();
    addRefused();
    addSourcesLikeOurs(ownAddresses);
  }

  /** The next frame, in turn: so many clean ones to one that is not. */
  byte[] next(int cleanShare) {
    if (sinceOther++ < cleanShare) {
      nextClean = nextClean + 1 == clean.size() ? 0 : nextClean + 1;
      return clean.get(nextClean);
    }
    sinceOther = 0;
    nextOther = nextOther + 1 == others.size() ? 0 : nextOther + 1;
    return others.get(nextOther);
  }

  private void addClean() {
    for (int flow = 0; flow < 32; flow++) {
      clean.add(ethernet(0x0800, ipv4(CLIENT, TENANT, 64, UDP, udp(1024 + flow, 53, 18))));
      clean.add(ethernet(0x0800, ipv4(CLIENT, TENANT, 57, TCP, tcp(1024 + flow, 443, 100))));
      byte[] reply = ipv4(TENANT, CLIENT, 64, TCP, tcp(443, 1024 + flow, 512));
      clean.add(ethernet(0x0800, tunnelled(gre(0x0800, reply))));
    }
    for (int flow = 0; flow < 8; flow++) {
      clean.add(
          ethernet(0x86dd, ipv6(CLIENT_IPV6, TENANT_IPV6, 64, TCP, tcp(1024 + flow, 443, 100))));
      byte[] reply = ipv6(TENANT_IPV6, CLIENT_IPV6, 64, UDP, udp(443, 1024 + flow, 300));
      clean.add(
          ethernet(
              0x0800,
              ipv4(
                  WarmUpConfiguration.KEYED_REMOTE,
                  WarmUpConfiguration.ENDPOINT,
                  60,
                  GRE,
                  greKeyed(0x86dd, reply))));
      clean.add(ethernet(0x0800, ipv4(CLIENT, "198.18.0.5", 64, ICMP, echo(8))));
    }
  }

  /** Good packets that the loops for the plain case leave to others. */
  private void addUnusual() {
    others.add(ethernet(0x0800, ipv4(CLIENT, TENANT, 64, UDP, udp(1024, 53, 0))));
    others.add(ethernet(0x0800, withOptions(CLIENT, TENANT, 0x9404_0000, udp(1024, 53, 18))));
    others.add(ethernet(0x0800, fragment(0x2000, udp(1024, 53, 24))));
    others.add(ethernet(0x0800, fragment(0x0004, new byte[24])));
    byte[] reply = ipv4(TENANT, CLIENT, 64, UDP, udp(53, 1024, 300));
    others.add(
        ethernet(
            0x0800,
            ipv4(
                WarmUpConfiguration.KEYED_REMOTE,
                WarmUpConfiguration.ENDPOINT,
                60,
                GRE,
                greKeyed(0x0800, reply))));
    // With a checksum, which is wrong; with a sequence number; with options outside.
    byte[] checked = concat(new byte[] {(byte) 0x80, 0, 8, 0, 1, 2, 0, 0}, reply);
    byte[] numbered = concat(new byte[] {0x10, 0, 8, 0, 0, 0, 0, 9}, reply);
    others.add(ethernet(0x0800, tunnelled(checked)));
    others.add(ethernet(0x0800, tunnelled(numbered)));
    byte[] back = ipv4(TENANT, WarmUpConfiguration.REMOTE, 64, UDP, udp(53, 1024, 18));
    others.add(ethernet(0x0800, tunnelled(gre(0x0800, back))));
    others.add(ethernet(0x0800, tunnelled(gre(0x6558, reply))));
  }

  /** Sources that are our own, and others that only hash like ours. */
  private void addSourcesLikeOurs(OwnAddresses ownAddresses) {
    others.add(
        ethernet(0x0800, ipv4(WarmUpConfiguration.OWN_IPV4, TENANT, 64, UDP, udp(1024, 53, 18))));
    others.add(
        ethernet(
            0x86dd, ipv6(WarmUpConfiguration.OWN_IPV6, TENANT_IPV6, 64, UDP, udp(1024, 53, 18))));
    for (int host = 0, found = 0; found < 4; host++) {
      int source = 0x0800_0000 + host;
      if (OwnAddresses.isMaybe(ownAddresses.ipv4Filter(), source)
          && !ownAddresses.contains(source)) {
        found++;
        String text = "8.%d.%d.%d".formatted(host >>> 16, host >>> 8 & 0xff, host & 0xff);
        others.add(ethernet(0x0800, ipv4(text, TENANT, 64, UDP, udp(1024, 53, 18))));
        others.add(ethernet(0x0800, ipv4(text, TENANT, 64, TCP, tcp(1024, 443, 18))));
      }
    }
  }

  private void addForOurselves() {
    byte[] request = arp(1, "192.0.2.1", "192.0.2.2");
    others.add(frame(BROADCAST, 0x0806, request));
    others.add(ethernet(0x0806, arp(2, "192.0.2.1", "192.0.2.2")));
    others.add(ethernet(0x0806, arp(1, "192.0.2.1", "192.0.2.77")));
    others.add(ethernet(0x0800, ipv4(CLIENT, WarmUpConfiguration.OWN_IPV4, 64, ICMP, echo(8))));
    others.add(ethernet(0x0800, ipv4(CLIENT, WarmUpConfiguration.ENDPOINT, 64, ICMP, echo(8))));
    others.add(
        ethernet(0x0800, ipv4(CLIENT, WarmUpConfiguration.OWN_IPV4, 64, TCP, tcp(40000, 179, 0))));
    others.add(ethernet(0x86dd, icmpv6(CLIENT_IPV6, WarmUpConfiguration.OWN_IPV6, 64, echo(128))));
    others.add(
        frame(
            0x3333_ff00_0002L,
            0x86dd,
            icmpv6(WarmUpConfiguration.GATEWAY_IPV6, "ff02::1:ff00:2", 255, solicitation())));
  }

  private void addRefused() {
    others.add(ethernet(0x0800, ipv4(CLIENT, TENANT, 1, UDP, udp(1024, 33434, 18))));
    others.add(ethernet(0x86dd, ipv6(CLIENT_IPV6, TENANT_IPV6, 1, UDP, udp(1024, 33434, 18))));
    byte[] tooBig = ipv4(CLIENT, TENANT, 64, UDP, udp(1024, 53, 1472));
    others.add(ethernet(0x0800, tooBig));
    others.add(ethernet(0x86dd, ipv6(CLIENT_IPV6, TENANT_IPV6, 64, UDP, udp(1024, 53, 1452))));
    others.add(ethernet(0x0800, ipv4(CLIENT, "203.0.114.1", 64, UDP, udp(1024, 53, 18))));
    others.add(ethernet(0x0800, ipv4("127.0.0.1", TENANT, 64, UDP, udp(1024, 53, 18))));
    others.add(ethernet(0x0800, ipv4(TENANT, TENANT, 64, UDP, udp(1024, 53, 18))));
    others.add(ethernet(0x0800, ipv4(CLIENT, "224.1.2.3", 64, UDP, udp(1024, 53, 18))));
    others.add(ethernet(0x0800, ipv4(CLIENT, TENANT, 64, UDP, new byte[4])));
    others.add(ethernet(0x0800, ipv4(CLIENT, TENANT, 64, TCP, new byte[20])));
    byte[] badChecksum = ethernet(0x0800, ipv4(CLIENT, TENANT, 64, UDP, udp(1024, 53, 18)));
    badChecksum[24] ^= 1;
    others.add(badChecksum);
    byte[] badVersion = ethernet(0x0800, ipv4(CLIENT, TENANT, 64, UDP, udp(1024, 53, 18)));
    badVersion[14] = 0x55;
    others.add(badVersion);
    others.add(ethernet(0x0800, new byte[19]));
    others.add(ethernet(0x86dd, new byte[39]));
    others.add(ethernet(0x8847, new byte[46]));
    others.add(frame(0x0200_0000_7777L, 0x0800, ipv4(CLIENT, TENANT, 64, UDP, udp(1024, 53, 18))));
    others.add(frame(BROADCAST, 0x0800, ipv4(CLIENT, TENANT, 64, UDP, udp(1024, 53, 18))));
    others.add(new byte[8]);
    byte[] forged = ipv4(CLIENT, "192.0.2.200", 64, UDP, udp(1024, 53, 18));
    others.add(ethernet(0x0800, tunnelled(gre(0x0800, forged))));
    others.add(
        ethernet(0x0800, ipv4(CLIENT, WarmUpConfiguration.ENDPOINT, 60, GRE, gre(0x0800, forged))));
    others.add(ethernet(0x0800, tunnelled(new byte[3])));
    byte[] expiring = ipv4(TENANT, CLIENT, 1, UDP, udp(53, 1024, 18));
    others.add(ethernet(0x0800, tunnelled(gre(0x0800, expiring))));
    byte[] toTenant = ipv4(TENANT, "198.18.0.5", 64, UDP, udp(53, 1024, 18));
    others.add(ethernet(0x0800, tunnelled(gre(0x0800, toTenant))));
    byte[] tagged = ipv4(CLIENT, TENANT, 64, UDP, udp(1024, 53, 18));
    others.add(ethernet(0x8100, concat(new byte[] {0, 5, 8, 0}, tagged)));
  }

  private byte[] ethernet(int type, byte[] payload) {
    return frame(own, type, payload);
  }

  private static byte[] frame(long destination, int type, byte[] payload) {
    var frame = ByteBuffer.allocate(14 + payload.length);
    putMac(frame, destination);
    putMac(frame, SENDER);
    return frame.putShort((short) type).put(payload).array();
  }

  private static byte[] arp(int operation, String sender, String target) {
    var arp = ByteBuffer.allocate(28).putLong(0x0001_0800_0604_0000L | operation);
    putMac(arp, SENDER);
    arp.putInt((int) IpAddress.parse(sender).low());
    putMac(arp, 0);
    return arp.putInt((int) IpAddress.parse(target).low()).array();
  }

  private static byte[] ipv4(
      String source, String destination, int ttl, int protocol, byte[] payload) {
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

  private static byte[] tunnelled(byte[] gre) {
    return ipv4(WarmUpConfiguration.REMOTE, WarmUpConfiguration.ENDPOINT, 60, GRE, gre);
  }

  /** UDP with four bytes of options. */
  private static byte[] withOptions(String source, String destination, int options, byte[] udp) {
    byte[] four = ByteBuffer.allocate(4).putInt(options).array();
    byte[] packet = ipv4(source, destination, 64, UDP, concat(four, udp));
    packet[0] = 0x46;
    return checksummed(packet);
  }

  private static byte[] fragment(int flagsAndOffset, byte[] payload) {
    byte[] packet = ipv4(CLIENT, TENANT, 64, UDP, payload);
    ByteBuffer.wrap(packet).putShort(6, (short) flagsAndOffset);
    return checksummed(packet);
  }

  private static byte[] checksummed(byte[] packet) {
    var buffer = ByteBuffer.wrap(packet).putShort(10, (short) 0);
    return buffer.putShort(10, checksum(packet, 0, (packet[0] & 0xf) * 4, 0)).array();
  }

  private static byte[] ipv6(
      String source, String destination, int hopLimit, int next, byte[] payload) {
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

  private static byte[] icmpv6(String source, String destination, int hopLimit, byte[] message) {
    byte[] packet = ipv6(source, destination, hopLimit, ICMPV6, message);
    var buffer = ByteBuffer.wrap(packet).putShort(42, (short) 0);
    return buffer
        .putShort(42, checksum(packet, 8, packet.length - 8, ICMPV6 + message.length))
        .array();
  }

  private static byte[] udp(int source, int destination, int length) {
    return ByteBuffer.allocate(8 + length)
        .putShort((short) source)
        .putShort((short) destination)
        .putShort((short) (8 + length))
        .array();
  }

  private static byte[] tcp(int source, int destination, int length) {
    return ByteBuffer.allocate(20 + length)
        .putShort((short) source)
        .putShort((short) destination)
        .put(12, (byte) 0x50)
        .array();
  }

  private static byte[] echo(int type) {
    var message =
        ByteBuffer.allocate(16)
            .put((byte) type)
            .put((byte) 0)
            .putShort((short) 0)
            .putInt(0x00010001);
    return message.putShort(2, checksum(message.array(), 0, 16, 0)).array();
  }

  private static byte[] solicitation() {
    IpAddress target = IpAddress.parse(WarmUpConfiguration.OWN_IPV6);
    var message =
        ByteBuffer.allocate(32)
            .putLong(0x8700_0000_0000_0000L)
            .putLong(target.high())
            .putLong(target.low())
            .putShort((short) 0x0101);
    putMac(message, SENDER);
    return message.array();
  }

  private static byte[] gre(int type, byte[] inner) {
    return concat(new byte[] {0, 0, (byte) (type >> 8), (byte) type}, inner);
  }

  private static byte[] greKeyed(int type, byte[] inner) {
    byte[] header = {0x20, 0, (byte) (type >> 8), (byte) type, 0, 0, 0, WarmUpConfiguration.KEY};
    return concat(header, inner);
  }

  private static byte[] concat(byte[] first, byte[] second) {
    return ByteBuffer.allocate(first.length + second.length).put(first).put(second).array();
  }

  private static void putMac(ByteBuffer buffer, long mac) {
    buffer.putInt((int) (mac >>> 16)).putShort((short) mac);
  }

  private static short checksum(byte[] bytes, int from, int length, int initial) {
    var buffer = ByteBuffer.wrap(bytes);
    long sum = initial;
    for (int at = from; at + 1 < from + length; at += 2) {
      sum += buffer.getShort(at) & 0xffff;
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (short) ~((sum & 0xffff) + (sum >>> 16));
  }
}

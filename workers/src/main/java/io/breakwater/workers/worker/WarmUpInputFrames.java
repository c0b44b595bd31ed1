package io.breakwater.workers.worker;

import static io.breakwater.workers.worker.WarmUpConfiguration.ENDPOINT;
import static io.breakwater.workers.worker.WarmUpConfiguration.GATEWAY_IPV4;
import static io.breakwater.workers.worker.WarmUpConfiguration.OWN_IPV4;
import static io.breakwater.workers.worker.WarmUpConfiguration.OWN_IPV6;
import static io.breakwater.workers.worker.WarmUpConfiguration.REMOTE;
import static io.breakwater.workers.worker.WarmUpPackets.AUTHENTICATION;
import static io.breakwater.workers.worker.WarmUpPackets.BROADCAST;
import static io.breakwater.workers.worker.WarmUpPackets.CLIENT;
import static io.breakwater.workers.worker.WarmUpPackets.CLIENT_IPV6;
import static io.breakwater.workers.worker.WarmUpPackets.DESTINATION_OPTIONS;
import static io.breakwater.workers.worker.WarmUpPackets.FRAGMENT;
import static io.breakwater.workers.worker.WarmUpPackets.GRE;
import static io.breakwater.workers.worker.WarmUpPackets.HOP_BY_HOP;
import static io.breakwater.workers.worker.WarmUpPackets.ICMP;
import static io.breakwater.workers.worker.WarmUpPackets.ICMPV6;
import static io.breakwater.workers.worker.WarmUpPackets.PAD;
import static io.breakwater.workers.worker.WarmUpPackets.ROUTING;
import static io.breakwater.workers.worker.WarmUpPackets.TCP;
import static io.breakwater.workers.worker.WarmUpPackets.TENANT;
import static io.breakwater.workers.worker.WarmUpPackets.TENANT_IPV6;
import static io.breakwater.workers.worker.WarmUpPackets.UDP;
import static io.breakwater.workers.worker.WarmUpPackets.arp;
import static io.breakwater.workers.worker.WarmUpPackets.checksummed;
import static io.breakwater.workers.worker.WarmUpPackets.checksummedIcmp;
import static io.breakwater.workers.worker.WarmUpPackets.concat;
import static io.breakwater.workers.worker.WarmUpPackets.echo;
import static io.breakwater.workers.worker.WarmUpPackets.extension;
import static io.breakwater.workers.worker.WarmUpPackets.fragment;
import static io.breakwater.workers.worker.WarmUpPackets.frame;
import static io.breakwater.workers.worker.WarmUpPackets.gre;
import static io.breakwater.workers.worker.WarmUpPackets.greKeyed;
import static io.breakwater.workers.worker.WarmUpPackets.icmpv6;
import static io.breakwater.workers.worker.WarmUpPackets.ipv4;
import static io.breakwater.workers.worker.WarmUpPackets.ipv6;
import static io.breakwater.workers.worker.WarmUpPackets.keyedTunnelled;
import static io.breakwater.workers.worker.WarmUpPackets.tag;
import static io.breakwater.workers.worker.WarmUpPackets.tcp;
import static io.breakwater.workers.worker.WarmUpPackets.tunnelled;
import static io.breakwater.workers.worker.WarmUpPackets.udp;
import static io.breakwater.workers.worker.WarmUpPackets.withOptions;

import io.breakwater.config.IpAddress;
import io.breakwater.workers.table.OwnAddresses;

/**
 * Frames of {@link WarmUp} that validation treats in its own ways: good ones that the loops for the
 * plain case leave to others, extension headers, tags, and each way to be refused.
 */
final class WarmUpInputFrames {

  private WarmUpInputFrames() {}

  /** Good packets that the loops for the plain case leave to others. */
  static void addUnusual(WarmUpKind kind) {
    kind.add(0x0800, ipv4(CLIENT, TENANT, 64, UDP, udp(1024, 53, 0)));
    kind.add(0x0800, withOptions(CLIENT, TENANT, UDP, 0x9404_0000, udp(1024, 53, 18)));
    kind.add(0x0800, fragment(UDP, 0x2000, udp(1024, 53, 24)));
    kind.add(0x0800, fragment(UDP, 0x0004, new byte[24]));
    for (int protocol : new int[] {ICMP, TCP, UDP}) {
      kind.add(0x0800, fragment(protocol, 0x2000, new byte[4]));
      kind.add(0x0800, fragment(protocol, 0x2000, new byte[24]));
    }
    byte[] reply = ipv4(TENANT, CLIENT, 64, UDP, udp(53, 1024, 300));
    kind.add(0x0800, keyedTunnelled(greKeyed(0x0800, reply)));
    // With a checksum, which is wrong; with a sequence number; with options outside.
    byte[] checked = concat(new byte[] {(byte) 0x80, 0, 8, 0, 1, 2, 0, 0}, reply);
    byte[] numbered = concat(new byte[] {0x10, 0, 8, 0, 0, 0, 0, 9}, reply);
    kind.add(0x0800, tunnelled(checked));
    kind.add(0x0800, tunnelled(numbered));
    byte[] back = ipv4(TENANT, REMOTE, 64, UDP, udp(53, 1024, 18));
    kind.add(0x0800, tunnelled(gre(0x0800, back)));
    kind.add(0x0800, tunnelled(gre(0x6558, reply)));
  }

  /** IPv6 with extension headers: in each place, too many, of type 0, and fragments. */
  static void addExtended(WarmUpKind kind) {
    byte[] datagram = udp(1024, 53, 18);
    addExtended(kind, HOP_BY_HOP, extension(UDP, PAD, 0), datagram);
    addExtended(kind, HOP_BY_HOP, extension(ROUTING, PAD, 0), extension(UDP, 0x0400, 0), datagram);
    addExtended(kind, ROUTING, extension(UDP, 0, 0), datagram);
    addExtended(kind, DESTINATION_OPTIONS, extension(HOP_BY_HOP, PAD, 0), extension(UDP, PAD, 0));
    addExtended(kind, FRAGMENT, extension(UDP, 1, 7), datagram);
    addExtended(kind, FRAGMENT, extension(UDP, 0x0100, 7), datagram);
    addExtended(kind, FRAGMENT, extension(UDP, 0, 7), datagram);
    addExtended(kind, AUTHENTICATION, extension(UDP, 0, 7), new byte[8], datagram);
    addExtended(kind, DESTINATION_OPTIONS);
    addExtended(kind, DESTINATION_OPTIONS, new byte[4]);
    addExtended(kind, DESTINATION_OPTIONS, new byte[] {UDP, 5, 1, 4, 0, 0, 0, 0});
    addExtended(kind, 59, datagram);
    addExtended(kind, 50, datagram);
    for (int count = 1; count <= 9; count++) {
      byte[][] chain = new byte[count + 1][];
      for (int i = 0; i < count; i++) {
        chain[i] = extension(i + 1 < count ? DESTINATION_OPTIONS : TCP, PAD, 0);
      }
      chain[count] = tcp(1024, 443, 20);
      addExtended(kind, DESTINATION_OPTIONS, chain);
    }
  }

  private static void addExtended(WarmUpKind kind, int next, byte[]... parts) {
    byte[] payload = {};
    for (byte[] part : parts) {
      payload = concat(payload, part);
    }
    kind.add(0x86dd, ipv6(CLIENT_IPV6, TENANT_IPV6, 64, next, payload));
    byte[] back = ipv6(TENANT_IPV6, CLIENT_IPV6, 64, next, payload);
    kind.add(0x0800, tunnelled(gre(0x86dd, back)));
    kind.add(0x86dd, ipv6(CLIENT_IPV6, OWN_IPV6, 64, next, payload));
  }

  /** One to three VLAN tags, of both types. */
  static void addTagged(WarmUpKind kind) {
    byte[] plain = ipv4(CLIENT, TENANT, 64, UDP, udp(1024, 53, 18));
    byte[] plainIpv6 = ipv6(CLIENT_IPV6, TENANT_IPV6, 64, UDP, udp(1024, 53, 18));
    byte[] expiring = ipv4(CLIENT, TENANT, 1, UDP, udp(1024, 33434, 18));
    for (int outer : new int[] {0x8100, 0x88a8}) {
      kind.add(outer, tag(5, 0x0800, plain));
      kind.add(outer, tag(5, 0x86dd, plainIpv6));
      kind.add(outer, tag(5, 0x0800, expiring));
      kind.add(outer, tag(5, 0x8100, tag(6, 0x0800, plain)));
      kind.add(outer, tag(5, 0x8100, tag(6, 0x8100, tag(7, 0x0800, plain))));
      kind.add(outer, tag(5, 0x8100, tag(6, 0x0806, arp(1, GATEWAY_IPV4, OWN_IPV4))));
      kind.add(outer, new byte[3]);
    }
  }

  static void addRefused(WarmUpKind kind) {
    kind.add(0x0800, ipv4(CLIENT, TENANT, 1, UDP, udp(1024, 33434, 18)));
    kind.add(0x86dd, ipv6(CLIENT_IPV6, TENANT_IPV6, 1, UDP, udp(1024, 33434, 18)));
    byte[] tooBig = ipv4(CLIENT, TENANT, 64, UDP, udp(1024, 53, 1472));
    kind.add(0x0800, tooBig);
    // One that may be fragmented: no error about it (RFC 1191 3).
    kind.add(0x0800, fragment(UDP, 0, udp(1024, 53, 1472)));
    kind.add(0x86dd, ipv6(CLIENT_IPV6, TENANT_IPV6, 64, UDP, udp(1024, 53, 1452)));
    kind.add(0x0800, ipv4(CLIENT, "203.0.114.1", 64, UDP, udp(1024, 53, 18)));
    kind.add(0x0800, ipv4("127.0.0.1", TENANT, 64, UDP, udp(1024, 53, 18)));
    kind.add(0x0800, ipv4(TENANT, TENANT, 64, UDP, udp(1024, 53, 18)));
    kind.add(0x0800, ipv4(CLIENT, "224.1.2.3", 64, UDP, udp(1024, 53, 18)));
    kind.add(0x0800, ipv4(CLIENT, TENANT, 64, UDP, new byte[4]));
    kind.add(0x0800, ipv4(CLIENT, TENANT, 64, TCP, new byte[20]));
    byte[] badChecksum = ipv4(CLIENT, TENANT, 64, UDP, udp(1024, 53, 18));
    badChecksum[10] ^= 1;
    kind.add(0x0800, badChecksum);
    byte[] badVersion = ipv4(CLIENT, TENANT, 64, UDP, udp(1024, 53, 18));
    badVersion[0] = 0x55;
    kind.add(0x0800, badVersion);
    kind.add(0x0800, new byte[19]);
    kind.add(0x86dd, new byte[39]);
    kind.add(0x8847, new byte[46]);
    kind.addFrame(
        frame(0x0200_0000_7777L, 0x0800, ipv4(CLIENT, TENANT, 64, UDP, udp(1024, 53, 18))));
    kind.addFrame(frame(BROADCAST, 0x0800, ipv4(CLIENT, TENANT, 64, UDP, udp(1024, 53, 18))));
    kind.addFrame(new byte[8]);
    byte[] forged = ipv4(CLIENT, "192.0.2.200", 64, UDP, udp(1024, 53, 18));
    kind.add(0x0800, tunnelled(gre(0x0800, forged)));
    kind.add(0x0800, ipv4(CLIENT, ENDPOINT, 60, GRE, gre(0x0800, forged)));
    kind.add(0x0800, tunnelled(new byte[3]));
    byte[] expiring = ipv4(TENANT, CLIENT, 1, UDP, udp(53, 1024, 18));
    kind.add(0x0800, tunnelled(gre(0x0800, expiring)));
    byte[] toTenant = ipv4(TENANT, "198.18.0.5", 64, UDP, udp(53, 1024, 18));
    kind.add(0x0800, tunnelled(gre(0x0800, toTenant)));
  }

  /** What has addresses that no packet on its way has, or is the last that an error is due for. */
  static void addImpossible(WarmUpKind kind) {
    byte[] datagram = udp(1024, 53, 18);
    for (String address :
        new String[] {"0.0.0.0", "127.0.0.1", "224.0.0.5", "240.0.0.1", "255.255.255.255"}) {
      kind.add(0x0800, ipv4(address, TENANT, 64, UDP, datagram));
      kind.add(0x0800, ipv4(CLIENT, address, 64, UDP, datagram));
      kind.add(0x0800, ipv4(address, TENANT, 1, UDP, datagram));
      kind.add(0x0800, tunnelled(gre(0x0800, ipv4(TENANT, address, 64, UDP, datagram))));
    }
    for (String address :
        new String[] {"::", "::1", "::ffff:192.0.2.9", "fe80::9", "ff02::1", "ff0e::5"}) {
      kind.add(0x86dd, ipv6(address, TENANT_IPV6, 64, UDP, datagram));
      kind.add(0x86dd, ipv6(CLIENT_IPV6, address, 64, UDP, datagram));
      byte[] outward = ipv6(TENANT_IPV6, address, 64, UDP, datagram);
      kind.add(0x0800, tunnelled(gre(0x86dd, outward)));
    }
    kind.add(0x86dd, ipv6(TENANT_IPV6, TENANT_IPV6, 64, UDP, datagram));
    kind.add(0x86dd, ipv6(CLIENT_IPV6, "2001:db8:eeee::1", 64, UDP, datagram));
    addExpiring(kind);
  }

  /** RFC 1812 4.3.2.7: about most of these no error is sent. */
  private static void addExpiring(WarmUpKind kind) {
    for (int flagsAndOffset : new int[] {0x0004, 0x2000, 0x2004}) {
      byte[] fragment = fragment(UDP, flagsAndOffset, udp(1024, 53, 24));
      fragment[8] = 1;
      kind.add(0x0800, checksummed(fragment));
    }
    kind.add(0x0800, ipv4("192.0.2.0", TENANT, 1, UDP, udp(1024, 53, 18)));
    kind.add(0x0800, ipv4("192.0.2.255", TENANT, 1, UDP, udp(1024, 53, 18)));
    kind.add(0x0800, ipv4(CLIENT, TENANT, 1, ICMP, new byte[0]));
    for (int type : new int[] {0, 3, 8, 11, 12}) {
      kind.add(0x0800, ipv4(CLIENT, TENANT, 1, ICMP, checksummedIcmp(echo(type))));
    }
    for (int type : new int[] {1, 128, 137}) {
      kind.add(0x86dd, icmpv6(CLIENT_IPV6, TENANT_IPV6, 1, echo(type)));
    }
    kind.add(0x86dd, ipv6(CLIENT_IPV6, TENANT_IPV6, 1, ICMPV6, new byte[0]));
    for (int offset : new int[] {1, 0x0100}) {
      byte[] fragment = concat(extension(UDP, offset, 7), udp(1024, 53, 18));
      kind.add(0x86dd, ipv6(CLIENT_IPV6, TENANT_IPV6, 1, FRAGMENT, fragment));
    }
  }

  /** Sources that are our own, and others that only hash like ours. */
  static void addSourcesLikeOurs(WarmUpKind kind, OwnAddresses ownAddresses) {
    kind.add(0x0800, ipv4(OWN_IPV4, TENANT, 64, UDP, udp(1024, 53, 18)));
    kind.add(0x86dd, ipv6(OWN_IPV6, TENANT_IPV6, 64, UDP, udp(1024, 53, 18)));
    for (int host = 0, found = 0; found < 4; host++) {
      int source = 0x0800_0000 + host;
      if (OwnAddresses.isMaybe(ownAddresses.ipv4Filter(), source)
          && !ownAddresses.contains(source)) {
        found++;
        String text = "8.%d.%d.%d".formatted(host >>> 16, host >>> 8 & 0xff, host & 0xff);
        kind.add(0x0800, ipv4(text, TENANT, 64, UDP, udp(1024, 53, 18)));
        kind.add(0x0800, ipv4(text, TENANT, 64, TCP, tcp(1024, 443, 18)));
      }
    }
    for (int host = 0, found = 0; found < 4; host++) {
      String text = "2001:db8:9::%x:%x".formatted(host >>> 16, host & 0xffff);
      IpAddress source = IpAddress.parse(text);
      if (OwnAddresses.isMaybe(ownAddresses.ipv6Filter(), source.high() ^ source.low())
          && !ownAddresses.contains(source.high(), source.low())) {
        found++;
        byte[] extended = concat(extension(UDP, PAD, 0), udp(1024, 53, 18));
        kind.add(0x86dd, ipv6(text, TENANT_IPV6, 64, UDP, udp(1024, 53, 18)));
        kind.add(0x86dd, ipv6(text, TENANT_IPV6, 64, HOP_BY_HOP, extended));
      }
    }
  }
}

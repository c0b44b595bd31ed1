package io.breakwater.workers.worker;

import static io.breakwater.workers.worker.WarmUpConfiguration.ENDPOINT;
import static io.breakwater.workers.worker.WarmUpConfiguration.GATEWAY_IPV4;
import static io.breakwater.workers.worker.WarmUpConfiguration.GATEWAY_IPV6;
import static io.breakwater.workers.worker.WarmUpConfiguration.OWN_IPV4;
import static io.breakwater.workers.worker.WarmUpConfiguration.OWN_IPV6;
import static io.breakwater.workers.worker.WarmUpConfiguration.REMOTE;
import static io.breakwater.workers.worker.WarmUpPackets.BROADCAST;
import static io.breakwater.workers.worker.WarmUpPackets.CLIENT;
import static io.breakwater.workers.worker.WarmUpPackets.CLIENT_IPV6;
import static io.breakwater.workers.worker.WarmUpPackets.ICMP;
import static io.breakwater.workers.worker.WarmUpPackets.ICMPV6;
import static io.breakwater.workers.worker.WarmUpPackets.SENDER;
import static io.breakwater.workers.worker.WarmUpPackets.SOLICITED_NODE;
import static io.breakwater.workers.worker.WarmUpPackets.TCP;
import static io.breakwater.workers.worker.WarmUpPackets.UDP;
import static io.breakwater.workers.worker.WarmUpPackets.arp;
import static io.breakwater.workers.worker.WarmUpPackets.checksummed;
import static io.breakwater.workers.worker.WarmUpPackets.checksummedIcmp;
import static io.breakwater.workers.worker.WarmUpPackets.discovery;
import static io.breakwater.workers.worker.WarmUpPackets.echo;
import static io.breakwater.workers.worker.WarmUpPackets.frame;
import static io.breakwater.workers.worker.WarmUpPackets.gre;
import static io.breakwater.workers.worker.WarmUpPackets.icmpv6;
import static io.breakwater.workers.worker.WarmUpPackets.ipv4;
import static io.breakwater.workers.worker.WarmUpPackets.ipv6;
import static io.breakwater.workers.worker.WarmUpPackets.tcp;
import static io.breakwater.workers.worker.WarmUpPackets.tunnelled;
import static io.breakwater.workers.worker.WarmUpPackets.udp;
import static io.breakwater.workers.worker.WarmUpPackets.withOptions;

import java.util.Arrays;
import java.util.List;

/**
 * Frames of {@link WarmUp} for the appliance itself: what it answers, what is the kernel's, answers
 * to tunnel probes, and neighbours.
 */
final class WarmUpOwnFrames {

  /** Stations that ask for us, so that tables of neighbours fill up and overflow. */
  private static final int STATIONS = 100;

  private static final int OSPF = 89;
  private static final int VRRP = 112;

  /** A connection from this port of the client's is known to the kernel; those above are not. */
  static final int KNOWN_PORT = 50_000;

  private WarmUpOwnFrames() {}

  /** Nothing else, so that a storm of them uses the limit up. */
  static void addPings(WarmUpKind kind) {
    kind.add(0x0800, ipv4(CLIENT, OWN_IPV4, 64, ICMP, echo(8)));
    kind.add(0x0800, ipv4(CLIENT, ENDPOINT, 64, ICMP, echo(8)));
    kind.add(0x86dd, icmpv6(CLIENT_IPV6, OWN_IPV6, 64, echo(128)));
  }

  static void addForOurselves(WarmUpKind kind) {
    kind.add(0x0800, ipv4(CLIENT, OWN_IPV4, 64, TCP, tcp(40000, 179, 0)));
    kind.add(0x0800, ipv4(CLIENT, OWN_IPV4, 64, UDP, udp(1024, 53, 18)));
    addOddPings(kind);
  }

  /** Pings that are answered by nobody, or by the kernel. */
  private static void addOddPings(WarmUpKind kind) {
    byte[] ping = echo(8);
    byte[] whole = ipv4(CLIENT, OWN_IPV4, 64, ICMP, ping);
    kind.addFrame(frame(BROADCAST, 0x0800, whole));
    kind.add(0x0800, withOptions(CLIENT, OWN_IPV4, ICMP, 0x0101_0101, ping));
    for (int flags : new int[] {0x2000, 0x0002}) {
      byte[] fragment = whole.clone();
      fragment[6] = (byte) (flags >> 8);
      fragment[7] = (byte) flags;
      kind.add(0x0800, checksummed(fragment));
    }
    kind.add(0x0800, ipv4("192.0.2.255", OWN_IPV4, 64, ICMP, ping));
    kind.add(0x0800, ipv4(CLIENT, "192.0.2.255", 64, ICMP, ping));
    kind.add(0x0800, ipv4(CLIENT, OWN_IPV4, 64, ICMP, Arrays.copyOf(ping, 4)));
    kind.add(0x0800, ipv4(CLIENT, OWN_IPV4, 64, ICMP, echo(13)));
    kind.add(0x86dd, icmpv6(CLIENT_IPV6, OWN_IPV6, 64, echo(139)));
    kind.add(0x86dd, ipv6(CLIENT_IPV6, OWN_IPV6, 64, ICMPV6, Arrays.copyOf(ping, 4)));
    kind.addFrame(frame(SOLICITED_NODE, 0x86dd, icmpv6(CLIENT_IPV6, OWN_IPV6, 64, echo(128))));
  }

  /** Every class of the host's, IPv4 and IPv6, on connections that the kernel knows and others. */
  static void addForTheKernel(WarmUpKind kind) {
    for (int port : new int[] {179, 22}) {
      for (int flow = 0; flow < 4; flow++) {
        addForTheKernel(kind, 64, TCP, tcp(KNOWN_PORT + flow, port, 0));
        byte[] opening = tcp(KNOWN_PORT + flow, port, 0);
        opening[13] = 0x02;
        addForTheKernel(kind, 64, TCP, opening);
      }
    }
    for (int ttl : new int[] {64, 255}) {
      addForTheKernel(kind, ttl, UDP, udp(49152, 3784, 24));
      addForTheKernel(kind, ttl, UDP, udp(49152, 3785, 24));
      addForTheKernel(kind, ttl, UDP, udp(49152, 4784, 24));
      addForTheKernel(kind, ttl, VRRP, new byte[16]);
      addForTheKernel(kind, ttl, OSPF, new byte[44]);
    }
    kind.add(0x0800, ipv4(GATEWAY_IPV4, OWN_IPV4, 1, OSPF, new byte[44]));
    kind.add(0x0800, ipv4(CLIENT, OWN_IPV4, 64, ICMP, echo(0)));
    kind.add(0x86dd, icmpv6(CLIENT_IPV6, OWN_IPV6, 64, echo(129)));
    kind.add(0x0800, ipv4(CLIENT, ENDPOINT, 64, UDP, udp(1024, 53, 18)));
    kind.add(0x0806, arp(1, GATEWAY_IPV4, GATEWAY_IPV4));
  }

  private static void addForTheKernel(WarmUpKind kind, int ttl, int protocol, byte[] payload) {
    kind.add(0x0800, ipv4(CLIENT, OWN_IPV4, ttl, protocol, payload));
    kind.add(0x86dd, ipv6(CLIENT_IPV6, OWN_IPV6, ttl, protocol, payload));
  }

  /** Answers to tunnel probes by both ways, and what looks like one. */
  static void addAnswers(WarmUpKind kind, byte[] answer, byte[] answerIpv6) {
    byte[] right = ipv4(REMOTE, OWN_IPV4, 64, ICMP, checksummedIcmp(answer));
    byte[] rightIpv6 = icmpv6(CLIENT_IPV6, OWN_IPV6, 64, answerIpv6);
    byte[] forgedMessage = answer.clone();
    forgedMessage[answer.length - 1] ^= 1;
    byte[] forged = ipv4(REMOTE, OWN_IPV4, 64, ICMP, checksummedIcmp(forgedMessage));
    byte[] broken = ipv4(REMOTE, OWN_IPV4, 64, ICMP, forgedMessage);
    byte[] pong = ipv4(REMOTE, OWN_IPV4, 64, ICMP, echo(0));
    byte[] pongIpv6 = icmpv6(CLIENT_IPV6, OWN_IPV6, 64, echo(129));
    for (byte[] packet : List.of(right, forged, broken, pong)) {
      kind.add(0x0800, packet);
      kind.add(0x0800, tunnelled(gre(0x0800, packet)));
    }
    for (byte[] packet : List.of(rightIpv6, pongIpv6)) {
      kind.add(0x86dd, packet);
      kind.add(0x0800, tunnelled(gre(0x86dd, packet)));
    }
  }

  /** ARP and neighbour discovery: of the gateways, and of stations that nobody knows. */
  static void addNeighbours(WarmUpKind kind) {
    kind.addFrame(frame(BROADCAST, 0x0806, arp(1, GATEWAY_IPV4, OWN_IPV4)));
    kind.add(0x0806, arp(2, GATEWAY_IPV4, OWN_IPV4));
    kind.add(0x0806, arp(1, GATEWAY_IPV4, "192.0.2.77"));
    kind.addFrame(frame(BROADCAST, 0x0806, arp(1, "0.0.0.0", OWN_IPV4)));
    for (int type = 133; type <= 137; type++) {
      byte[] message = discovery(type, GATEWAY_IPV6, SENDER);
      kind.add(0x86dd, icmpv6("fe80::1", "ff02::1", 255, message));
      kind.add(0x86dd, icmpv6(GATEWAY_IPV6, OWN_IPV6, 255, message));
    }
    // RFC 4862 5.4: a station about to take our address.
    byte[] detection = Arrays.copyOf(discovery(135, OWN_IPV6, SENDER), 24);
    kind.addFrame(frame(SOLICITED_NODE, 0x86dd, icmpv6("::", "ff02::1:ff00:2", 255, detection)));
    addImpossibleNeighbours(kind);
    for (int station = 0; station < STATIONS; station++) {
      long mac = 0x0200_0000_0000L | station % 7;
      String ipv4 = "192.0.2." + (100 + station);
      String ipv6 = "2001:db8:1::" + Integer.toHexString(0x100 + station);
      kind.addFrame(frame(BROADCAST, 0x0806, arp(1, ipv4, OWN_IPV4, mac)));
      kind.add(0x0806, arp(2, ipv4, OWN_IPV4, mac + 1));
      byte[] question = discovery(135, OWN_IPV6, mac);
      kind.addFrame(frame(SOLICITED_NODE, 0x86dd, icmpv6(ipv6, "ff02::1:ff00:2", 255, question)));
      byte[] answer = discovery(136, ipv6, mac + 1);
      kind.add(0x86dd, icmpv6(ipv6, OWN_IPV6, 255, answer));
      // RFC 4861 7.2.5: with neither flag it is no answer, and casts doubt on what we know.
      byte[] doubt = discovery(136, ipv6, mac);
      doubt[4] = 0;
      kind.add(0x86dd, icmpv6(ipv6, OWN_IPV6, 255, doubt));
    }
  }

  /** Stations that there cannot be, and that are ourselves. */
  private static void addImpossibleNeighbours(WarmUpKind kind) {
    for (int operation = 1; operation <= 3; operation++) {
      for (String sender :
          List.of("127.0.0.1", "0.0.0.9", "224.0.0.5", "192.0.2.255", "10.1.2.3", OWN_IPV4)) {
        kind.add(0x0806, arp(operation, sender, OWN_IPV4));
      }
      for (long mac : new long[] {0, BROADCAST, kind.own()}) {
        kind.add(0x0806, arp(operation, "192.0.2.78", OWN_IPV4, mac));
      }
    }
    for (String address : List.of(OWN_IPV6, "ff02::1", "::", "fe80::9", "2001:db8:77::1")) {
      for (int type : new int[] {135, 136}) {
        kind.add(0x86dd, icmpv6(GATEWAY_IPV6, OWN_IPV6, 255, discovery(type, address, SENDER)));
        kind.add(0x86dd, icmpv6(address, OWN_IPV6, 255, discovery(type, OWN_IPV6, SENDER)));
      }
    }
    for (int type : new int[] {135, 136}) {
      for (long mac : new long[] {0, BROADCAST, kind.own()}) {
        kind.add(0x86dd, icmpv6(GATEWAY_IPV6, OWN_IPV6, 255, discovery(type, OWN_IPV6, mac)));
      }
      byte[] message = discovery(type, GATEWAY_IPV6, SENDER);
      kind.add(0x86dd, icmpv6(GATEWAY_IPV6, OWN_IPV6, 64, message));
      for (int option = 0; option <= 3; option++) {
        byte[] broken = message.clone();
        broken[message.length - 7] = (byte) option;
        kind.add(0x86dd, icmpv6(GATEWAY_IPV6, OWN_IPV6, 255, broken));
      }
    }
  }
}

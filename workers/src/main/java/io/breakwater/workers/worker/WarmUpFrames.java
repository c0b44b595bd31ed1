package io.breakwater.workers.worker;

import static io.breakwater.workers.worker.WarmUpConfiguration.ENDPOINT;
import static io.breakwater.workers.worker.WarmUpConfiguration.ENDPOINT_IPV6;
import static io.breakwater.workers.worker.WarmUpConfiguration.GATEWAY_IPV4;
import static io.breakwater.workers.worker.WarmUpConfiguration.GATEWAY_IPV6;
import static io.breakwater.workers.worker.WarmUpConfiguration.KEYED_REMOTE;
import static io.breakwater.workers.worker.WarmUpConfiguration.MANY_REMOTE;
import static io.breakwater.workers.worker.WarmUpConfiguration.OWN_IPV4;
import static io.breakwater.workers.worker.WarmUpConfiguration.OWN_IPV6;
import static io.breakwater.workers.worker.WarmUpConfiguration.REMOTE;
import static io.breakwater.workers.worker.WarmUpConfiguration.REMOTE_IPV6;
import static io.breakwater.workers.worker.WarmUpPackets.AUTHENTICATION;
import static io.breakwater.workers.worker.WarmUpPackets.BROADCAST;
import static io.breakwater.workers.worker.WarmUpPackets.CLIENT;
import static io.breakwater.workers.worker.WarmUpPackets.CLIENT_IPV6;
import static io.breakwater.workers.worker.WarmUpPackets.DESTINATION_OPTIONS;
import static io.breakwater.workers.worker.WarmUpPackets.FOURTH;
import static io.breakwater.workers.worker.WarmUpPackets.FOURTH_IPV6;
import static io.breakwater.workers.worker.WarmUpPackets.FRAGMENT;
import static io.breakwater.workers.worker.WarmUpPackets.GRE;
import static io.breakwater.workers.worker.WarmUpPackets.HOP_BY_HOP;
import static io.breakwater.workers.worker.WarmUpPackets.ICMP;
import static io.breakwater.workers.worker.WarmUpPackets.PAD;
import static io.breakwater.workers.worker.WarmUpPackets.ROUTING;
import static io.breakwater.workers.worker.WarmUpPackets.SENDER;
import static io.breakwater.workers.worker.WarmUpPackets.SOLICITED_NODE;
import static io.breakwater.workers.worker.WarmUpPackets.TCP;
import static io.breakwater.workers.worker.WarmUpPackets.TENANT;
import static io.breakwater.workers.worker.WarmUpPackets.TENANT_IPV6;
import static io.breakwater.workers.worker.WarmUpPackets.UDP;
import static io.breakwater.workers.worker.WarmUpPackets.arp;
import static io.breakwater.workers.worker.WarmUpPackets.checksummed;
import static io.breakwater.workers.worker.WarmUpPackets.checksummedIcmp;
import static io.breakwater.workers.worker.WarmUpPackets.concat;
import static io.breakwater.workers.worker.WarmUpPackets.discovery;
import static io.breakwater.workers.worker.WarmUpPackets.echo;
import static io.breakwater.workers.worker.WarmUpPackets.extension;
import static io.breakwater.workers.worker.WarmUpPackets.fragment;
import static io.breakwater.workers.worker.WarmUpPackets.frame;
import static io.breakwater.workers.worker.WarmUpPackets.gre;
import static io.breakwater.workers.worker.WarmUpPackets.greChecked;
import static io.breakwater.workers.worker.WarmUpPackets.greKeyed;
import static io.breakwater.workers.worker.WarmUpPackets.icmpError;
import static io.breakwater.workers.worker.WarmUpPackets.icmpv6;
import static io.breakwater.workers.worker.WarmUpPackets.ipv4;
import static io.breakwater.workers.worker.WarmUpPackets.ipv6;
import static io.breakwater.workers.worker.WarmUpPackets.keyedTunnelled;
import static io.breakwater.workers.worker.WarmUpPackets.syn;
import static io.breakwater.workers.worker.WarmUpPackets.tag;
import static io.breakwater.workers.worker.WarmUpPackets.tcp;
import static io.breakwater.workers.worker.WarmUpPackets.tunnelled;
import static io.breakwater.workers.worker.WarmUpPackets.tunnelledOverIpv6;
import static io.breakwater.workers.worker.WarmUpPackets.udp;
import static io.breakwater.workers.worker.WarmUpPackets.withOptions;
import static io.breakwater.workers.worker.WarmUpPackets.withTos;

import io.breakwater.config.IpAddress;
import io.breakwater.workers.table.OwnAddresses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The frames of {@link WarmUp}: clean packets of every kind, and each way to end otherwise.
 *
 * <p>What no list can foresee, {@link WarmUpMutations} makes of them. {@link WarmUpBursts} puts
 * them together.
 */
final class WarmUpFrames {

  /** Stations that ask for us, so that tables of neighbours fill up and overflow. */
  private static final int STATIONS = 100;

  private static final int OSPF = 89;
  private static final int VRRP = 112;

  /** A connection from this port of the client's is known to the kernel; those above are not. */
  static final int KNOWN_PORT = 50_000;

  private final long own;
  private final List<List<byte[]>> cleanByKind = new ArrayList<>();
  private final List<List<byte[]>> othersByKind = new ArrayList<>();

  /** The kind that is being made. */
  private List<byte[]> others;

  /**
   * @param own Ethernet address of the port that they are for
   * @param ownAddresses the appliance's IP addresses
   * @param answer ICMP message of an answer to a tunnel probe
   * @param answerIpv6 the same of ICMPv6
   */
  WarmUpFrames(long own, OwnAddresses ownAddresses, byte[] answer, byte[] answerIpv6) {
    this.own = own;
    addClean();
    addKind(this::addUnusual);
    addKind(this::addExtended);
    addKind(this::addTagged);
    addKind(this::addForOurselves);
    addKind(this::addForTheKernel);
    addKind(() -> addAnswers(answer, answerIpv6));
    addKind(this::addNeighbours);
    addKind(this::addRefused);
    addKind(this::addForged);
    addKind(this::addSyns);
    addKind(this::addTooBig);
    addKind(this::addErrors);
    addKind(this::addOverIpv6);
    addKind(this::addMarked);
    addKind(() -> addSourcesLikeOurs(ownAddresses));
  }

  private void addKind(Runnable frames) {
    others = new ArrayList<>();
    othersByKind.add(others);
    frames.run();
  }

  /**
   * Clean frames, of one kind in each list: to tenants and out of tunnels, each with IPv4 and IPv6,
   * and echo requests to tenants.
   */
  List<List<byte[]>> cleanByKind() {
    return cleanByKind;
  }

  /** Each another way to end otherwise, or to get where clean packets get by a longer way. */
  List<List<byte[]>> othersByKind() {
    return othersByKind;
  }

  private void addClean() {
    List<byte[]> toTenant = new ArrayList<>();
    List<byte[]> replies = new ArrayList<>();
    List<byte[]> toTenantIpv6 = new ArrayList<>();
    List<byte[]> keyedReplies = new ArrayList<>();
    List<byte[]> echoes = new ArrayList<>();
    List<byte[]> intoIpv6 = new ArrayList<>();
    List<byte[]> outOfIpv6 = new ArrayList<>();
    for (int flow = 0; flow < 32; flow++) {
      toTenant.add(ethernet(0x0800, ipv4(CLIENT, TENANT, 64, UDP, udp(1024 + flow, 53, 18))));
      toTenant.add(ethernet(0x0800, ipv4(CLIENT, TENANT, 57, TCP, tcp(1024 + flow, 443, 100))));
      byte[] reply = ipv4(TENANT, CLIENT, 64, TCP, tcp(443, 1024 + flow, 512));
      replies.add(ethernet(0x0800, tunnelled(gre(0x0800, reply))));
    }
    // As in real traffic: a connection is opened now and then.
    toTenant.add(ethernet(0x0800, ipv4(CLIENT, TENANT, 64, TCP, syn(1024, 443, 2))));
    byte[] answer = ipv4(TENANT, CLIENT, 64, TCP, syn(443, 1024, 0));
    replies.add(ethernet(0x0800, tunnelled(gre(0x0800, answer))));
    for (int flow = 0; flow < 8; flow++) {
      echoes.add(ethernet(0x0800, ipv4(CLIENT, "198.18.0.5", 64, ICMP, echo(8))));
      toTenantIpv6.add(
          ethernet(0x86dd, ipv6(CLIENT_IPV6, TENANT_IPV6, 64, TCP, tcp(1024 + flow, 443, 100))));
      byte[] reply = ipv6(TENANT_IPV6, CLIENT_IPV6, 64, UDP, udp(443, 1024 + flow, 300));
      keyedReplies.add(ethernet(0x0800, keyedTunnelled(greKeyed(0x86dd, reply))));
      intoIpv6.add(ethernet(0x0800, ipv4(CLIENT, FOURTH, 64, TCP, tcp(1024 + flow, 443, 100))));
      intoIpv6.add(
          ethernet(0x86dd, ipv6(CLIENT_IPV6, FOURTH_IPV6, 64, TCP, tcp(1024 + flow, 443, 100))));
      byte[] fourth = ipv4(FOURTH, CLIENT, 64, TCP, tcp(443, 1024 + flow, 512));
      outOfIpv6.add(ethernet(0x86dd, tunnelledOverIpv6(gre(0x0800, fourth))));
      byte[] fourthIpv6 = ipv6(FOURTH_IPV6, CLIENT_IPV6, 64, TCP, tcp(443, 1024 + flow, 512));
      outOfIpv6.add(ethernet(0x86dd, tunnelledOverIpv6(gre(0x86dd, fourthIpv6))));
    }
    cleanByKind.addAll(
        List.of(toTenant, replies, toTenantIpv6, keyedReplies, echoes, intoIpv6, outOfIpv6));
  }

  /** Good packets that the loops for the plain case leave to others. */
  private void addUnusual() {
    others.add(ethernet(0x0800, ipv4(CLIENT, TENANT, 64, UDP, udp(1024, 53, 0))));
    others.add(ethernet(0x0800, withOptions(CLIENT, TENANT, 0x9404_0000, udp(1024, 53, 18))));
    others.add(ethernet(0x0800, fragment(UDP, 0x2000, udp(1024, 53, 24))));
    others.add(ethernet(0x0800, fragment(UDP, 0x0004, new byte[24])));
    for (int protocol : new int[] {ICMP, TCP, UDP}) {
      others.add(ethernet(0x0800, fragment(protocol, 0x2000, new byte[4])));
      others.add(ethernet(0x0800, fragment(protocol, 0x2000, new byte[24])));
    }
    byte[] reply = ipv4(TENANT, CLIENT, 64, UDP, udp(53, 1024, 300));
    others.add(ethernet(0x0800, keyedTunnelled(greKeyed(0x0800, reply))));
    // With a checksum, which is wrong; with a sequence number; with options outside.
    byte[] checked = concat(new byte[] {(byte) 0x80, 0, 8, 0, 1, 2, 0, 0}, reply);
    byte[] numbered = concat(new byte[] {0x10, 0, 8, 0, 0, 0, 0, 9}, reply);
    others.add(ethernet(0x0800, tunnelled(checked)));
    others.add(ethernet(0x0800, tunnelled(numbered)));
    byte[] back = ipv4(TENANT, REMOTE, 64, UDP, udp(53, 1024, 18));
    others.add(ethernet(0x0800, tunnelled(gre(0x0800, back))));
    others.add(ethernet(0x0800, tunnelled(gre(0x6558, reply))));
  }

  /** Sources that are our own, and others that only hash like ours. */
  private void addSourcesLikeOurs(OwnAddresses ownAddresses) {
    others.add(ethernet(0x0800, ipv4(OWN_IPV4, TENANT, 64, UDP, udp(1024, 53, 18))));
    others.add(ethernet(0x86dd, ipv6(OWN_IPV6, TENANT_IPV6, 64, UDP, udp(1024, 53, 18))));
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
    for (int host = 0, found = 0; found < 4; host++) {
      String text = "2001:db8:9::%x:%x".formatted(host >>> 16, host & 0xffff);
      IpAddress source = IpAddress.parse(text);
      if (OwnAddresses.isMaybe(ownAddresses.ipv6Filter(), source.high() ^ source.low())
          && !ownAddresses.contains(source.high(), source.low())) {
        found++;
        byte[] extended = concat(extension(UDP, PAD, 0), udp(1024, 53, 18));
        others.add(ethernet(0x86dd, ipv6(text, TENANT_IPV6, 64, UDP, udp(1024, 53, 18))));
        others.add(ethernet(0x86dd, ipv6(text, TENANT_IPV6, 64, HOP_BY_HOP, extended)));
      }
    }
  }

  private void addForOurselves() {
    others.add(ethernet(0x0800, ipv4(CLIENT, OWN_IPV4, 64, ICMP, echo(8))));
    others.add(ethernet(0x0800, ipv4(CLIENT, ENDPOINT, 64, ICMP, echo(8))));
    others.add(ethernet(0x0800, ipv4(CLIENT, OWN_IPV4, 64, TCP, tcp(40000, 179, 0))));
    others.add(ethernet(0x86dd, icmpv6(CLIENT_IPV6, OWN_IPV6, 64, echo(128))));
    others.add(ethernet(0x0800, ipv4(CLIENT, OWN_IPV4, 64, UDP, udp(1024, 53, 18))));
  }

  /** Every class of the host's, IPv4 and IPv6, on connections that the kernel knows and others. */
  private void addForTheKernel() {
    for (int port : new int[] {179, 22}) {
      for (int flow = 0; flow < 4; flow++) {
        addForTheKernel(64, TCP, tcp(KNOWN_PORT + flow, port, 0));
        byte[] opening = tcp(KNOWN_PORT + flow, port, 0);
        opening[13] = 0x02;
        addForTheKernel(64, TCP, opening);
      }
    }
    for (int ttl : new int[] {64, 255}) {
      addForTheKernel(ttl, UDP, udp(49152, 3784, 24));
      addForTheKernel(ttl, UDP, udp(49152, 3785, 24));
      addForTheKernel(ttl, UDP, udp(49152, 4784, 24));
      addForTheKernel(ttl, VRRP, new byte[16]);
      addForTheKernel(ttl, OSPF, new byte[44]);
    }
    others.add(ethernet(0x0800, ipv4(GATEWAY_IPV4, OWN_IPV4, 1, OSPF, new byte[44])));
    others.add(ethernet(0x0800, ipv4(CLIENT, OWN_IPV4, 64, ICMP, echo(0))));
    others.add(ethernet(0x86dd, icmpv6(CLIENT_IPV6, OWN_IPV6, 64, echo(129))));
    others.add(ethernet(0x0800, ipv4(CLIENT, ENDPOINT, 64, UDP, udp(1024, 53, 18))));
    others.add(ethernet(0x0806, arp(1, GATEWAY_IPV4, GATEWAY_IPV4)));
  }

  private void addForTheKernel(int ttl, int protocol, byte[] payload) {
    others.add(ethernet(0x0800, ipv4(CLIENT, OWN_IPV4, ttl, protocol, payload)));
    others.add(ethernet(0x86dd, ipv6(CLIENT_IPV6, OWN_IPV6, ttl, protocol, payload)));
  }

  /** Answers to tunnel probes by both ways, and what looks like one. */
  private void addAnswers(byte[] answer, byte[] answerIpv6) {
    byte[] right = ipv4(REMOTE, OWN_IPV4, 64, ICMP, checksummedIcmp(answer));
    byte[] rightIpv6 = icmpv6(CLIENT_IPV6, OWN_IPV6, 64, answerIpv6);
    byte[] forgedMessage = answer.clone();
    forgedMessage[answer.length - 1] ^= 1;
    byte[] forged = ipv4(REMOTE, OWN_IPV4, 64, ICMP, checksummedIcmp(forgedMessage));
    byte[] broken = ipv4(REMOTE, OWN_IPV4, 64, ICMP, forgedMessage);
    byte[] pong = ipv4(REMOTE, OWN_IPV4, 64, ICMP, echo(0));
    byte[] pongIpv6 = icmpv6(CLIENT_IPV6, OWN_IPV6, 64, echo(129));
    for (byte[] packet : List.of(right, forged, broken, pong)) {
      others.add(ethernet(0x0800, packet));
      others.add(ethernet(0x0800, tunnelled(gre(0x0800, packet))));
    }
    for (byte[] packet : List.of(rightIpv6, pongIpv6)) {
      others.add(ethernet(0x86dd, packet));
      others.add(ethernet(0x0800, tunnelled(gre(0x86dd, packet))));
    }
  }

  /** ARP and neighbour discovery: of the gateways, and of stations that nobody knows. */
  private void addNeighbours() {
    others.add(frame(BROADCAST, 0x0806, arp(1, GATEWAY_IPV4, OWN_IPV4)));
    others.add(ethernet(0x0806, arp(2, GATEWAY_IPV4, OWN_IPV4)));
    others.add(ethernet(0x0806, arp(1, GATEWAY_IPV4, "192.0.2.77")));
    others.add(frame(BROADCAST, 0x0806, arp(1, "0.0.0.0", OWN_IPV4)));
    for (int type = 133; type <= 137; type++) {
      byte[] message = discovery(type, GATEWAY_IPV6, SENDER);
      others.add(ethernet(0x86dd, icmpv6("fe80::1", "ff02::1", 255, message)));
      others.add(ethernet(0x86dd, icmpv6(GATEWAY_IPV6, OWN_IPV6, 255, message)));
    }
    // RFC 4862 5.4: a station about to take our address.
    byte[] detection = Arrays.copyOf(discovery(135, OWN_IPV6, SENDER), 24);
    others.add(frame(SOLICITED_NODE, 0x86dd, icmpv6("::", "ff02::1:ff00:2", 255, detection)));
    for (int station = 0; station < STATIONS; station++) {
      long mac = 0x0200_0000_0000L | station % 7;
      String ipv4 = "192.0.2." + (100 + station);
      String ipv6 = "2001:db8:1::" + Integer.toHexString(0x100 + station);
      others.add(frame(BROADCAST, 0x0806, arp(1, ipv4, OWN_IPV4, mac)));
      others.add(ethernet(0x0806, arp(2, ipv4, OWN_IPV4, mac + 1)));
      byte[] question = discovery(135, OWN_IPV6, mac);
      others.add(frame(SOLICITED_NODE, 0x86dd, icmpv6(ipv6, "ff02::1:ff00:2", 255, question)));
      byte[] answer = discovery(136, ipv6, mac + 1);
      others.add(ethernet(0x86dd, icmpv6(ipv6, OWN_IPV6, 255, answer)));
      // RFC 4861 7.2.5: with neither flag it is no answer, and casts doubt on what we know.
      byte[] doubt = discovery(136, ipv6, mac);
      doubt[4] = 0;
      others.add(ethernet(0x86dd, icmpv6(ipv6, OWN_IPV6, 255, doubt)));
    }
  }

  /** IPv6 with extension headers: in each place, too many, of type 0, and fragments. */
  private void addExtended() {
    byte[] datagram = udp(1024, 53, 18);
    addExtended(HOP_BY_HOP, extension(UDP, PAD, 0), datagram);
    addExtended(HOP_BY_HOP, extension(ROUTING, PAD, 0), extension(UDP, 0x0400, 0), datagram);
    addExtended(ROUTING, extension(UDP, 0, 0), datagram);
    addExtended(DESTINATION_OPTIONS, extension(HOP_BY_HOP, PAD, 0), extension(UDP, PAD, 0));
    addExtended(FRAGMENT, extension(UDP, 1, 7), datagram);
    addExtended(FRAGMENT, extension(UDP, 0x0100, 7), datagram);
    addExtended(FRAGMENT, extension(UDP, 0, 7), datagram);
    addExtended(AUTHENTICATION, extension(UDP, 0, 7), new byte[8], datagram);
    addExtended(DESTINATION_OPTIONS);
    addExtended(DESTINATION_OPTIONS, new byte[4]);
    addExtended(DESTINATION_OPTIONS, new byte[] {UDP, 5, 1, 4, 0, 0, 0, 0});
    addExtended(59, datagram);
    addExtended(50, datagram);
    for (int count = 1; count <= 9; count++) {
      byte[][] chain = new byte[count + 1][];
      for (int i = 0; i < count; i++) {
        chain[i] = extension(i + 1 < count ? DESTINATION_OPTIONS : TCP, PAD, 0);
      }
      chain[count] = tcp(1024, 443, 20);
      addExtended(DESTINATION_OPTIONS, chain);
    }
  }

  private void addExtended(int next, byte[]... parts) {
    byte[] payload = {};
    for (byte[] part : parts) {
      payload = concat(payload, part);
    }
    others.add(ethernet(0x86dd, ipv6(CLIENT_IPV6, TENANT_IPV6, 64, next, payload)));
    byte[] back = ipv6(TENANT_IPV6, CLIENT_IPV6, 64, next, payload);
    others.add(ethernet(0x0800, tunnelled(gre(0x86dd, back))));
    others.add(ethernet(0x86dd, ipv6(CLIENT_IPV6, OWN_IPV6, 64, next, payload)));
  }

  /** Tunnels that there are not, and some that there are, from a table in which places collide. */
  private void addForged() {
    for (int host = 0; host < 32; host++) {
      byte[] inner = ipv4(TENANT, CLIENT, 64, UDP, udp(53, 1024, 18));
      String remote = "198.51.100." + (190 + host);
      byte[] outer = ipv4(remote, ENDPOINT, 60, GRE, gre(0x0800, inner));
      others.add(ethernet(0x0800, outer));
      byte[] keyed = greKeyed(0x0800, host, inner);
      others.add(ethernet(0x0800, keyedTunnelled(keyed)));
      others.add(ethernet(0x0800, ipv4(MANY_REMOTE, ENDPOINT, 60, GRE, keyed)));
    }
  }

  /** GRE over IPv6 that is not plain, and each way that it ends. */
  private void addOverIpv6() {
    byte[] inner = ipv4(FOURTH, CLIENT, 64, UDP, udp(53, 1024, 60));
    byte[] innerIpv6 = ipv6(FOURTH_IPV6, CLIENT_IPV6, 64, UDP, udp(53, 1024, 60));
    byte[] plain = gre(0x86dd, innerIpv6);
    others.add(ethernet(0x86dd, tunnelledOverIpv6(greKeyed(0x0800, inner))));
    others.add(ethernet(0x86dd, tunnelledOverIpv6(greChecked(0x0800, inner))));
    others.add(ethernet(0x86dd, tunnelledOverIpv6(greChecked(0x86dd, innerIpv6))));
    others.add(ethernet(0x86dd, tunnelledOverIpv6(gre(0x6558, inner))));
    others.add(ethernet(0x86dd, tunnelledOverIpv6(new byte[3])));
    others.add(ethernet(0x86dd, ipv6(CLIENT_IPV6, ENDPOINT_IPV6, 60, GRE, plain)));
    byte[] back = ipv6(FOURTH_IPV6, REMOTE_IPV6, 64, UDP, udp(53, 1024, 60));
    others.add(ethernet(0x86dd, tunnelledOverIpv6(gre(0x86dd, back))));
    byte[] forged = ipv6(CLIENT_IPV6, FOURTH_IPV6, 64, UDP, udp(53, 1024, 60));
    others.add(ethernet(0x86dd, tunnelledOverIpv6(gre(0x86dd, forged))));
    byte[] nested = ipv6(FOURTH_IPV6, ENDPOINT_IPV6, 64, GRE, plain);
    others.add(ethernet(0x86dd, tunnelledOverIpv6(gre(0x86dd, nested))));
    byte[] nestedIpv4 = ipv4(TENANT, ENDPOINT, 64, GRE, gre(0x0800, inner));
    others.add(ethernet(0x0800, tunnelled(gre(0x0800, nestedIpv4))));
    byte[] expiring = ipv6(FOURTH_IPV6, CLIENT_IPV6, 1, UDP, udp(53, 1024, 60));
    others.add(ethernet(0x86dd, tunnelledOverIpv6(gre(0x86dd, expiring))));
    for (int next : new int[] {HOP_BY_HOP, DESTINATION_OPTIONS}) {
      for (int option : new int[] {PAD, 0x4104, 0x0109}) {
        byte[] header = extension(GRE, option, 0);
        others.add(ethernet(0x86dd, tunnelledOverIpv6(next, concat(header, plain))));
      }
    }
    for (int segments = 0; segments < 2; segments++) {
      byte[] header = extension(GRE, 0x0400 | segments, 0);
      others.add(ethernet(0x86dd, tunnelledOverIpv6(ROUTING, concat(header, plain))));
    }
    for (int offsetAndFlag : new int[] {0, 1, 0x0100}) {
      byte[] header = extension(GRE, offsetAndFlag, 7);
      others.add(ethernet(0x86dd, tunnelledOverIpv6(FRAGMENT, concat(header, plain))));
    }
    others.add(ethernet(0x86dd, ipv6(CLIENT_IPV6, ENDPOINT_IPV6, 60, UDP, udp(53, 1024, 60))));
    byte[] tooBig = ipv6(CLIENT_IPV6, FOURTH_IPV6, 64, UDP, udp(53, 1024, 1440));
    others.add(ethernet(0x86dd, tooBig));
  }

  /** All pairs of ECN fields outside and inside (RFC 6040 4.2). */
  private void addMarked() {
    for (int pair = 0; pair < 16; pair++) {
      int outer = pair & 3;
      byte[] inner = withTos(ipv4(FOURTH, CLIENT, 64, UDP, udp(53, 1024, 60)), pair >> 2);
      byte[] innerIpv6 =
          withTos(ipv6(FOURTH_IPV6, CLIENT_IPV6, 64, UDP, udp(53, 1024, 60)), pair >> 2);
      others.add(ethernet(0x86dd, withTos(tunnelledOverIpv6(gre(0x0800, inner)), outer)));
      others.add(ethernet(0x86dd, withTos(tunnelledOverIpv6(gre(0x86dd, innerIpv6)), outer)));
      byte[] first = withTos(ipv4(TENANT, CLIENT, 64, UDP, udp(53, 1024, 60)), pair >> 2);
      byte[] firstIpv6 =
          withTos(ipv6(TENANT_IPV6, CLIENT_IPV6, 64, UDP, udp(53, 1024, 60)), pair >> 2);
      others.add(ethernet(0x0800, withTos(tunnelled(gre(0x0800, first)), outer)));
      others.add(ethernet(0x0800, withTos(tunnelled(gre(0x86dd, firstIpv6)), outer)));
    }
  }

  /** One to three VLAN tags, of both types. */
  private void addTagged() {
    byte[] plain = ipv4(CLIENT, TENANT, 64, UDP, udp(1024, 53, 18));
    byte[] plainIpv6 = ipv6(CLIENT_IPV6, TENANT_IPV6, 64, UDP, udp(1024, 53, 18));
    byte[] expiring = ipv4(CLIENT, TENANT, 1, UDP, udp(1024, 33434, 18));
    for (int outer : new int[] {0x8100, 0x88a8}) {
      others.add(ethernet(outer, tag(5, 0x0800, plain)));
      others.add(ethernet(outer, tag(5, 0x86dd, plainIpv6)));
      others.add(ethernet(outer, tag(5, 0x0800, expiring)));
      others.add(ethernet(outer, tag(5, 0x8100, tag(6, 0x0800, plain))));
      others.add(ethernet(outer, tag(5, 0x8100, tag(6, 0x8100, tag(7, 0x0800, plain)))));
      others.add(ethernet(outer, tag(5, 0x8100, tag(6, 0x0806, arp(1, GATEWAY_IPV4, OWN_IPV4)))));
      others.add(ethernet(outer, new byte[3]));
    }
  }

  private void addRefused() {
    others.add(ethernet(0x0800, ipv4(CLIENT, TENANT, 1, UDP, udp(1024, 33434, 18))));
    others.add(ethernet(0x86dd, ipv6(CLIENT_IPV6, TENANT_IPV6, 1, UDP, udp(1024, 33434, 18))));
    byte[] tooBig = ipv4(CLIENT, TENANT, 64, UDP, udp(1024, 53, 1472));
    others.add(ethernet(0x0800, tooBig));
    // One that may be fragmented: no error about it (RFC 1191 3).
    others.add(ethernet(0x0800, fragment(UDP, 0, udp(1024, 53, 1472))));
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
    others.add(ethernet(0x0800, ipv4(CLIENT, ENDPOINT, 60, GRE, gre(0x0800, forged))));
    others.add(ethernet(0x0800, tunnelled(new byte[3])));
    byte[] expiring = ipv4(TENANT, CLIENT, 1, UDP, udp(53, 1024, 18));
    others.add(ethernet(0x0800, tunnelled(gre(0x0800, expiring))));
    byte[] toTenant = ipv4(TENANT, "198.18.0.5", 64, UDP, udp(53, 1024, 18));
    others.add(ethernet(0x0800, tunnelled(gre(0x0800, toTenant))));
  }

  /** Connections that are opened: in both directions and families, by a clamp of each kind. */
  private void addSyns() {
    for (int padding = 0; padding < 4; padding++) {
      byte[] syn = syn(1024 + padding, 443, padding);
      others.add(ethernet(0x0800, ipv4(CLIENT, TENANT, 64, TCP, syn)));
      others.add(ethernet(0x0800, ipv4(CLIENT, "198.18.0.5", 64, TCP, syn)));
      others.add(ethernet(0x86dd, ipv6(CLIENT_IPV6, TENANT_IPV6, 64, TCP, syn)));
      others.add(ethernet(0x0800, tunnelled(gre(0x0800, ipv4(TENANT, CLIENT, 64, TCP, syn)))));
      byte[] toTenant = ipv4(TENANT, "198.18.0.5", 64, TCP, syn);
      others.add(ethernet(0x0800, tunnelled(gre(0x0800, toTenant))));
      byte[] answer = ipv6(TENANT_IPV6, CLIENT_IPV6, 64, TCP, syn);
      others.add(ethernet(0x0800, keyedTunnelled(greKeyed(0x86dd, answer))));
      byte[] extended = concat(extension(TCP, PAD, 0), syn);
      others.add(ethernet(0x86dd, ipv6(CLIENT_IPV6, TENANT_IPV6, 64, 60, extended)));
    }
    others.add(ethernet(0x0800, withOptions(CLIENT, TENANT, 0x0101_0101, syn(1024, 443, 1))));
    byte[] malformed = syn(1024, 443, 0);
    malformed[21] = 0;
    others.add(ethernet(0x0800, ipv4(CLIENT, TENANT, 64, TCP, malformed)));
    malformed[20] = 0;
    others.add(ethernet(0x0800, ipv4(CLIENT, TENANT, 64, TCP, malformed)));
  }

  /** Too big for tunnels or ports: cut inside, outside, again, on the way out. */
  private void addTooBig() {
    byte[] large = udp(1024, 53, 1472);
    others.add(ethernet(0x0800, fragment(UDP, 0, large)));
    others.add(ethernet(0x0800, fragment(UDP, 0x2000, large)));
    others.add(ethernet(0x0800, fragment(UDP, 0x00b9, large)));
    byte[] options = withOptions(CLIENT, TENANT, 0x9404_0000, udp(1024, 53, 1460));
    others.add(ethernet(0x0800, mayBeCut(options)));
    others.add(ethernet(0x0800, mayBeCut(ipv4(CLIENT, "198.18.0.5", 64, UDP, large))));
    for (int flow = 0; flow < 16; flow++) {
      byte[] small = udp(1024 + flow, 53, 1_220);
      others.add(ethernet(0x86dd, ipv6(CLIENT_IPV6, "2001:db8:ace::1", 64, UDP, small)));
    }
    byte[] jumbo = ipv4(TENANT, CLIENT, 64, UDP, udp(53, 1024, 1_490));
    others.add(ethernet(0x0800, tunnelled(gre(0x0800, jumbo))));
    others.add(ethernet(0x0800, tunnelled(gre(0x0800, mayBeCut(jumbo)))));
    byte[] toTenant = ipv4(TENANT, "198.18.0.5", 64, UDP, large);
    others.add(ethernet(0x0800, tunnelled(gre(0x0800, mayBeCut(toTenant)))));
  }

  private static byte[] mayBeCut(byte[] packet) {
    byte[] changed = packet.clone();
    changed[6] = 0;
    return checksummed(changed);
  }

  /** ICMP errors: about outer packets, rightly and wrongly, and about tenants' flows. */
  private void addErrors() {
    byte[] inner = ipv4(CLIENT, TENANT, 63, UDP, udp(1024, 53, 1_448));
    byte[] sent = ipv4(ENDPOINT, REMOTE, 64, GRE, gre(0x0800, inner));
    byte[] keyed = ipv4(ENDPOINT, KEYED_REMOTE, 64, GRE, greKeyed(0x0800, inner));
    byte[] neverSent = ipv4(ENDPOINT, "198.51.100.99", 64, GRE, gre(0x0800, inner));
    byte[] echoed = ipv4(ENDPOINT, CLIENT, 64, ICMP, echo(0));
    for (byte[] quote : List.of(sent, keyed, neverSent, echoed, inner, new byte[20])) {
      for (int mtu : new int[] {0, 1_400, 1_500}) {
        byte[] error = icmpError(3, 4, mtu, quote, 28);
        others.add(ethernet(0x0800, ipv4("10.9.9.9", ENDPOINT, 64, ICMP, error)));
      }
      byte[] error = icmpError(11, 0, 0, quote, 64);
      others.add(ethernet(0x0800, ipv4("10.9.9.9", ENDPOINT, 64, ICMP, error)));
    }
    byte[] reply = ipv4(TENANT, CLIENT, 63, TCP, tcp(443, 1024, 100));
    byte[] replyIpv6 = ipv6(TENANT_IPV6, CLIENT_IPV6, 63, TCP, tcp(443, 1024, 100));
    for (int quoteBytes : new int[] {8, 20, 28, 48, 100}) {
      byte[] error = icmpError(3, 4, 1_400, reply, quoteBytes);
      others.add(ethernet(0x0800, ipv4("10.9.9.9", TENANT, 64, ICMP, error)));
      byte[] errorIpv6 = icmpError(2, 0, 1_400, replyIpv6, quoteBytes);
      others.add(ethernet(0x86dd, icmpv6("2001:db8:d::9", TENANT_IPV6, 64, errorIpv6)));
    }
  }

  private byte[] ethernet(int type, byte[] payload) {
    return frame(own, type, payload);
  }
}

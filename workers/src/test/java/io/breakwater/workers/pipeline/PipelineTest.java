package io.breakwater.workers.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.workers.Frames;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A frame's whole way: what comes in, its fate, what goes out where, and who counts it. */
class PipelineTest {

  private static final String CLIENT = "8.8.4.4";
  private static final String CLIENT6 = "2600::8";
  private static final String BROADCAST = "ff:ff:ff:ff:ff:ff";
  private static final int DF = 0x4000;
  private static final int BATCH = 32;

  private final PipelineBench bench = new PipelineBench();

  /**
   * A row.
   *
   * @param tenant that counts it; null for none
   * @param out the frame that leaves, or null
   * @param outPort where it leaves
   */
  private record Row(
      String description,
      int port,
      Frames in,
      String fate,
      String tenant,
      Frames out,
      int outPort) {
    @Override
    public String toString() {
      return description;
    }
  }

  private static Row dropped(String description, Frames in, String reason, String tenant) {
    return new Row(description, TestAppliance.UPLINK, in, reason, tenant, null, 0);
  }

  private static Frames fromUplink() {
    return Frames.ethernet(TestAppliance.UPLINK_MAC, TestAppliance.GATEWAY_MAC);
  }

  private static Frames toUplink() {
    return Frames.ethernet(TestAppliance.GATEWAY_MAC, TestAppliance.UPLINK_MAC);
  }

  private static Frames fromInside() {
    return Frames.ethernet(TestAppliance.INSIDE_MAC, TestAppliance.REMOTE_MAC).vlan(7);
  }

  private static Frames toInside() {
    return Frames.ethernet(TestAppliance.REMOTE_MAC, TestAppliance.INSIDE_MAC).vlan(7);
  }

  /** The outer header of acme's tunnel, as we write it (TTL 64, atomic: RFC 6864 4.1). */
  private static Frames intoAcme(int tos) {
    return toUplink()
        .ipv4(TestAppliance.ENDPOINT, TestAppliance.ACME_REMOTE)
        .id(0)
        .flagsAndOffset(DF)
        .tos(tos)
        .gre();
  }

  private static Frames intoBeta(int tos) {
    return toInside()
        .ipv4(TestAppliance.ENDPOINT, TestAppliance.BETA_REMOTE)
        .id(0)
        .flagsAndOffset(DF)
        .tos(tos)
        .gre(TestAppliance.BETA_KEY);
  }

  private static Frames toUplink6() {
    return Frames.ethernet(TestAppliance.GATEWAY6_MAC, TestAppliance.UPLINK_MAC);
  }

  private static Frames intoGamma(int tos) {
    return toUplink6().ipv6(TestAppliance.ENDPOINT6, TestAppliance.GAMMA_REMOTE).tos(tos).gre();
  }

  private static Frames outOfGamma() {
    return fromUplink().ipv6(TestAppliance.GAMMA_REMOTE, TestAppliance.ENDPOINT6).gre();
  }

  private static Frames outOfAcme() {
    return fromUplink().ipv4(TestAppliance.ACME_REMOTE, TestAppliance.ENDPOINT).gre();
  }

  private static Frames outOfBeta() {
    return fromInside()
        .ipv4(TestAppliance.BETA_REMOTE, TestAppliance.ENDPOINT)
        .gre(TestAppliance.BETA_KEY);
  }

  static List<Row> rows() {
    int uplink = TestAppliance.UPLINK;
    int inside = TestAppliance.INSIDE;
    return List.of(
        new Row(
            "TCP to acme, IPv4: into its tunnel",
            uplink,
            fromUplink().ipv4(CLIENT, "203.0.113.9").tcp(4000, 80, 2).payload(30),
            "DELIVERED",
            "acme",
            intoAcme(0).ipv4(CLIENT, "203.0.113.9").ttl(63).tcp(4000, 80, 2).payload(30),
            uplink),
        new Row(
            "UDP to acme, IPv6, DSCP and ECN copied (RFC 2983, RFC 6040)",
            uplink,
            fromUplink().ipv6(CLIENT6, "2001:db8:acc::9").tos(0xb9).udp(4000, 53).payload(9),
            "DELIVERED",
            "acme",
            intoAcme(0xb9)
                .ipv6(CLIENT6, "2001:db8:acc::9")
                .tos(0xb9)
                .ttl(63)
                .udp(4000, 53)
                .payload(9),
            uplink),
        new Row(
            "UDP to beta: with key and tag, by the port of the remote",
            uplink,
            fromUplink().ipv4(CLIENT, "100.64.1.2").tos(0x2e).udp(1, 2).payload(3),
            "DELIVERED",
            "beta",
            intoBeta(0x2e).ipv4(CLIENT, "100.64.1.2").tos(0x2e).ttl(63).udp(1, 2).payload(3),
            inside),
        new Row(
            "tags on a port without `vlan`, padding behind the packet",
            uplink,
            fromUplink().serviceVlan(5).vlan(6).ipv4(CLIENT, "203.0.113.9").protocol(50),
            "DELIVERED",
            "acme",
            intoAcme(0).ipv4(CLIENT, "203.0.113.9").ttl(63).protocol(50),
            uplink),
        new Row(
            "reply out of acme's tunnel: to the gateway",
            uplink,
            outOfAcme().ipv4("203.0.113.9", CLIENT).tcp(80, 4000, 18).payload(5),
            "DELIVERED",
            "acme",
            toUplink().ipv4("203.0.113.9", CLIENT).ttl(63).tcp(80, 4000, 18).payload(5),
            uplink),
        new Row(
            "IPv6 reply out of acme's tunnel",
            uplink,
            outOfAcme().ipv6("2001:db8:acc::9", CLIENT6).udp(53, 4000).payload(5),
            "DELIVERED",
            "acme",
            Frames.ethernet(TestAppliance.GATEWAY6_MAC, TestAppliance.UPLINK_MAC)
                .ipv6("2001:db8:acc::9", CLIENT6)
                .ttl(63)
                .udp(53, 4000)
                .payload(5),
            uplink),
        new Row(
            "out of acme's tunnel to an address on the link of `inside`",
            uplink,
            outOfAcme().ipv4("203.0.113.9", TestAppliance.BETA_REMOTE).udp(1, 2),
            "DELIVERED",
            "acme",
            toInside().ipv4("203.0.113.9", TestAppliance.BETA_REMOTE).ttl(63).udp(1, 2),
            inside),
        new Row(
            "out of acme's tunnel to beta: into beta's",
            uplink,
            outOfAcme().ipv4("203.0.113.9", "100.64.1.2").udp(1, 2),
            "DELIVERED",
            "beta",
            intoBeta(0).ipv4("203.0.113.9", "100.64.1.2").ttl(63).udp(1, 2),
            inside),
        new Row(
            "out of acme's tunnel, TTL at its end: an error into the tunnel",
            uplink,
            outOfAcme().ipv4("203.0.113.9", CLIENT).ttl(1).udp(1, 2),
            "ANSWERED",
            "acme",
            intoAcme(0xc0)
                .ipv4(TestAppliance.UPLINK_IPV4, "203.0.113.9")
                .tos(0xc0)
                .id(0)
                .flagsAndOffset(DF)
                .ttl(63)
                .icmp(11, 0, 0)
                .payload(Frames.packet().ipv4("203.0.113.9", CLIENT).ttl(1).udp(1, 2).bytes()),
            uplink),
        new Row(
            "out of acme's tunnel to beta, TTL at its end: an error into acme's tunnel",
            uplink,
            outOfAcme().ipv4("203.0.113.9", "100.64.1.2").ttl(1).udp(1, 2),
            "ANSWERED",
            "acme",
            intoAcme(0xc0)
                .ipv4(TestAppliance.UPLINK_IPV4, "203.0.113.9")
                .tos(0xc0)
                .id(0)
                .flagsAndOffset(DF)
                .ttl(63)
                .icmp(11, 0, 0)
                .payload(
                    Frames.packet().ipv4("203.0.113.9", "100.64.1.2").ttl(1).udp(1, 2).bytes()),
            uplink),
        new Row(
            "IPv6 out of acme's tunnel, hop limit at its end",
            uplink,
            outOfAcme().ipv6("2001:db8:acc::9", CLIENT6).ttl(1).udp(1, 2),
            "ANSWERED",
            "acme",
            intoAcme(0xc0)
                .ipv6(TestAppliance.UPLINK_IPV6, "2001:db8:acc::9")
                .tos(0xc0)
                .ttl(63)
                .icmpv6(3, 0, 0)
                .payload(Frames.packet().ipv6("2001:db8:acc::9", CLIENT6).ttl(1).udp(1, 2).bytes()),
            uplink),
        new Row(
            "to acme, TTL at its end: an error to the sender (RFC 1812 5.3.1)",
            uplink,
            fromUplink().ipv4(CLIENT, "203.0.113.9").ttl(1).udp(1, 2),
            "ANSWERED",
            "acme",
            toUplink()
                .ipv4(TestAppliance.UPLINK_IPV4, CLIENT)
                .tos(0xc0)
                .id(0)
                .flagsAndOffset(DF)
                .icmp(11, 0, 0)
                .payload(Frames.packet().ipv4(CLIENT, "203.0.113.9").ttl(1).udp(1, 2).bytes()),
            uplink),
        new Row(
            "echo to the port's address",
            uplink,
            fromUplink().ipv4(CLIENT, TestAppliance.UPLINK_IPV4).icmp(8, 0, 5).payload(8),
            "ANSWERED",
            null,
            toUplink().ipv4(TestAppliance.UPLINK_IPV4, CLIENT).icmp(0, 0, 5).payload(8),
            uplink),
        new Row(
            "echo to an endpoint",
            uplink,
            fromUplink().ipv6(CLIENT6, TestAppliance.ENDPOINT6).icmpv6(128, 0, 5).payload(8),
            "ANSWERED",
            null,
            toUplink().ipv6(TestAppliance.ENDPOINT6, CLIENT6).icmpv6(129, 0, 5).payload(8),
            uplink),
        new Row(
            "ARP for the port's address",
            inside,
            Frames.ethernet(BROADCAST, TestAppliance.REMOTE_MAC)
                .vlan(7)
                .arp(1, TestAppliance.REMOTE_MAC, "10.0.0.9", "00:00:00:00:00:00", "10.0.0.1"),
            "ANSWERED",
            null,
            toInside()
                .arp(2, TestAppliance.INSIDE_MAC, "10.0.0.1", TestAppliance.REMOTE_MAC, "10.0.0.9"),
            inside),
        new Row(
            "duplicate address detection of our address (RFC 4862 5.4.3)",
            uplink,
            Frames.ethernet("33:33:ff:00:00:02", "02:00:5e:00:00:77")
                .ipv6("::", "ff02::1:ff00:2")
                .ttl(255)
                .icmpv6(135, 0, 0)
                .payload(Frames.address(TestAppliance.UPLINK_IPV6)),
            "ANSWERED",
            null,
            Frames.ethernet("33:33:00:00:00:01", TestAppliance.UPLINK_MAC)
                .ipv6(TestAppliance.UPLINK_IPV6, "ff02::1")
                .ttl(255)
                .icmpv6(136, 0, 0xa000_0000)
                .payload(Frames.address(TestAppliance.UPLINK_IPV6))
                .payload("0201 020000000002"),
            uplink),
        dropped(
            "SSH to the port's address",
            fromUplink().ipv4(CLIENT, TestAppliance.UPLINK_IPV4).tcp(4000, 22, 2),
            "HOST",
            null),
        dropped(
            "not GRE, to an endpoint",
            fromUplink().ipv4(CLIENT, TestAppliance.ENDPOINT).udp(1, 2),
            "HOST",
            null),
        dropped(
            "private source to the limited broadcast, without `bogons: drop`",
            Frames.ethernet(BROADCAST, TestAppliance.GATEWAY_MAC)
                .ipv4("192.168.1.1", "255.255.255.255")
                .udp(67, 68),
            "HOST",
            null),
        dropped(
            "from the broadcast address of our subnet (RFC 1812 5.3.7)",
            fromUplink().ipv4("192.0.2.255", "203.0.113.9").udp(1, 2),
            "MARTIAN_SOURCE",
            null),
        dropped(
            "to acme in a broadcast frame (RFC 1812 5.3.4)",
            Frames.ethernet(BROADCAST, TestAppliance.GATEWAY_MAC)
                .ipv4(CLIENT, "203.0.113.9")
                .udp(1, 2),
            "ETHERNET_MULTICAST_IP",
            "acme"),
        dropped(
            "GRE in a multicast frame",
            Frames.ethernet("01:00:5e:00:00:01", TestAppliance.GATEWAY_MAC)
                .ipv4(TestAppliance.ACME_REMOTE, TestAppliance.ENDPOINT)
                .gre()
                .ipv4("203.0.113.9", CLIENT),
            "ETHERNET_MULTICAST_IP",
            null),
        dropped("to nobody", fromUplink().ipv4(CLIENT, "9.9.9.9").udp(1, 2), "NO_TENANT", null),
        dropped(
            "from acme's remote with a key",
            fromUplink()
                .ipv4(TestAppliance.ACME_REMOTE, TestAppliance.ENDPOINT)
                .gre(0)
                .ipv4("203.0.113.9", CLIENT),
            "GRE_WRONG_KEY",
            "acme"),
        dropped(
            "GRE from somebody",
            fromUplink()
                .ipv4("198.18.0.2", TestAppliance.ENDPOINT)
                .gre()
                .ipv4("203.0.113.9", CLIENT),
            "GRE_UNKNOWN_TUNNEL",
            null),
        new Row(
            "TCP to gamma: into its tunnel over IPv6",
            uplink,
            fromUplink().ipv4(CLIENT, "100.96.0.9").tos(0x2e).tcp(4000, 80, 2).payload(30),
            "DELIVERED",
            "gamma",
            intoGamma(0x2e)
                .ipv4(CLIENT, "100.96.0.9")
                .tos(0x2e)
                .ttl(63)
                .tcp(4000, 80, 2)
                .payload(30),
            uplink),
        new Row(
            "UDP to gamma, IPv6 in IPv6",
            uplink,
            fromUplink().ipv6(CLIENT6, "2001:db8:ca::9").udp(4000, 53).payload(9),
            "DELIVERED",
            "gamma",
            intoGamma(0).ipv6(CLIENT6, "2001:db8:ca::9").ttl(63).udp(4000, 53).payload(9),
            uplink),
        new Row(
            "reply out of gamma's tunnel over IPv6: to the IPv4 gateway",
            uplink,
            outOfGamma().ipv4("100.96.0.9", CLIENT).tcp(80, 4000, 18).payload(5),
            "DELIVERED",
            "gamma",
            toUplink().ipv4("100.96.0.9", CLIENT).ttl(63).tcp(80, 4000, 18).payload(5),
            uplink),
        new Row(
            "IPv6 reply out of gamma's tunnel over IPv6",
            uplink,
            outOfGamma().ipv6("2001:db8:ca::9", CLIENT6).udp(53, 4000).payload(5),
            "DELIVERED",
            "gamma",
            toUplink6().ipv6("2001:db8:ca::9", CLIENT6).ttl(63).udp(53, 4000).payload(5),
            uplink),
        new Row(
            "out of gamma's tunnel over IPv6 to acme: into acme's over IPv4",
            uplink,
            outOfGamma().ipv6("2001:db8:ca::9", "2001:db8:acc::9").udp(1, 2),
            "DELIVERED",
            "acme",
            intoAcme(0).ipv6("2001:db8:ca::9", "2001:db8:acc::9").ttl(63).udp(1, 2),
            uplink),
        dropped(
            "from gamma's remote with a key",
            fromUplink()
                .ipv6(TestAppliance.GAMMA_REMOTE, TestAppliance.ENDPOINT6)
                .gre(0)
                .ipv6("2001:db8:ca::9", CLIENT6),
            "GRE_WRONG_KEY",
            "gamma"),
        dropped(
            "GRE over IPv6 from somebody",
            fromUplink()
                .ipv6("2600:6::2", TestAppliance.ENDPOINT6)
                .gre()
                .ipv6("2001:db8:ca::9", CLIENT6),
            "GRE_UNKNOWN_TUNNEL",
            null),
        dropped(
            "inner source of acme in gamma's tunnel",
            outOfGamma().ipv4("203.0.113.9", CLIENT).udp(1, 2),
            "SPOOFED_INNER_SOURCE",
            "gamma"),
        dropped(
            "to the router at the other end of gamma's tunnel",
            outOfGamma().ipv6("2001:db8:ca::9", TestAppliance.GAMMA_REMOTE).udp(1, 2),
            "GRE_INNER_TO_ENCAPSULATOR",
            "gamma"),
        dropped(
            "GRE over IPv6 to an endpoint in gamma's tunnel",
            outOfGamma()
                .ipv6("2001:db8:ca::9", TestAppliance.ENDPOINT6)
                .extension(60, Frames.hex("010400000000"))
                .gre(),
            "GRE_NESTED",
            "gamma"),
        dropped(
            "GRE over IPv4 to an endpoint in gamma's tunnel",
            outOfGamma().ipv4("100.96.0.9", TestAppliance.ENDPOINT).gre(),
            "GRE_NESTED",
            "gamma"),
        dropped(
            "not GRE, to an endpoint, out of acme's tunnel",
            outOfAcme().ipv4("203.0.113.9", TestAppliance.ENDPOINT).udp(1, 2),
            "HOST",
            "acme"),
        dropped(
            "not GRE, to an endpoint, out of gamma's tunnel",
            outOfGamma().ipv6("2001:db8:ca::9", TestAppliance.ENDPOINT6).udp(1, 2),
            "HOST",
            "gamma"),
        dropped(
            "congestion was marked outside, and inside nobody knows ECN (RFC 6040 4.2)",
            fromUplink()
                .ipv6(TestAppliance.GAMMA_REMOTE, TestAppliance.ENDPOINT6)
                .tos(3)
                .gre()
                .ipv6("2001:db8:ca::9", CLIENT6)
                .udp(1, 2),
            "GRE_CONGESTION_EXPERIENCED",
            "gamma"),
        dropped(
            "inner source of beta in acme's tunnel",
            outOfAcme().ipv4("100.64.1.2", CLIENT).udp(1, 2),
            "SPOOFED_INNER_SOURCE",
            "acme"),
        dropped(
            "to the router at the tunnel's other end (RFC 2784 3.1)",
            outOfAcme().ipv4("203.0.113.9", TestAppliance.ACME_REMOTE).udp(1, 2),
            "GRE_INNER_TO_ENCAPSULATOR",
            "acme"),
        dropped(
            "inner source of nobody in acme's tunnel",
            outOfAcme().ipv6("2600::9", CLIENT6).udp(1, 2),
            "SPOOFED_INNER_SOURCE",
            "acme"),
        dropped(
            "GRE that carries Ethernet (RFC 1701)",
            outOfAcme().payload(20),
            "GRE_UNSUPPORTED_PROTOCOL",
            "acme"),
        dropped(
            "inner destination is the endpoint: no tunnel in a tunnel",
            outOfAcme().ipv4("203.0.113.9", TestAppliance.ENDPOINT).gre(),
            "GRE_NESTED",
            "acme"),
        new Row(
            "reply of beta, which has no egress",
            inside,
            outOfBeta().ipv4("100.64.1.2", CLIENT).udp(1, 2),
            "EGRESS_DISABLED",
            "beta",
            null,
            0),
        new Row(
            "without the tag of `inside`",
            inside,
            Frames.ethernet(TestAppliance.INSIDE_MAC, TestAppliance.REMOTE_MAC)
                .ipv4(CLIENT, "203.0.113.9")
                .udp(1, 2),
            "VLAN_UNKNOWN",
            null,
            null,
            0));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void shouldTakeEachFrameItsWay(Row row) {
    byte[] in = row.in.bytes();
    bench.process(row.port, in);
    assertEquals(row.fate, bench.packets.fate(0));
    assertEquals(1, bench.counted(row.tenant, row.fate), "counted for " + row.tenant);
    assertEquals(1, bench.allCounted());
    assertEquals(1, bench.counters.received());
    if (row.out != null) {
      assertEquals(Frames.hex(row.out.bytes()), Frames.hex(unlabelled(0)));
      assertEquals(row.outPort, bench.packets.batch.port(0));
    }
  }

  @Test
  void shouldTakeABatchOfAllRowsAsItTakesEach() {
    List<Row> uplink = rows().stream().filter(row -> row.port == TestAppliance.UPLINK).toList();
    for (int from = 0; from < uplink.size(); from += BATCH) {
      List<Row> rows = uplink.subList(from, Math.min(from + BATCH, uplink.size()));
      bench.process(
          TestAppliance.UPLINK, rows.stream().map(row -> row.in.bytes()).toArray(byte[][]::new));
      for (int i = 0; i < rows.size(); i++) {
        Row row = rows.get(i);
        assertEquals(row.fate, bench.packets.fate(i), row.description);
        if (row.out != null) {
          assertArrayEquals(row.out.bytes(), unlabelled(i), row.description);
        }
      }
    }
    assertEquals(uplink.size(), bench.counters.received());
    assertEquals(uplink.size(), bench.allCounted());
  }

  /** A frame without the flow label of an outer IPv6 header, which is a hash of the flow. */
  private byte[] unlabelled(int packet) {
    byte[] frame = bench.packets.frame(packet);
    if (Frames.u16(frame, 12) == 0x86dd && Frames.u8(frame, 20) == 47) {
      frame[15] &= (byte) 0xf0;
      frame[16] = 0;
      frame[17] = 0;
    }
    return frame;
  }

  @Test
  void shouldCountTunnelsByPacketsAndOuterBytes() {
    bench.process(
        TestAppliance.UPLINK,
        fromUplink().ipv4(CLIENT, "203.0.113.9").udp(1, 2).payload(100).bytes(),
        fromUplink().ipv4(CLIENT, "203.0.113.9").udp(1, 2).payload(1).bytes(),
        fromUplink().ipv4(CLIENT, "203.0.113.9").ttl(1).udp(1, 2).payload(1).bytes(),
        outOfAcme().ipv4("203.0.113.9", CLIENT).udp(1, 2).bytes(),
        outOfAcme().ipv4("9.9.9.9", CLIENT).udp(1, 2).bytes());
    int tunnel = bench.slots.tunnels().slot(new Slots.TunnelId("acme", "chicago"));
    assertEquals(2, bench.counters.tunnelSentPackets(tunnel));
    assertEquals(24 + 128 + 24 + 29, bench.counters.tunnelSentBytes(tunnel));
    assertEquals(2, bench.counters.tunnelReceivedPackets(tunnel));
    assertEquals(2 * (24 + 28), bench.counters.tunnelReceivedBytes(tunnel));
  }

  /** A forged source and a wrong key are somebody's doing who knows the tunnel. */
  @Test
  void shouldCountByTunnelWhatIsDroppedOutOfIt() {
    bench.process(
        TestAppliance.UPLINK,
        outOfAcme().ipv4("203.0.113.9", CLIENT).udp(1, 2).bytes(),
        outOfAcme().ipv4("9.9.9.9", CLIENT).udp(1, 2).bytes(),
        outOfGamma().ipv4("9.9.9.9", CLIENT).udp(1, 2).bytes(),
        outOfGamma().ipv4("100.96.0.9", CLIENT).payload(1).bytes(),
        outOfGamma().ipv6("2001:db8:ca::9", TestAppliance.ENDPOINT6).udp(1, 2).bytes(),
        fromUplink().ipv4(TestAppliance.ACME_REMOTE, TestAppliance.ENDPOINT).gre(9).bytes());
    int chicago = bench.slots.tunnels().slot(new Slots.TunnelId("acme", "chicago"));
    int essen = bench.slots.tunnels().slot(new Slots.TunnelId("gamma", "essen"));
    assertEquals(2, bench.counters.tunnelDroppedPackets(chicago));
    assertEquals(2, bench.counters.tunnelReceivedPackets(chicago));
    assertEquals(1, bench.counters.tunnelDroppedPackets(essen));
    assertEquals(3, bench.counters.tunnelReceivedPackets(essen));
    // The next batch forgets where the packets of this one came from.
    bench.process(
        TestAppliance.UPLINK,
        fromUplink().ipv4(CLIENT, "9.9.9.9").udp(1, 2).bytes(),
        fromUplink().ipv4(CLIENT, "9.9.9.9").udp(1, 2).bytes());
    assertEquals(2, bench.counters.tunnelDroppedPackets(chicago));
    assertEquals("NO_TENANT", bench.packets.fate(1));
  }

  /** The same with 1,500 - 44 bytes over IPv6. */
  @Test
  void shouldTellTheSenderWhenAPacketIsTooBigForATunnelOverIpv6() {
    bench.process(
        TestAppliance.UPLINK,
        fromUplink().ipv4(CLIENT, "100.96.0.9").flagsAndOffset(DF).udp(1, 2).payload(1428).bytes(),
        fromUplink().ipv4(CLIENT, "100.96.0.9").flagsAndOffset(DF).udp(1, 2).payload(1429).bytes(),
        fromUplink().ipv6(CLIENT6, "2001:db8:ca::9").udp(1, 2).payload(1408).bytes(),
        fromUplink().ipv6(CLIENT6, "2001:db8:ca::9").udp(1, 2).payload(1409).bytes());
    assertEquals("DELIVERED", bench.packets.fate(0));
    assertEquals(1514, bench.packets.frame(0).length);
    assertEquals("ANSWERED", bench.packets.fate(1));
    assertEquals(1456, Frames.u16(bench.packets.frame(1), 40));
    assertEquals("DELIVERED", bench.packets.fate(2));
    assertEquals("ANSWERED", bench.packets.fate(3));
    assertEquals(1456, Frames.u16(bench.packets.frame(3), 60));
  }

  /** RFC 1191 3, RFC 8201 3: inner packets of up to 1,500 - 24 bytes fit acme's tunnel. */
  @Test
  void shouldTellTheSenderWhenAPacketIsTooBigForTheTunnel() {
    bench.process(
        TestAppliance.UPLINK,
        fromUplink().ipv4(CLIENT, "203.0.113.9").flagsAndOffset(DF).udp(1, 2).payload(1448).bytes(),
        fromUplink().ipv4(CLIENT, "203.0.113.9").flagsAndOffset(DF).udp(1, 2).payload(1449).bytes(),
        fromUplink().ipv4(CLIENT, "203.0.113.9").udp(1, 2).payload(1449).bytes(),
        fromUplink().ipv6(CLIENT6, "2001:db8:acc::9").udp(1, 2).payload(1428).bytes(),
        fromUplink().ipv6(CLIENT6, "2001:db8:acc::9").udp(1, 2).payload(1429).bytes());
    assertEquals("DELIVERED", bench.packets.fate(0));
    assertEquals(1514, bench.packets.frame(0).length);
    assertEquals("ANSWERED", bench.packets.fate(1));
    byte[] needed = bench.packets.frame(1);
    assertEquals(0x0304, Frames.u16(needed, 34));
    assertEquals(1476, Frames.u16(needed, 40));
    assertEquals("DELIVERED", bench.packets.fate(2));
    assertEquals("DELIVERED", bench.packets.fate(3));
    assertEquals("ANSWERED", bench.packets.fate(4));
    byte[] tooBig = bench.packets.frame(4);
    assertEquals(0x0200, Frames.u16(tooBig, 54));
    assertEquals(1476, Frames.u16(tooBig, 60));
  }

  @Test
  void shouldTellTheTenantWhenItsReplyIsTooBigForThePort() {
    bench.process(
        TestAppliance.UPLINK,
        outOfAcme().ipv4("203.0.113.9", CLIENT).flagsAndOffset(DF).udp(1, 2).payload(1473).bytes());
    assertEquals("ANSWERED", bench.packets.fate(0));
    byte[] error = bench.packets.frame(0);
    // Ethernet, outer IPv4, GRE, IPv4, then ICMP with the MTU in bytes 6-7.
    assertEquals(
        Frames.ipv4(TestAppliance.ACME_REMOTE),
        Frames.u16(error, 30) << 16 | Frames.u16(error, 32));
    assertEquals(0x0304, Frames.u16(error, 58));
    assertEquals(1500, Frames.u16(error, 64));
    assertTrue(Frames.ipv4ChecksumHolds(error, 14));
    assertTrue(Frames.ipv4ChecksumHolds(error, 38));
    assertTrue(Frames.icmpChecksumHolds(error, 38));
  }

  /**
   * The error is up to 576 bytes long, and nothing that is larger than the tunnel's MTU goes in.
   */
  @Test
  void shouldDropWhenTheErrorItselfIsTooBigForTheTunnel() {
    Tunnel usual = TestAppliance.tunnel("chicago", TestAppliance.ACME_REMOTE, 10, 1);
    Tunnel narrow =
        new Tunnel(
            usual.name(), usual.local(), usual.remote(), 10, 1, usual.key(), OptionalInt.of(500));
    Tenant acme = TestAppliance.tenant("acme", true, List.of("203.0.113.0/24"), narrow);
    PipelineBench small =
        new PipelineBench(TestAppliance.appliance(List.of(TestAppliance.uplink()), acme), 32);
    small.process(
        TestAppliance.UPLINK,
        outOfAcme().ipv4("203.0.113.9", CLIENT).ttl(1).udp(1, 2).payload(700).bytes(),
        outOfAcme().ipv4("203.0.113.9", CLIENT).ttl(1).udp(1, 2).payload(70).bytes());
    assertEquals("MTU_EXCEEDED", small.packets.fate(0));
    assertEquals("ANSWERED", small.packets.fate(1));
  }

  @Test
  void shouldAskForANeighbourThatIsNotKnown() {
    bench.process(
        TestAppliance.UPLINK, outOfAcme().ipv4("203.0.113.9", "10.0.0.77").udp(1, 2).bytes());
    assertEquals("NEIGHBOUR_UNRESOLVED", bench.packets.fate(0));
    assertEquals(List.of("wanted 1 0:a00004d"), bench.learned.calls);
  }

  @Test
  void shouldDropIntoATunnelWhoseNextHopIsNotKnown() {
    for (int slot = 1; slot < bench.neighbours.slots(); slot++) {
      bench.neighbours.unresolve(slot);
    }
    bench.process(TestAppliance.UPLINK, fromUplink().ipv4(CLIENT, "203.0.113.9").udp(1, 2).bytes());
    assertEquals("NEIGHBOUR_UNRESOLVED", bench.packets.fate(0));
    assertEquals(1, bench.counted("acme", "NEIGHBOUR_UNRESOLVED"));
  }

  /** The frame is not there to be looked at: the receiver tells its length as a negative number. */
  @Test
  void shouldDropAFrameThatFitsNoBuffer() {
    bench.packets.begin(new byte[64]);
    bench.packets.batch.setLength(0, ~9_001);
    bench.pipeline.process(bench.packets.batch, 0, bench.tables, 0);
    assertEquals("FRAME_OVERSIZE", bench.packets.fate(0));
  }
}

package io.breakwater.workers.pipeline;

import io.breakwater.workers.Frames;
import java.util.List;

/** Valid frames of every kind that the pipeline knows, as they reach the port `uplink`. */
final class SampleFrames {

  private static final String CLIENT = "8.8.4.4";
  private static final String CLIENT6 = "2600::8";

  private SampleFrames() {}

  static List<byte[]> all() {
    return List.of(
        link().ipv4(CLIENT, "203.0.113.9").tcp(4000, 80, 2).payload(40).bytes(),
        link().ipv4(CLIENT, "100.64.7.7").udp(4000, 53).payload(12).bytes(),
        link().vlan(6).ipv4(CLIENT, "203.0.113.9").udp(4000, 53).payload(12).bytes(),
        link().serviceVlan(5).vlan(6).ipv6(CLIENT6, "2001:db8:acc::9").udp(1, 2).bytes(),
        link().ipv6(CLIENT6, "2001:db8:be::9").tcp(4000, 80, 2).payload(40).bytes(),
        link().ipv4(CLIENT, "203.0.113.9").options("94040000 01010100").udp(1, 2).bytes(),
        link().ipv4(CLIENT, "203.0.113.9").flagsAndOffset(0x2000).udp(1, 2).payload(8).bytes(),
        link().ipv4(CLIENT, "203.0.113.9").flagsAndOffset(0x0010).payload(24).bytes(),
        link().ipv4(CLIENT, "203.0.113.9").ttl(1).icmp(8, 0, 1).payload(32).bytes(),
        link().ipv4(CLIENT, "203.0.113.9").flagsAndOffset(0x4000).udp(1, 2).payload(1460).bytes(),
        link().ipv6(CLIENT6, "2001:db8:acc::9").ttl(1).udp(1, 2).payload(1400).bytes(),
        link().ipv6(CLIENT6, "2001:db8:acc::9").udp(1, 2).payload(1440).bytes(),
        link()
            .ipv6(CLIENT6, "2001:db8:acc::9")
            .extension(0, Frames.hex("050200000100"))
            .extension(60, new byte[14])
            .extension(43, Frames.hex("040000000000"))
            .extension(44, Frames.hex("0000010000002a"))
            .extension(51, new byte[22])
            .udp(1, 2)
            .payload(16)
            .bytes(),
        outOfAcme().ipv4("203.0.113.9", CLIENT).tcp(80, 4000, 18).payload(20).bytes(),
        outOfAcme().ipv6("2001:db8:acc::9", CLIENT6).udp(53, 4000).payload(20).bytes(),
        outOfAcme().ipv4("203.0.113.9", "100.64.7.7").udp(1, 2).bytes(),
        outOfAcme().ipv4("203.0.113.9", "100.64.7.7").ttl(1).udp(1, 2).bytes(),
        outOfAcme().ipv4("203.0.113.9", "10.0.0.9").udp(1, 2).bytes(),
        outOfAcme().ipv4("203.0.113.9", "10.0.0.77").udp(1, 2).bytes(),
        outOfAcme().ipv4("203.0.113.9", CLIENT).ttl(1).udp(1, 2).payload(600).bytes(),
        outOfAcme().ipv6("2001:db8:acc::9", CLIENT6).ttl(1).udp(1, 2).bytes(),
        outOfAcme().ipv4("203.0.113.9", CLIENT).flagsAndOffset(0x4000).payload(1490).bytes(),
        outOfBeta().ipv4("100.64.1.2", CLIENT).udp(1, 2).bytes(),
        outOfBeta().ipv6("2600::9", CLIENT6).udp(1, 2).bytes(),
        link().ipv4(CLIENT, "100.96.0.9").tcp(4000, 80, 2).payload(40).bytes(),
        link().ipv6(CLIENT6, "2001:db8:ca::9").udp(4000, 53).payload(12).bytes(),
        link().ipv6(CLIENT6, "2001:db8:ca::9").udp(1, 2).payload(1440).bytes(),
        gammaRouter().gre().ipv4("100.96.0.9", CLIENT).tcp(80, 4000, 18).payload(20).bytes(),
        gammaRouter().gre().ipv6("2001:db8:ca::9", CLIENT6).udp(53, 4000).payload(20).bytes(),
        gammaRouter().gre().ipv4("100.96.0.9", CLIENT).ttl(1).udp(1, 2).payload(600).bytes(),
        gammaRouter().gre().ipv6("2001:db8:ca::9", "2001:db8:be::9").udp(1, 2).bytes(),
        gammaRouter().gre().ipv6("2001:db8:ca::9", TestAppliance.ENDPOINT6).gre().bytes(),
        gammaRouter().tos(3).gre().ipv4("100.96.0.9", CLIENT).tos(2).udp(1, 2).bytes(),
        gammaRouter().gre(true, false, 0, true).ipv4("100.96.0.9", CLIENT).udp(1, 2).bytes(),
        gammaRouter().gre(7).ipv4("100.96.0.9", CLIENT).udp(1, 2).bytes(),
        gammaRouter()
            .extension(0, Frames.hex("050200000100"))
            .extension(60, Frames.hex("040101010100"))
            .extension(43, Frames.hex("040000000000"))
            .extension(44, Frames.hex("0000000000002a"))
            .gre()
            .ipv6("2001:db8:ca::9", CLIENT6)
            .udp(53, 4000)
            .payload(20)
            .bytes(),
        gammaRouter().extension(44, Frames.hex("0000010000002a")).gre().payload(40).bytes(),
        acmeRouter().tos(3).gre(true, false, 0, true).ipv4("203.0.113.9", CLIENT).tos(1).bytes(),
        link().ipv4(CLIENT, TestAppliance.UPLINK_IPV4).icmp(8, 0, 7).payload(56).bytes(),
        link().ipv6(CLIENT6, TestAppliance.UPLINK_IPV6).icmpv6(128, 0, 7).payload(56).bytes(),
        link().ipv4(CLIENT, TestAppliance.ENDPOINT).tcp(1, 179, 2).bytes(),
        link().ipv4(CLIENT, "9.9.9.9").udp(1, 2).bytes(),
        link().ipv4("127.0.0.1", "203.0.113.9").udp(1, 2).bytes(),
        link().ipv4("203.0.113.9", "203.0.113.9").udp(1, 2).bytes(),
        Frames.ethernet("ff:ff:ff:ff:ff:ff", TestAppliance.GATEWAY_MAC)
            .arp(1, TestAppliance.GATEWAY_MAC, "192.0.2.1", "00:00:00:00:00:00", "192.0.2.2")
            .payload(new byte[18])
            .bytes(),
        link()
            .arp(2, TestAppliance.GATEWAY_MAC, "192.0.2.1", TestAppliance.UPLINK_MAC, "192.0.2.2")
            .bytes(),
        Frames.ethernet("33:33:ff:00:00:02", TestAppliance.GATEWAY6_MAC)
            .ipv6("2001:db8:1::1", "ff02::1:ff00:2")
            .ttl(255)
            .icmpv6(135, 0, 0)
            .payload(Frames.address(TestAppliance.UPLINK_IPV6))
            .payload("0101 02005e000006")
            .bytes(),
        link()
            .ipv6("2001:db8:1::1", TestAppliance.UPLINK_IPV6)
            .ttl(255)
            .icmpv6(136, 0, 0x6000_0000)
            .payload(Frames.address("2001:db8:1::1"))
            .payload("0201 02005e000006")
            .bytes());
  }

  private static Frames link() {
    return Frames.ethernet(TestAppliance.UPLINK_MAC, TestAppliance.GATEWAY_MAC);
  }

  private static Frames outOfAcme() {
    return acmeRouter().gre();
  }

  private static Frames acmeRouter() {
    return link().ipv4(TestAppliance.ACME_REMOTE, TestAppliance.ENDPOINT);
  }

  private static Frames gammaRouter() {
    return link().ipv6(TestAppliance.GAMMA_REMOTE, TestAppliance.ENDPOINT6);
  }

  private static Frames outOfBeta() {
    return link()
        .ipv4(TestAppliance.BETA_REMOTE, TestAppliance.ENDPOINT)
        .gre(TestAppliance.BETA_KEY);
  }
}

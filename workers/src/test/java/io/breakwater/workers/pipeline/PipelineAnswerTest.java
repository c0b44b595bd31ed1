package io.breakwater.workers.pipeline;

import static io.breakwater.workers.pipeline.WayFrames.BROADCAST;
import static io.breakwater.workers.pipeline.WayFrames.CLIENT;
import static io.breakwater.workers.pipeline.WayFrames.CLIENT6;
import static io.breakwater.workers.pipeline.WayFrames.DF;
import static io.breakwater.workers.pipeline.WayFrames.fromUplink;
import static io.breakwater.workers.pipeline.WayFrames.intoAcme;
import static io.breakwater.workers.pipeline.WayFrames.outOfAcme;
import static io.breakwater.workers.pipeline.WayFrames.toInside;
import static io.breakwater.workers.pipeline.WayFrames.toUplink;

import io.breakwater.workers.Frames;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the appliance answers itself, and where the answer leaves. */
class PipelineAnswerTest {

  private final PipelineBench bench = new PipelineBench();

  static List<PipelineRow> rows() {
    int uplink = TestAppliance.UPLINK;
    int inside = TestAppliance.INSIDE;
    return List.of(
        new PipelineRow(
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
        new PipelineRow(
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
        new PipelineRow(
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
        new PipelineRow(
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
        new PipelineRow(
            "echo to the port's address",
            uplink,
            fromUplink().ipv4(CLIENT, TestAppliance.UPLINK_IPV4).icmp(8, 0, 5).payload(8),
            "ANSWERED",
            null,
            toUplink().ipv4(TestAppliance.UPLINK_IPV4, CLIENT).icmp(0, 0, 5).payload(8),
            uplink),
        new PipelineRow(
            "echo to an endpoint",
            uplink,
            fromUplink().ipv6(CLIENT6, TestAppliance.ENDPOINT6).icmpv6(128, 0, 5).payload(8),
            "ANSWERED",
            null,
            toUplink().ipv6(TestAppliance.ENDPOINT6, CLIENT6).icmpv6(129, 0, 5).payload(8),
            uplink),
        new PipelineRow(
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
        new PipelineRow(
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
            uplink));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void shouldAnswer(PipelineRow row) {
    row.check(bench);
  }
}

package io.breakwater.workers.pipeline;

import static io.breakwater.workers.pipeline.WayFrames.CLIENT;
import static io.breakwater.workers.pipeline.WayFrames.CLIENT6;
import static io.breakwater.workers.pipeline.WayFrames.fromUplink;
import static io.breakwater.workers.pipeline.WayFrames.intoAcme;
import static io.breakwater.workers.pipeline.WayFrames.intoBeta;
import static io.breakwater.workers.pipeline.WayFrames.intoGamma;
import static io.breakwater.workers.pipeline.WayFrames.outOfAcme;
import static io.breakwater.workers.pipeline.WayFrames.outOfGamma;
import static io.breakwater.workers.pipeline.WayFrames.toInside;
import static io.breakwater.workers.pipeline.WayFrames.toUplink;
import static io.breakwater.workers.pipeline.WayFrames.toUplink6;

import io.breakwater.workers.Frames;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is clean goes on: into tunnels, out of them, and from one into another. */
class PipelineDeliveryTest {

  private final PipelineBench bench = new PipelineBench();

  static List<PipelineRow> rows() {
    int uplink = TestAppliance.UPLINK;
    int inside = TestAppliance.INSIDE;
    return List.of(
        new PipelineRow(
            "TCP to acme, IPv4: into its tunnel",
            uplink,
            fromUplink().ipv4(CLIENT, "203.0.113.9").tcp(4000, 80, 2).payload(30),
            "DELIVERED",
            "acme",
            intoAcme(0).ipv4(CLIENT, "203.0.113.9").ttl(63).tcp(4000, 80, 2).payload(30),
            uplink),
        new PipelineRow(
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
        new PipelineRow(
            "UDP to beta: with key and tag, by the port of the remote",
            uplink,
            fromUplink().ipv4(CLIENT, "100.64.1.2").tos(0x2e).udp(1, 2).payload(3),
            "DELIVERED",
            "beta",
            intoBeta(0x2e).ipv4(CLIENT, "100.64.1.2").tos(0x2e).ttl(63).udp(1, 2).payload(3),
            inside),
        new PipelineRow(
            "tags on a port without `vlan`, padding behind the packet",
            uplink,
            fromUplink().serviceVlan(5).vlan(6).ipv4(CLIENT, "203.0.113.9").protocol(50),
            "DELIVERED",
            "acme",
            intoAcme(0).ipv4(CLIENT, "203.0.113.9").ttl(63).protocol(50),
            uplink),
        new PipelineRow(
            "reply out of acme's tunnel: to the gateway",
            uplink,
            outOfAcme().ipv4("203.0.113.9", CLIENT).tcp(80, 4000, 18).payload(5),
            "DELIVERED",
            "acme",
            toUplink().ipv4("203.0.113.9", CLIENT).ttl(63).tcp(80, 4000, 18).payload(5),
            uplink),
        new PipelineRow(
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
        new PipelineRow(
            "out of acme's tunnel to an address on the link of `inside`",
            uplink,
            outOfAcme().ipv4("203.0.113.9", TestAppliance.BETA_REMOTE).udp(1, 2),
            "DELIVERED",
            "acme",
            toInside().ipv4("203.0.113.9", TestAppliance.BETA_REMOTE).ttl(63).udp(1, 2),
            inside),
        new PipelineRow(
            "out of acme's tunnel to beta: into beta's",
            uplink,
            outOfAcme().ipv4("203.0.113.9", "100.64.1.2").udp(1, 2),
            "DELIVERED",
            "beta",
            intoBeta(0).ipv4("203.0.113.9", "100.64.1.2").ttl(63).udp(1, 2),
            inside),
        new PipelineRow(
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
        new PipelineRow(
            "UDP to gamma, IPv6 in IPv6",
            uplink,
            fromUplink().ipv6(CLIENT6, "2001:db8:ca::9").udp(4000, 53).payload(9),
            "DELIVERED",
            "gamma",
            intoGamma(0).ipv6(CLIENT6, "2001:db8:ca::9").ttl(63).udp(4000, 53).payload(9),
            uplink),
        new PipelineRow(
            "reply out of gamma's tunnel over IPv6: to the IPv4 gateway",
            uplink,
            outOfGamma().ipv4("100.96.0.9", CLIENT).tcp(80, 4000, 18).payload(5),
            "DELIVERED",
            "gamma",
            toUplink().ipv4("100.96.0.9", CLIENT).ttl(63).tcp(80, 4000, 18).payload(5),
            uplink),
        new PipelineRow(
            "IPv6 reply out of gamma's tunnel over IPv6",
            uplink,
            outOfGamma().ipv6("2001:db8:ca::9", CLIENT6).udp(53, 4000).payload(5),
            "DELIVERED",
            "gamma",
            toUplink6().ipv6("2001:db8:ca::9", CLIENT6).ttl(63).udp(53, 4000).payload(5),
            uplink),
        new PipelineRow(
            "out of gamma's tunnel over IPv6 to acme: into acme's over IPv4",
            uplink,
            outOfGamma().ipv6("2001:db8:ca::9", "2001:db8:acc::9").udp(1, 2),
            "DELIVERED",
            "acme",
            intoAcme(0).ipv6("2001:db8:ca::9", "2001:db8:acc::9").ttl(63).udp(1, 2),
            uplink));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("rows")
  void shouldDeliver(PipelineRow row) {
    row.check(bench);
  }
}

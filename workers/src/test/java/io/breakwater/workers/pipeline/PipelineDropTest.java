package io.breakwater.workers.pipeline;

import static io.breakwater.workers.pipeline.PipelineRow.dropped;
import static io.breakwater.workers.pipeline.WayFrames.BROADCAST;
import static io.breakwater.workers.pipeline.WayFrames.CLIENT;
import static io.breakwater.workers.pipeline.WayFrames.CLIENT6;
import static io.breakwater.workers.pipeline.WayFrames.fromUplink;
import static io.breakwater.workers.pipeline.WayFrames.outOfAcme;
import static io.breakwater.workers.pipeline.WayFrames.outOfBeta;
import static io.breakwater.workers.pipeline.WayFrames.outOfGamma;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.workers.Frames;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What ends here, for which reason, and who counts it. */
class PipelineDropTest {

  private final PipelineBench bench = new PipelineBench();

  static List<PipelineRow> rows() {
    int inside = TestAppliance.INSIDE;
    return List.of(
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
        new PipelineRow(
            "reply of beta, which has no egress",
            inside,
            outOfBeta().ipv4("100.64.1.2", CLIENT).udp(1, 2),
            "EGRESS_DISABLED",
            "beta",
            null,
            0),
        new PipelineRow(
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
  void shouldEnd(PipelineRow row) {
    row.check(bench);
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

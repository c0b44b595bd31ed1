package io.breakwater.workers.pipeline;

import static io.breakwater.workers.pipeline.WayFrames.CLIENT;
import static io.breakwater.workers.pipeline.WayFrames.fromUplink;
import static io.breakwater.workers.pipeline.WayFrames.outOfAcme;
import static io.breakwater.workers.pipeline.WayFrames.outOfGamma;
import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

/** What is counted by tunnel. */
class PipelineTunnelCountTest {

  private final PipelineBench bench = new PipelineBench();

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
}

package io.breakwater.workers.pipeline;

import static io.breakwater.workers.pipeline.WayFrames.CLIENT;
import static io.breakwater.workers.pipeline.WayFrames.CLIENT6;
import static io.breakwater.workers.pipeline.WayFrames.DF;
import static io.breakwater.workers.pipeline.WayFrames.fromUplink;
import static io.breakwater.workers.pipeline.WayFrames.outOfAcme;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.workers.Frames;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** RFC 1191 and 8201: who is told of a packet that does not fit, and what. */
class PipelineTooBigTest {

  private final PipelineBench bench = new PipelineBench();

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
}

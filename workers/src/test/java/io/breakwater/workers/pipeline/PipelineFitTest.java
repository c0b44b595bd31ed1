package io.breakwater.workers.pipeline;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Fit;
import io.breakwater.config.Fit.Fragment;
import io.breakwater.config.Fit.Mss;
import io.breakwater.config.OuterHeader;
import io.breakwater.config.Port;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.workers.Frames;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How packets are made to fit tunnels and ports, on a frame's whole way. */
class PipelineFitTest {

  private static final String CLIENT = "8.8.4.4";
  private static final String CLIENT6 = "2600::8";
  private static final String ACME = "203.0.113.9";
  private static final String ACME6 = "2001:db8:acc::9";
  private static final int DF = 0x4000;
  private static final int UPLINK = TestAppliance.UPLINK;
  private static final byte[] MSS_1460 = {2, 4, 5, (byte) 0xb4};

  /** Ethernet, outer IPv4, GRE. */
  private static final int INNER = 14 + 20 + 4;

  private PipelineBench bench = bench(Fit.DEFAULT, 1_476);

  private static PipelineBench bench(Fit fit, int mtu) {
    return new PipelineBench(
        TestAppliance.appliance(
            List.of(TestAppliance.uplink(), narrowInside()), acme(fit, mtu), beta(mtu)),
        32);
  }

  private static Tenant acme(Fit fit, int mtu) {
    return TestAppliance.tenant(
        "acme",
        true,
        List.of("203.0.113.0/24", "2001:db8:acc::/48"),
        tunnel(TestAppliance.tunnel("chicago", TestAppliance.ACME_REMOTE, 10, 1), fit, mtu));
  }

  /** Another tenant, to which acme may send; its tunnel is narrower. */
  private static Tenant beta(int mtu) {
    return TestAppliance.tenant(
        "beta",
        false,
        List.of("100.64.0.0/16"),
        tunnel(
            TestAppliance.tunnel("dublin", "198.18.0.2", 10, 1),
            Fit.DEFAULT,
            Math.min(mtu, 1_300)));
  }

  private static Tunnel tunnel(Tunnel tunnel, Fit fit, int mtu) {
    return new Tunnel(
        tunnel.name(),
        tunnel.local(),
        tunnel.remote(),
        tunnel.priority(),
        tunnel.weight(),
        tunnel.key(),
        OptionalInt.of(mtu),
        tunnel.outer(),
        fit,
        tunnel.health());
  }

  /** A port with an MTU of 1,000 and two tags, where 192.168.0.0/16 is. */
  private static Port narrowInside() {
    return new Port(
        "inside",
        "net_null1",
        1_000,
        TestAppliance.port("inside", List.of("10.0.0.1/24"), List.of()).addresses(),
        List.of(5, 7),
        List.of(TestAppliance.gateway("10.0.0.2", TestAppliance.GATEWAY_MAC, "192.168.0.0/16")));
  }

  private static Frames fromUplink() {
    return Frames.ethernet(TestAppliance.UPLINK_MAC, TestAppliance.GATEWAY_MAC);
  }

  private static Frames outOfAcme() {
    return fromUplink().ipv4(TestAppliance.ACME_REMOTE, TestAppliance.ENDPOINT).gre();
  }

  private int tunnelOfAcme() {
    return bench.slots.tunnels().slot(new Slots.TunnelId("acme", "chicago"));
  }

  private static Fit fit(Fragment fragment) {
    return new Fit(Mss.AUTO, OptionalInt.empty(), fragment);
  }

  private static Fit fit(Mss mss, int bytes) {
    OptionalInt fixed = bytes == 0 ? OptionalInt.empty() : OptionalInt.of(bytes);
    return new Fit(mss, fixed, Fragment.INNER);
  }

  /** What the IPv4 fragments at this place of some frames make together. */
  private static byte[] data(List<byte[]> frames, int at) {
    var data = new ByteArrayOutputStream();
    for (byte[] frame : frames) {
      assertTrue(Frames.ipv4ChecksumHolds(frame, at), () -> Frames.hex(frame));
      int word = Frames.u16(frame, at + 6);
      assertEquals(data.size() / 8, word & 0x1fff);
      assertEquals(frame == frames.getLast() ? 0 : 0x2000, word & 0xe000);
      assertEquals(frame.length - at, Frames.u16(frame, at + 2));
      data.writeBytes(Arrays.copyOfRange(frame, at + (frame[at] & 0xf) * 4, frame.length));
    }
    return data.toByteArray();
  }

  // ---------------------------------------------------------------- over IPv6

  /** Gamma's tunnel is over IPv6; the MTUs are those of a port of 1,500 bytes. */
  private static PipelineBench overIpv6(OuterHeader outer, int mtu, Fragment fragment) {
    Tenant gamma =
        TestAppliance.tenant(
            "gamma",
            true,
            List.of("100.96.0.0/16", "2001:db8:ca::/48"),
            tunnel(
                TestAppliance.tunnel6("essen", TestAppliance.GAMMA_REMOTE, outer),
                fit(fragment),
                mtu));
    return new PipelineBench(
        TestAppliance.appliance(
            List.of(TestAppliance.uplink(), narrowInside()), acme(Fit.DEFAULT, 1_476), gamma),
        32);
  }

  @ParameterizedTest
  @CsvSource({"false, 1456", "true, 1452"})
  void shouldCutInsideTunnelsOverIpv6(boolean checksum, int mtu) {
    OuterHeader header = OuterHeader.DEFAULT;
    header = new OuterHeader(checksum, header.ttl(), header.dscp(), header.ecn());
    int inner = 14 + 40 + (checksum ? 8 : 4);
    bench = overIpv6(header, mtu, Fragment.INNER);
    for (int length = mtu - 10; length <= 1_500; length++) {
      byte[] payload = Frames.counting(length - 20);
      Frames packet = fromUplink().ipv4(CLIENT, "100.96.0.9").protocol(200).payload(payload);
      bench.process(UPLINK, packet.bytes());
      List<byte[]> frames = bench.frames(0);
      assertEquals("DELIVERED", bench.packets.fate(0));
      assertEquals(length <= mtu ? 1 : 2, frames.size());
      for (byte[] frame : frames) {
        assertTrue(frame.length <= 1_514);
        assertEquals(0x86dd, Frames.u16(frame, 12));
        assertEquals(frame.length - 54, Frames.u16(frame, 18));
        if (checksum) {
          assertEquals(0xffff, onesComplementSum(frame, 54));
        }
      }
      assertArrayEquals(payload, data(frames, inner));
    }
  }

  /** RFC 2473 7.2: IPv4 that may be fragmented, with a fragment header outside. */
  @ParameterizedTest
  @CsvSource({"false, 1456", "true, 1452", "false, 1236", "false, 576"})
  void shouldCutOutsideOverIpv6(boolean checksum, int mtu) {
    OuterHeader header = OuterHeader.DEFAULT;
    header = new OuterHeader(checksum, header.ttl(), header.dscp(), header.ecn());
    int greBytes = checksum ? 8 : 4;
    bench = overIpv6(header, mtu, Fragment.OUTER);
    int sent = 0;
    for (int length = mtu - 10; length <= 1_500; length++) {
      Frames packet = Frames.packet().ipv4(CLIENT, "100.96.0.9").protocol(200).id(length);
      byte[] inner = packet.payload(Frames.counting(length - 20)).bytes();
      bench.process(UPLINK, fromUplink(inner));
      assertEquals("DELIVERED", bench.packets.fate(0));
      inner[8]--;
      byte[] gre = length <= mtu ? wholeGre() : reassembledOverIpv6(mtu + 40 + greBytes);
      assertArrayEquals(afterTtl(inner), Arrays.copyOfRange(gre, greBytes, gre.length));
      if (checksum) {
        assertEquals(0xffff, onesComplementSum(gre, 0));
      }
      sent += bench.frames(0).size();
    }
    int tunnel = bench.slots.tunnels().slot(new Slots.TunnelId("gamma", "essen"));
    assertEquals(sent, bench.counters.tunnelSentPackets(tunnel));
  }

  /** RFC 2473 7.1: what every IPv6 link carries passes a path that has less room for it. */
  @Test
  void shouldCarryIpv6sSmallestMtuOverANarrowerIpv6Path() {
    bench = overIpv6(OuterHeader.DEFAULT, 1_236, Fragment.INNER);
    for (int length = 1_230; length <= 1_280; length++) {
      byte[] inner =
          Frames.packet().ipv6(CLIENT6, "2001:db8:ca::9").udp(1, 2).payload(length - 48).bytes();
      bench.process(UPLINK, fromUplink(inner));
      assertEquals("DELIVERED", bench.packets.fate(0));
      byte[] gre = length <= 1_236 ? wholeGre() : reassembledOverIpv6(1_280);
      inner[7]--;
      assertArrayEquals(inner, Arrays.copyOfRange(gre, 4, gre.length));
    }
    byte[] large =
        Frames.packet().ipv6(CLIENT6, "2001:db8:ca::9").udp(1, 2).payload(1_281 - 48).bytes();
    bench.process(UPLINK, fromUplink(large));
    assertEquals("ANSWERED", bench.packets.fate(0));
    assertEquals(1_280, Frames.u16(bench.packets.frame(0), 60), "RFC 8201 4: never less");
  }

  private static byte[] fromUplink(byte[] packet) {
    int type = packet[0] >>> 4 == 4 ? 0x0800 : 0x86dd;
    return Frames.ethernet(TestAppliance.UPLINK_MAC, TestAppliance.GATEWAY_MAC, type)
        .payload(packet)
        .bytes();
  }

  /** An IPv4 packet of which the TTL was changed, with its checksum right again. */
  private static byte[] afterTtl(byte[] packet) {
    packet[10] = 0;
    packet[11] = 0;
    int checksum = Frames.checksum(Arrays.copyOf(packet, 20));
    packet[10] = (byte) (checksum >> 8);
    packet[11] = (byte) checksum;
    return packet;
  }

  private byte[] wholeGre() {
    assertEquals(1, bench.frames(0).size());
    byte[] frame = bench.packets.frame(0);
    assertEquals(47, frame[14 + 6]);
    return Arrays.copyOfRange(frame, 14 + 40, frame.length);
  }

  /** RFC 8200 4.5, the other way round: what the fragments of the first packet carry. */
  private byte[] reassembledOverIpv6(int mtu) {
    List<byte[]> frames = bench.frames(0);
    var data = new ByteArrayOutputStream();
    byte[] first = frames.getFirst();
    for (byte[] frame : frames) {
      boolean last = frame == frames.getLast();
      assertTrue(frame.length - 14 <= mtu);
      assertTrue(last || frame.length - 14 + 8 > mtu, "no smaller than it has to be");
      assertEquals(0x86dd, Frames.u16(frame, 12));
      // All of link and IP header but the payload's length.
      assertArrayEquals(Arrays.copyOf(first, 18), Arrays.copyOf(frame, 18));
      assertArrayEquals(
          Arrays.copyOfRange(first, 20, 54 + 2), Arrays.copyOfRange(frame, 20, 54 + 2));
      assertEquals(frame.length - 54, Frames.u16(frame, 18));
      assertEquals(44, frame[20]);
      assertEquals(47, frame[54]);
      assertEquals(data.size() | (last ? 0 : 1), Frames.u16(frame, 56));
      assertArrayEquals(Arrays.copyOfRange(first, 58, 62), Arrays.copyOfRange(frame, 58, 62));
      data.write(frame, 62, frame.length - 62);
    }
    assertTrue(frames.size() > 1);
    return data.toByteArray();
  }

  /** An ICMPv6 error is such a packet too: here one to a tenant, whose hop limit ended with us. */
  @Test
  void shouldSendErrorsOf1280BytesOverANarrowerIpv6Path() {
    bench = overIpv6(OuterHeader.DEFAULT, 1_236, Fragment.INNER);
    byte[] expiring =
        fromUplink()
            .ipv6(TestAppliance.GAMMA_REMOTE, TestAppliance.ENDPOINT6)
            .gre()
            .ipv6("2001:db8:ca::9", CLIENT6)
            .ttl(1)
            .udp(1, 2)
            .payload(1_280)
            .bytes();
    bench.process(UPLINK, expiring);
    assertEquals("ANSWERED", bench.packets.fate(0));
    byte[] gre = reassembledOverIpv6(1_280);
    assertEquals(4 + 1_280, gre.length);
    assertEquals(1, bench.counters.furtherFrames());
    byte[] error = Arrays.copyOfRange(gre, 4, gre.length);
    assertTrue(Frames.upperChecksumHolds(error, 0));
  }

  @Test
  void shouldGiveEachPacketThatIsCutAnIdentificationOfItsOwn() {
    bench = overIpv6(OuterHeader.DEFAULT, 1_236, Fragment.OUTER);
    byte[] large = fromUplink().ipv4(CLIENT, "100.96.0.9").protocol(200).payload(1_300).bytes();
    bench.process(UPLINK, large, large);
    assertEquals(0, Frames.u16(bench.packets.frame(0), 60));
    assertEquals(1, Frames.u16(bench.packets.frame(1), 60));
  }

  @Test
  void shouldCutOnceWhatLeavesTunnelsOfBothKindsInOneBatch() {
    bench = overIpv6(OuterHeader.DEFAULT, 1_400, Fragment.INNER);
    byte[] payload = Frames.counting(1_180);
    bench.process(
        UPLINK,
        outOfAcme().ipv4(ACME, "192.168.0.9").protocol(200).payload(payload).bytes(),
        fromUplink()
            .ipv6(TestAppliance.GAMMA_REMOTE, TestAppliance.ENDPOINT6)
            .gre()
            .ipv4("100.96.0.9", "192.168.0.9")
            .protocol(200)
            .payload(payload)
            .bytes());
    for (int packet = 0; packet < 2; packet++) {
      assertEquals(2, bench.frames(packet).size());
      assertArrayEquals(payload, data(bench.frames(packet), 14 + 8));
    }
  }

  private static int onesComplementSum(byte[] frame, int from) {
    int sum = 0;
    for (int at = from; at < frame.length; at++) {
      sum += (frame[at] & 0xff) << ((at - from & 1) == 0 ? 8 : 0);
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (sum & 0xffff) + (sum >>> 16);
  }

  @Test
  void shouldClampSynsOfTunnelsOverIpv6InBothDirections() {
    bench = overIpv6(OuterHeader.DEFAULT, 1_400, Fragment.INNER);
    String router = TestAppliance.GAMMA_REMOTE;
    bench.process(
        UPLINK,
        fromUplink().ipv4(CLIENT, "100.96.0.9").tcp(1, 2, 2, MSS_1460).bytes(),
        fromUplink().ipv6(CLIENT6, "2001:db8:ca::9").tcp(1, 2, 2, MSS_1460).bytes(),
        fromUplink()
            .ipv6(router, TestAppliance.ENDPOINT6)
            .gre()
            .ipv4("100.96.0.9", CLIENT)
            .tcp(2, 1, 0x12, MSS_1460)
            .bytes(),
        fromUplink()
            .ipv6(router, TestAppliance.ENDPOINT6)
            .gre()
            .ipv6("2001:db8:ca::9", CLIENT6)
            .tcp(2, 1, 0x12, MSS_1460)
            .bytes());
    int outer = 40 + 4;
    assertEquals(1_360, Frames.u16(bench.packets.frame(0), 14 + outer + 20 + 22));
    assertEquals(1_340, Frames.u16(bench.packets.frame(1), 14 + outer + 40 + 22));
    assertEquals(1_360, Frames.u16(bench.packets.frame(2), 14 + 20 + 22));
    assertEquals(1_340, Frames.u16(bench.packets.frame(3), 14 + 40 + 22));
  }

  // ---------------------------------------------------------------- fragments

  @Test
  void shouldCutInnerPacketsOfEverySizeAroundTheMtu() {
    for (int length = 1_400; length <= 1_520; length++) {
      byte[] payload = Frames.counting(length - 20);
      bench.process(UPLINK, fromUplink().ipv4(CLIENT, ACME).protocol(200).payload(payload).bytes());
      List<byte[]> frames = bench.frames(0);
      assertEquals("DELIVERED", bench.packets.fate(0));
      assertEquals(length <= 1_476 ? 1 : 2, frames.size());
      for (byte[] frame : frames) {
        assertTrue(frame.length <= 1_514);
        assertTrue(Frames.ipv4ChecksumHolds(frame, 14));
        assertEquals(DF, Frames.u16(frame, 20), "each outer packet is atomic");
        assertEquals(63, frame[INNER + 8]);
      }
      assertArrayEquals(payload, data(frames, INNER));
    }
  }

  @Test
  void shouldCutOuterPacketsOfEverySizeAroundTheMtu() {
    bench = bench(fit(Fragment.OUTER), 1_476);
    for (int length = 1_400; length <= 1_520; length++) {
      byte[] payload = Frames.counting(length - 20);
      Frames in = fromUplink().ipv4(CLIENT, ACME).id(9).protocol(200).payload(payload);
      bench.process(UPLINK, in.bytes());
      List<byte[]> frames = bench.frames(0);
      assertEquals(length <= 1_476 ? 1 : 2, frames.size());
      if (frames.size() == 1) {
        continue;
      }
      byte[] gre = data(frames, 14);
      byte[] inner = Arrays.copyOfRange(gre, 4, gre.length);
      byte[] expected =
          Frames.packet().ipv4(CLIENT, ACME).id(9).ttl(63).protocol(200).payload(payload).bytes();
      assertArrayEquals(expected, inner);
      assertEquals(Frames.u16(frames.get(0), 18), Frames.u16(frames.get(1), 18));
    }
  }

  @Test
  void shouldCountFragmentsAsOnePacketAndAsOuterPackets() {
    byte[] large = fromUplink().ipv4(CLIENT, ACME).protocol(200).payload(1_480).bytes();
    for (Fragment fragment : Fragment.values()) {
      bench = bench(fit(fragment), 1_476);
      bench.process(UPLINK, large, large, large);
      long outer = fragment == Fragment.INNER ? 2 * (20 + 4 + 20) + 1_480 : 2 * 20 + 4 + 1_500;
      assertEquals(3, bench.counted("acme", "DELIVERED"));
      assertEquals(3, bench.counters.received());
      assertEquals(3, bench.counters.furtherFrames());
      assertEquals(6, bench.counters.tunnelSentPackets(tunnelOfAcme()));
      assertEquals(3 * outer, bench.counters.tunnelSentBytes(tunnelOfAcme()));
    }
  }

  @Test
  void shouldCutWhatLeavesTunnelsForANarrowPort() {
    byte[] payload = Frames.counting(1_400);
    bench.process(
        UPLINK,
        outOfAcme().ipv4(ACME, "192.168.0.1").protocol(200).payload(payload).bytes(),
        outOfAcme().ipv4(ACME, "192.168.0.1").flagsAndOffset(DF).payload(payload).bytes(),
        outOfAcme().ipv6(ACME6, "2a00::1").payload(payload).bytes());
    assertEquals("DELIVERED", bench.packets.fate(0));
    assertEquals("ANSWERED", bench.packets.fate(1));
    assertEquals("DELIVERED", bench.packets.fate(2), "by the other port");
    List<byte[]> frames = bench.frames(0);
    assertEquals(2, frames.size());
    for (byte[] frame : frames) {
      assertEquals(
          "88a8" + "0005" + "8100" + "0007" + "0800",
          Frames.hex(Arrays.copyOfRange(frame, 12, 22)));
    }
    assertArrayEquals(payload, data(frames, 22));
    assertEquals(0, bench.counters.tunnelSentPackets(tunnelOfAcme()));
  }

  @Test
  void shouldCutBetweenTenantsForTheSecondTunnel() {
    byte[] payload = Frames.counting(1_400);
    bench.process(
        UPLINK, outOfAcme().ipv4(ACME, "100.64.0.1").protocol(200).payload(payload).bytes());
    assertEquals("DELIVERED", bench.packets.fate(0));
    assertArrayEquals(payload, data(bench.frames(0), INNER));
    assertEquals(1, bench.counted("beta", "DELIVERED"));
  }

  @Test
  void shouldDropWholeWithoutBuffers() {
    for (Fragment fragment : Fragment.values()) {
      bench = bench(fit(fragment), 1_476);
      checkDroppedWholeWithoutBuffers(ACME);
      bench = overIpv6(OuterHeader.DEFAULT, 1_456, fragment);
      checkDroppedWholeWithoutBuffers("100.96.0.9");
    }
  }

  private void checkDroppedWholeWithoutBuffers(String destination) {
    byte[] large = fromUplink().ipv4(CLIENT, destination).protocol(200).payload(1_480).bytes();
    bench.packets.begin(large, large);
    bench.buffers.left = 1;
    bench.pipeline.process(bench.packets.batch, UPLINK, bench.tables, 1_000_000_000L);
    assertEquals("DELIVERED", bench.packets.fate(0));
    assertEquals("NO_BUFFER", bench.packets.fate(1));
    assertEquals(1, bench.pipeline.fragments().count());
  }

  @Test
  void shouldDropFragmentsWithTheirPacketWithoutNeighbour() {
    for (int slot = 0; slot < bench.tables.neighbours().length; slot++) {
      bench.neighbours.unresolve(slot);
    }
    byte[] large = fromUplink().ipv4(CLIENT, ACME).protocol(200).payload(1_480).bytes();
    bench.process(UPLINK, large);
    assertEquals("NEIGHBOUR_UNRESOLVED", bench.packets.fate(0));
    assertEquals(0, bench.counters.furtherFrames());
    assertEquals(0, bench.counters.tunnelSentPackets(tunnelOfAcme()));
  }

  /** RFC 8200 5, RFC 2473 7.1: 1,280 bytes pass every tunnel, by cutting the outer packet. */
  @Test
  void shouldCarryIpv6sSmallestMtuThroughANarrowerTunnel() {
    bench = bench(Fit.DEFAULT, 1_000);
    bench.process(
        UPLINK,
        fromUplink().ipv6(CLIENT6, ACME6).udp(1, 2).payload(1_280 - 48).bytes(),
        fromUplink().ipv6(CLIENT6, ACME6).udp(1, 2).payload(1_281 - 48).bytes());
    assertEquals("DELIVERED", bench.packets.fate(0));
    byte[] gre = data(bench.frames(0), 14);
    byte[] expected =
        Frames.packet().ipv6(CLIENT6, ACME6).ttl(63).udp(1, 2).payload(1_280 - 48).bytes();
    assertArrayEquals(expected, Arrays.copyOfRange(gre, 4, gre.length));
    assertEquals("ANSWERED", bench.packets.fate(1));
    assertEquals(1_280, Frames.u16(bench.packets.frame(1), 60), "RFC 8201 4: never less");
  }

  // ---------------------------------------------------------------- MSS

  @ParameterizedTest(name = "{0} {1}, MTU {2}: {3} inside IPv4, {4} inside IPv6")
  @CsvSource({
    "AUTO, 0, 1476, 1436, 1416",
    "AUTO, 0, 1400, 1360, 1340",
    "AUTO, 0, 1280, 1240, 1220",
    "AUTO, 0, 576, 536, 1220",
    "AUTO, 0, 1500, 1460, 1440",
    "FIXED, 1000, 1476, 1000, 1000",
    "FIXED, 8960, 1476, 1460, 1460",
    "OFF, 0, 1400, 1460, 1460",
  })
  void shouldClampSynsInBothDirections(Mss mss, int bytes, int mtu, int ipv4, int ipv6) {
    bench = bench(fit(mss, bytes), mtu);
    bench.process(
        UPLINK,
        fromUplink().ipv4(CLIENT, ACME).tcp(1, 2, 2, MSS_1460).bytes(),
        fromUplink().ipv6(CLIENT6, ACME6).tcp(1, 2, 2, MSS_1460).bytes(),
        outOfAcme().ipv4(ACME, CLIENT).tcp(2, 1, 0x12, MSS_1460).bytes(),
        outOfAcme().ipv6(ACME6, CLIENT6).tcp(2, 1, 0x12, MSS_1460).bytes());
    assertEquals(ipv4, Frames.u16(bench.packets.frame(0), INNER + 20 + 22));
    assertTrue(Frames.upperChecksumHolds(bench.packets.frame(0), INNER));
    assertEquals(ipv6, Frames.u16(bench.packets.frame(1), INNER + 40 + 22));
    assertTrue(Frames.upperChecksumHolds(bench.packets.frame(1), INNER));
    assertEquals(ipv4, Frames.u16(bench.packets.frame(2), 14 + 20 + 22));
    assertTrue(Frames.upperChecksumHolds(bench.packets.frame(2), 14));
    assertEquals(ipv6, Frames.u16(bench.packets.frame(3), 14 + 40 + 22));
    assertTrue(Frames.upperChecksumHolds(bench.packets.frame(3), 14));
  }

  @Test
  void shouldClampByBothTunnelsBetweenTenants() {
    bench = bench(fit(Mss.OFF, 0), 1_476);
    bench.process(UPLINK, outOfAcme().ipv4(ACME, "100.64.0.1").tcp(1, 2, 2, MSS_1460).bytes());
    assertEquals(1_260, Frames.u16(bench.packets.frame(0), INNER + 20 + 22));
    bench = bench(fit(Mss.FIXED, 700), 1_476);
    bench.process(UPLINK, outOfAcme().ipv4(ACME, "100.64.0.1").tcp(1, 2, 2, MSS_1460).bytes());
    assertEquals(700, Frames.u16(bench.packets.frame(0), INNER + 20 + 22));
    assertTrue(Frames.upperChecksumHolds(bench.packets.frame(0), INNER));
  }

  /** What an ICMP error quotes is as it was received (RFC 1812 4.3.2.3). */
  @Test
  void shouldNotClampWhatIsSentBack() {
    byte[] expiring = fromUplink().ipv4(CLIENT, ACME).ttl(1).tcp(1, 2, 2, MSS_1460).bytes();
    bench.process(UPLINK, expiring, fromUplink().ipv4(CLIENT, ACME).tcp(1, 2, 2, MSS_1460).bytes());
    assertEquals("ANSWERED", bench.packets.fate(0));
    byte[] quote = Arrays.copyOfRange(bench.packets.frame(0), 14 + 28, 14 + 28 + 44);
    assertArrayEquals(Arrays.copyOfRange(expiring, 14, 14 + 44), quote);
  }

  /** A SYN that the plain path does not take must be seen as well. */
  @Test
  void shouldClampBehindOptionsTagsAndExtensionHeaders() {
    bench.process(
        UPLINK, fromUplink().ipv4(CLIENT, ACME).options("01010101").tcp(1, 2, 2, MSS_1460).bytes());
    assertEquals(1_436, Frames.u16(bench.packets.frame(0), INNER + 24 + 22));
    bench.process(UPLINK, fromUplink().vlan(3).ipv4(CLIENT, ACME).tcp(1, 2, 2, MSS_1460).bytes());
    assertEquals(1_436, Frames.u16(bench.packets.frame(0), INNER + 20 + 22));
    byte[] padding = {1, 4, 0, 0, 0, 0};
    bench.process(
        UPLINK,
        fromUplink().ipv6(CLIENT6, ACME6).extension(60, padding).tcp(1, 2, 2, MSS_1460).bytes());
    assertEquals(1_416, Frames.u16(bench.packets.frame(0), INNER + 48 + 22));
  }

  // ---------------------------------------------------------------- errors about tenants' flows

  private int flow(byte[] frame) {
    bench.process(UPLINK, frame);
    return bench.packets.batch.flow(0);
  }

  @Test
  void shouldGiveAnErrorTheFlowThatItIsAbout() {
    int flow = flow(fromUplink().ipv4(CLIENT, ACME).tcp(4_000, 443, 16).bytes());
    int flow6 = flow(fromUplink().ipv6(CLIENT6, ACME6).tcp(4_000, 443, 16).bytes());
    byte[] sent = Frames.packet().ipv4(ACME, CLIENT).tcp(443, 4_000, 16).payload(100).bytes();
    byte[] sent6 = Frames.packet().ipv6(ACME6, CLIENT6).tcp(443, 4_000, 16).payload(100).bytes();
    for (int type : new int[] {3, 4, 5, 11, 12}) {
      Frames error = fromUplink().ipv4("9.9.9.9", ACME).icmp(type, 4, 1_400);
      assertEquals(flow, flow(error.payload(Arrays.copyOf(sent, 28)).bytes()), "type=" + type);
    }
    for (int type = 1; type <= 4; type++) {
      Frames error = fromUplink().ipv6("2620::9", ACME6).icmpv6(type, 0, 1_400);
      assertEquals(flow6, flow(error.payload(Arrays.copyOf(sent6, 48)).bytes()), "type=" + type);
    }
    Frames echo = fromUplink().ipv4("9.9.9.9", ACME).icmp(8, 0, 1_400);
    assertNotEquals(flow, flow(echo.payload(Arrays.copyOf(sent, 28)).bytes()));
  }

  @Test
  void shouldFallBackToTheAddressesOfAnError() {
    int own = flow(fromUplink().ipv4("9.9.9.9", ACME).icmp(11, 0, 0).bytes());
    byte[] sent = Frames.packet().ipv4(ACME, CLIENT).tcp(443, 4_000, 16).bytes();
    byte[] others = Frames.packet().ipv4("203.0.113.10", CLIENT).tcp(443, 4_000, 16).bytes();
    Frames error = fromUplink().ipv4("9.9.9.9", ACME).icmp(11, 0, 0);
    assertEquals(own, flow(error.payload(Arrays.copyOf(sent, 19)).bytes()));
    error = fromUplink().ipv4("9.9.9.9", ACME).icmp(11, 0, 0);
    assertEquals(own, flow(error.payload(others).bytes()), "sent by another host");
    error = fromUplink().ipv4("9.9.9.9", ACME).icmp(11, 0, 0);
    int addresses = flow(error.payload(Arrays.copyOf(sent, 20)).bytes());
    int fragment =
        flow(fromUplink().ipv4(CLIENT, ACME).flagsAndOffset(1).protocol(6).payload(8).bytes());
    assertEquals(fragment, addresses, "without ports: as fragments of that flow");
    int own6 = flow(fromUplink().ipv6("2620::9", ACME6).icmpv6(3, 0, 0).bytes());
    byte[] sent6 = Frames.packet().ipv6(ACME6, CLIENT6).tcp(443, 4_000, 16).bytes();
    Frames error6 = fromUplink().ipv6("2620::9", ACME6).icmpv6(3, 0, 0);
    assertEquals(own6, flow(error6.payload(Arrays.copyOf(sent6, 39)).bytes()));
  }
}

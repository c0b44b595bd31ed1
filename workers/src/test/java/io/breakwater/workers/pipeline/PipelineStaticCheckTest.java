package io.breakwater.workers.pipeline;

import static io.breakwater.workers.pipeline.WayFrames.CLIENT;
import static io.breakwater.workers.pipeline.WayFrames.CLIENT6;
import static io.breakwater.workers.pipeline.WayFrames.fromUplink;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.config.protection.Reaction;
import io.breakwater.workers.Frames;
import io.breakwater.workers.protection.ChecksState;
import io.breakwater.workers.protection.PacketCheck;
import io.breakwater.workers.protection.TrafficClass;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Packets that no honest sender makes, on the way to a protected tenant. */
class PipelineStaticCheckTest {

  private static final String ACME = "203.0.113.9";
  private static final String ACME6 = "2001:db8:acc::9";
  private static final int MORE = 0x2000;

  private static final int FIN = 1;
  private static final int SYN = 2;
  private static final int RST = 4;
  private static final int PSH = 8;
  private static final int ACK = 16;
  private static final int URG = 32;
  private static final int ECE = 64;
  private static final int CWR = 128;

  private PipelineBench bench;

  private void start(Reaction reaction) {
    bench = new PipelineBench(ProtectedTenants.withChecks(reaction), 32);
  }

  private List<String> fates(byte[]... frames) {
    bench.process(TestAppliance.UPLINK, frames);
    List<String> fates = new ArrayList<>();
    for (int i = 0; i < frames.length; i++) {
      fates.add(bench.packets.fate(i));
    }
    return fates;
  }

  private long observed(PacketCheck check) {
    return checks().observed(bench.tenant("acme"), check);
  }

  private ChecksState checks() {
    return bench.protection.checks();
  }

  // ---------------------------------------------------------------- flags

  private static byte[] tcp(int flags) {
    return fromUplink().ipv4(CLIENT, ACME).tcp(4242, 80, flags).bytes();
  }

  private static byte[] tcp6(int flags) {
    return fromUplink().ipv6(CLIENT6, ACME6).tcp(4242, 80, flags).bytes();
  }

  /** What states of RFC 9293 send, with any of the flags that stand beside them. */
  private static boolean isPossible(int flags) {
    int kind = flags & (FIN | SYN | RST | ACK);
    return switch (kind) {
      case SYN, SYN | ACK, ACK, FIN | ACK, RST, RST | ACK -> true;
      default -> false;
    };
  }

  @Test
  void shouldDropFlagsThatNoStateSends() {
    start(Reaction.DROP);
    for (int flags = 0; flags < 256; flags++) {
      String expected = isPossible(flags) ? "DELIVERED" : "TCP_FLAGS";
      assertEquals(List.of(expected, expected), fates(tcp(flags), tcp6(flags)), "flags " + flags);
    }
    assertEquals("TCP_FLAGS", fates(tcp(FIN | PSH | URG)).getFirst());
    assertEquals("DELIVERED", fates(tcp(SYN | ECE | CWR)).getFirst());
  }

  @Test
  void shouldCountAndLetByWhatIsOnlyObserved() {
    start(Reaction.OBSERVE);
    assertEquals(List.of("DELIVERED", "DELIVERED"), fates(tcp(0), tcp(SYN)));
    assertEquals(1, observed(PacketCheck.TCP_FLAGS));
  }

  @Test
  void shouldNotLookWhereACheckIsOff() {
    start(Reaction.OFF);
    assertEquals(List.of("DELIVERED"), fates(tcp(0)));
    assertEquals(0, observed(PacketCheck.TCP_FLAGS));
  }

  // ---------------------------------------------------------------- sources

  static List<Arguments> sources() {
    return List.of(
        Arguments.of("DELIVERED", fromUplink().ipv4(CLIENT, ACME).udp(1, 53).bytes()),
        Arguments.of("SOURCE_PORT_ZERO", fromUplink().ipv4(CLIENT, ACME).udp(0, 53).bytes()),
        Arguments.of("SOURCE_PORT_ZERO", fromUplink().ipv4(CLIENT, ACME).tcp(0, 80, ACK).bytes()),
        Arguments.of("SOURCE_PORT_ZERO", fromUplink().ipv6(CLIENT6, ACME6).udp(0, 53).bytes()),
        Arguments.of(
            "SOURCE_PORT_ZERO",
            fromUplink().ipv6(CLIENT6, ACME6).extension(60, new byte[14]).tcp(0, 80, ACK).bytes()),
        Arguments.of("DELIVERED", fromUplink().ipv4(CLIENT, ACME).icmp(8, 0, 0).bytes()),
        Arguments.of("OWN_SOURCE", fromUplink().ipv4("203.0.113.1", ACME).udp(1, 53).bytes()),
        Arguments.of("OWN_SOURCE", fromUplink().ipv4("203.0.113.1", ACME).icmp(8, 0, 0).bytes()),
        // The neighbouring prefix, which the filter takes for acme's own.
        Arguments.of("DELIVERED", fromUplink().ipv4("203.0.112.1", ACME).udp(1, 53).bytes()),
        Arguments.of("OWN_SOURCE", fromUplink().ipv6("2001:db8:acc::1", ACME6).udp(1, 2).bytes()),
        Arguments.of("DELIVERED", fromUplink().ipv6("2001:db8:acb::1", ACME6).udp(1, 2).bytes()),
        // Of another tenant: not ours to say.
        Arguments.of("DELIVERED", fromUplink().ipv4("100.64.0.1", ACME).udp(1, 53).bytes()),
        // A tenant without protection.
        Arguments.of("DELIVERED", fromUplink().ipv4("100.64.0.1", "100.64.0.2").udp(0, 1).bytes()));
  }

  @ParameterizedTest
  @MethodSource("sources")
  void shouldJudgeSources(String fate, byte[] frame) {
    start(Reaction.DROP);
    assertEquals(List.of(fate), fates(frame));
  }

  // ---------------------------------------------------------------- fragments

  /** Of a datagram of TCP or UDP with identification 7. */
  private static byte[] fragment(int protocol, int units, boolean more, int bytes) {
    return fromUplink()
        .ipv4(CLIENT, ACME)
        .id(7)
        .protocol(protocol)
        .flagsAndOffset(units | (more ? MORE : 0))
        .payload(bytes)
        .bytes();
  }

  private static byte[] fragment6(int protocol, int units, boolean more, int bytes) {
    byte[] header = Frames.hex("00 0000 00000007");
    header[1] = (byte) (units >> 5);
    header[2] = (byte) (units << 3 | (more ? 1 : 0));
    byte[] frame = fromUplink().ipv6(CLIENT6, ACME6).extension(44, header).payload(bytes).bytes();
    // The fragment header's next header.
    frame[54] = (byte) protocol;
    return frame;
  }

  @Test
  void shouldDropTcpAtOffsetEight() {
    start(Reaction.DROP);
    assertEquals(
        List.of("TINY_FRAGMENT", "DELIVERED", "DELIVERED"),
        fates(fragment(6, 1, true, 16), fragment(17, 1, true, 16), fragment(6, 100, true, 16)));
  }

  @Test
  void shouldJudgeFragmentsOfIpv6() {
    start(Reaction.DROP);
    assertEquals(
        List.of("TINY_FRAGMENT", "DELIVERED", "OVERLAPPING_FRAGMENT", "OVERLAPPING_FRAGMENT"),
        fates(
            fragment6(6, 1, true, 16),
            fragment6(17, 10, true, 80),
            fragment6(17, 19, true, 16),
            fragment6(17, 100, true, 33)));
  }

  @Test
  void shouldDropAFirstFragmentWithoutItsHeaderForEverybody() {
    start(Reaction.OFF);
    assertEquals(List.of("TCP_TRUNCATED"), fates(fragment(6, 0, true, 16)));
  }

  @Test
  void shouldLetBytesByOnce() {
    start(Reaction.DROP);
    assertEquals(
        List.of(
            "DELIVERED", "OVERLAPPING_FRAGMENT", "OVERLAPPING_FRAGMENT", "DELIVERED", "DELIVERED"),
        fates(
            fragment(17, 10, true, 80),
            fragment(17, 10, true, 80),
            fragment(17, 15, true, 8),
            fragment(17, 20, false, 3),
            // One datagram's identification is free again once it is whole.
            fragment(17, 8, true, 16)));
    assertEquals(3, checks().packets(bench.tenant("acme"), TrafficClass.FRAGMENT) - 2);
  }

  @Test
  void shouldDropWhatCannotBeOfADatagram() {
    start(Reaction.DROP);
    assertEquals(
        List.of("OVERLAPPING_FRAGMENT", "OVERLAPPING_FRAGMENT", "OVERLAPPING_FRAGMENT"),
        fates(
            // Not a whole number of units, and not the last.
            fragment(17, 100, true, 33),
            // No bytes.
            fragment(17, 100, true, 0),
            // Behind 65,535: the "ping of death".
            fragment(1, 8_191, false, 80)));
  }

  @Test
  void shouldCountTrafficByClassBeforeAnythingIsDropped() {
    start(Reaction.DROP);
    fates(tcp(SYN), tcp(0), tcp6(ACK), tcp6(SYN | ACK));
    int acme = bench.tenant("acme");
    assertEquals(1, checks().packets(acme, TrafficClass.SYN));
    assertEquals(40, checks().bytes(acme, TrafficClass.SYN));
    assertEquals(3, checks().packets(acme, TrafficClass.TCP));
    assertEquals(160, checks().bytes(acme, TrafficClass.TCP));
    assertEquals(0, checks().packets(bench.tenant("beta"), TrafficClass.TCP));
  }
}

package io.breakwater.workers.pipeline;

import static io.breakwater.config.protection.Reaction.OFF;
import static io.breakwater.workers.pipeline.WayFrames.CLIENT;
import static io.breakwater.workers.pipeline.WayFrames.CLIENT6;
import static io.breakwater.workers.pipeline.WayFrames.fromUplink;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import io.breakwater.config.protection.Protection;
import io.breakwater.config.protection.StaticChecks;
import io.breakwater.config.protection.SynFlood;
import io.breakwater.config.protection.TcpState;
import io.breakwater.config.protection.When;
import io.breakwater.workers.Frames;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Tenants' {@code tcp-state} in the pipeline: fates, learning, grace, and when it is enforced. */
class PipelineTcpStateTest {

  private static final String SERVER = "203.0.113.9";
  private static final String SERVER6 = "2001:db8:acc::9";
  private static final String OTHER = "100.64.7.7";

  private static final int F = 0x01;
  private static final int S = 0x02;
  private static final int R = 0x04;
  private static final int A = 0x10;

  private static final long MS_NS = 1_000_000L;
  private static final long SECOND_NS = 1_000 * MS_NS;

  private PipelineBench bench;

  /** The standard appliance, and acme is protected: 1,000 SYNs a second are an attack, for 10 s. */
  static Appliance withTcpState(TcpState.Mode mode, When when) {
    Appliance standard = TestAppliance.standard();
    Map<String, Tenant> tenants = new TreeMap<>(standard.tenants());
    Tenant acme = tenants.get("acme");
    SynFlood synFlood = new SynFlood(SynFlood.Mode.OFF, When.NEVER, 1_000, 1_000, 0, 10, List.of());
    Protection defaults = Protection.DEFAULT;
    Protection protection =
        new Protection(
            synFlood,
            new TcpState(mode, when),
            new StaticChecks(OFF, OFF, OFF, OFF, OFF),
            defaults.amplification(),
            defaults.rates(),
            defaults.automatic());
    tenants.put("acme", acme.withProtection(Optional.of(protection)));
    return TestAppliance.with(standard, new TreeMap<>(tenants));
  }

  private void enforceAlways() {
    bench = new PipelineBench(withTcpState(TcpState.Mode.ENFORCE, When.ALWAYS), 32);
  }

  private static byte[] ipv4(String server, int port, int flags, long sequence) {
    byte[] frame = fromUplink().ipv4(CLIENT, server).tcp(port, 80, flags).payload(6).bytes();
    ByteBuffer.wrap(frame).putInt(14 + 20 + 4, (int) sequence);
    return frame;
  }

  private static byte[] ipv6(int port, int flags, long sequence) {
    byte[] frame = fromUplink().ipv6(CLIENT6, SERVER6).tcp(port, 80, flags).payload(6).bytes();
    ByteBuffer.wrap(frame).putInt(14 + 40 + 4, (int) sequence);
    return frame;
  }

  private static byte[] ipv6Behind(int port, int flags, long sequence) {
    byte[] frame =
        fromUplink()
            .ipv6(CLIENT6, SERVER6)
            .extension(60, Frames.hex("010400000000"))
            .tcp(port, 80, flags)
            .bytes();
    ByteBuffer.wrap(frame).putInt(14 + 40 + 8 + 4, (int) sequence);
    return frame;
  }

  /** All kinds of segments to acme, of connections and of none, and what is no TCP. */
  static byte[][] samples() {
    return new byte[][] {
      ipv4(SERVER, 1, S, 1_000),
      ipv4(SERVER, 1, A, 1_001),
      ipv4(SERVER, 1, A, 900_000),
      ipv4(SERVER, 2, A, 5),
      ipv4(SERVER, 3, R, 6),
      ipv4(SERVER, 4, F | A, 7),
      ipv4(SERVER, 5, S | A, 8),
      ipv4(SERVER, 1, R, 1_001),
      ipv4(SERVER, 6, S, 70_000),
      ipv4(SERVER, 6, F | A, 70_001),
      ipv6(1, S, 1_000),
      ipv6(1, A, 1_001),
      ipv6(2, A, 9),
      ipv6Behind(3, A, 9),
      fromUplink().ipv4(CLIENT, SERVER).udp(1, 2).bytes(),
      fromUplink().ipv4(CLIENT, SERVER).flagsAndOffset(0x0010).payload(24).bytes(),
      ipv4(OTHER, 1, A, 1),
    };
  }

  /** The fate of one frame, so many seconds from the start. */
  private String fate(double seconds, byte[] frame) {
    bench.nowNs = 1_000 * SECOND_NS + (long) (seconds * 1e9);
    bench.process(TestAppliance.UPLINK, frame);
    return bench.packets.fate(0);
  }

  private void assertFates(String expected, double seconds, byte[]... frames) {
    for (byte[] frame : frames) {
      assertEquals(expected, fate(seconds, frame));
    }
  }

  private static final String DELIVERED = "DELIVERED";
  private static final String DROPPED = "TCP_OUT_OF_STATE";

  /** The first segment to a tenant begins its 120 s. */
  private void learn() {
    fate(0, ipv4(SERVER, 9_999, S, 0));
  }

  @Test
  void shouldDropSegmentsOfNoConnectionOnceItHasLearned() {
    enforceAlways();
    learn();
    assertFates(DELIVERED, 119, ipv4(SERVER, 50, A, 1), ipv4(SERVER, 51, R, 1));
    assertFates(
        DROPPED,
        121,
        ipv4(SERVER, 1, A, 1),
        ipv4(SERVER, 2, R, 2),
        ipv4(SERVER, 3, F | A, 3),
        ipv4(SERVER, 4, S | A, 4),
        ipv4(SERVER, 5, 0, 5),
        ipv6(1, A, 1),
        ipv6(2, R, 1),
        ipv6Behind(3, A, 1));
    assertEquals(8, bench.counted("acme", DROPPED));
  }

  @Test
  void shouldLetConnectionsThroughThatBeginWithASyn() {
    enforceAlways();
    learn();
    assertFates(DELIVERED, 121, ipv4(SERVER, 1, S, 1_000), ipv6(1, S, 5), ipv6Behind(2, S, 7));
    assertFates(DELIVERED, 121.1, ipv4(SERVER, 1, A, 1_001), ipv6(1, A, 6), ipv6Behind(2, A, 8));
    assertFates(DELIVERED, 500, ipv4(SERVER, 1, A, 2_001), ipv6(1, A, 99), ipv6Behind(2, A, 9));
    assertFates(DELIVERED, 501, ipv4(SERVER, 1, F | A, 2_001), ipv6(1, R, 99));
    assertEquals(0, bench.counted("acme", DROPPED));
  }

  @Test
  void shouldLetConnectionsGoOnThatAreOlderThanTheAppliance() {
    enforceAlways();
    learn();
    assertFates(DELIVERED, 10, ipv4(SERVER, 1, A, 1_000), ipv6(1, A, 1_000));
    assertFates(DELIVERED, 20, ipv4(SERVER, 1, A, 1_000), ipv6(1, A, 1_006));
    assertFates(DELIVERED, 600, ipv4(SERVER, 1, A, 9_000), ipv6(1, A, 9_000));
    assertFates(DROPPED, 600, ipv4(SERVER, 1, A, 900_000_000), ipv6(1, A, 900_000_000));
  }

  @Test
  void shouldLetAFlowInWhoseSegmentComesAgain() {
    enforceAlways();
    learn();
    assertFates(DROPPED, 200, ipv4(SERVER, 1, A, 1_000), ipv4(SERVER, 1, A, 1_006));
    assertFates(DROPPED, 200.05, ipv4(SERVER, 1, A, 1_000));
    assertFates(DELIVERED, 200.3, ipv4(SERVER, 1, A, 1_000));
    assertFates(DELIVERED, 200.3, ipv4(SERVER, 1, A, 1_006), ipv4(SERVER, 1, A, 1_012));
    assertFates(DROPPED, 200.3, ipv4(SERVER, 2, A, 1_012));
  }

  @Test
  void shouldJudgeNothingElse() {
    enforceAlways();
    learn();
    assertFates(
        DELIVERED,
        200,
        fromUplink().ipv4(CLIENT, SERVER).udp(1, 2).bytes(),
        fromUplink().ipv4(CLIENT, SERVER).icmp(8, 0, 1).bytes(),
        fromUplink().ipv4(CLIENT, SERVER).flagsAndOffset(0x0010).protocol(6).payload(24).bytes(),
        fromUplink().ipv6(CLIENT6, SERVER6).udp(1, 2).bytes(),
        ipv4(OTHER, 1, A, 1));
  }

  @Test
  void shouldKeepTheOrderOfABatch() {
    enforceAlways();
    learn();
    fate(200, ipv4(SERVER, 1, S, 0));
    bench.process(
        TestAppliance.UPLINK,
        ipv4(SERVER, 1, A, 1),
        fromUplink().ipv4(CLIENT, SERVER).udp(1, 2).bytes(),
        ipv4(SERVER, 2, A, 1),
        ipv4(SERVER, 1, A, 7));
    List<String> fates = List.of(DELIVERED, DELIVERED, DROPPED, DELIVERED);
    for (int i = 0; i < 4; i++) {
      assertEquals(fates.get(i), bench.packets.fate(i));
    }
  }

  @Test
  void shouldOnlyCountWhenItObserves() {
    for (var mode : List.of(TcpState.Mode.OBSERVE, TcpState.Mode.OFF)) {
      bench = new PipelineBench(withTcpState(mode, When.ALWAYS), 32);
      learn();
      assertFates(DELIVERED, 200, ipv4(SERVER, 1, A, 1), ipv4(SERVER, 2, R, 1), ipv6(1, R, 1));
    }
    bench = new PipelineBench(withTcpState(TcpState.Mode.ENFORCE, When.NEVER), 32);
    learn();
    assertFates(DELIVERED, 200, ipv4(SERVER, 1, A, 1));
  }

  /** 1,000 a second: 100 in 100 ms. */
  @Test
  void shouldEnforceInAttackWhileAFloodOfSegmentsComes() {
    bench = new PipelineBench(withTcpState(TcpState.Mode.ENFORCE, When.ATTACK), 32);
    learn();
    assertFates(DELIVERED, 10, ipv4(SERVER, 1, A, 1_000));
    assertFates(DELIVERED, 20, ipv4(SERVER, 1, A, 1_006));
    assertFates(DELIVERED, 200, ipv4(SERVER, 1, A, 1_012), ipv4(SERVER, 2, A, 5));
    flood(201);
    assertTrue(bench.counted("acme", DROPPED) > 250);
    assertTrue(bench.counted("acme", DROPPED) < 300);
    assertFates(DELIVERED, 202, ipv4(SERVER, 1, A, 1_018));
    assertFates(DROPPED, 202, ipv4(SERVER, 3, A, 77));
    assertFates(DELIVERED, 212, ipv4(SERVER, 4, A, 77));
  }

  /** 400 segments in 100 ms. */
  private void flood(double seconds) {
    for (int n = 0; n < 400; n++) {
      fate(seconds + n / 4_000.0, ipv4(SERVER, 1_000 + n, A, 77L * n));
    }
  }
}

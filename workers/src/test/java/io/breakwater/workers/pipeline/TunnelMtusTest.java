package io.breakwater.workers.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.IpAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

class TunnelMtusTest {

  private static final IpAddress REMOTE = IpAddress.parse("198.18.0.1");
  private static final int TUNNEL = 5;

  private final TunnelMtus mtus = new TunnelMtus(8);

  @Test
  void shouldLowerAndNeverRaise() {
    assertEquals(1_476, mtus.effectiveBytes(TUNNEL, REMOTE, 1_476));
    assertFalse(mtus.lower(TUNNEL, 1_476, 0));
    assertTrue(mtus.lower(TUNNEL, 1_400, 0));
    assertFalse(mtus.lower(TUNNEL, 1_450, 0));
    assertTrue(mtus.lower(TUNNEL, 1_300, 0));
    assertEquals(1_300, mtus.bytes(TUNNEL));
    assertEquals(1_300, mtus.effectiveBytes(TUNNEL, REMOTE, 1_476));
  }

  /** RFC 1191 6.3: 10 minutes after the last decrease. */
  @Test
  void shouldForgetAfterTenMinutes() {
    mtus.effectiveBytes(TUNNEL, REMOTE, 1_476);
    mtus.effectiveBytes(TUNNEL + 1, REMOTE, 1_476);
    mtus.lower(TUNNEL, 1_400, 0);
    mtus.lower(TUNNEL + 1, 1_400, 0);
    mtus.lower(TUNNEL, 1_300, 1_000);
    assertEquals(List.of(), mtus.expire(TunnelMtus.EXPIRY_NS - 1));
    assertEquals(List.of(TUNNEL + 1), mtus.expire(TunnelMtus.EXPIRY_NS));
    assertEquals(1_300, mtus.bytes(TUNNEL));
    assertEquals(List.of(TUNNEL), mtus.expire(TunnelMtus.EXPIRY_NS + 1_000));
    assertEquals(1_476, mtus.bytes(TUNNEL));
    assertEquals(List.of(), mtus.expire(Long.MAX_VALUE));
  }

  @Test
  void shouldKeepWhatIsLearnedOverReloadsButNotForAnotherRemote() {
    mtus.effectiveBytes(TUNNEL, REMOTE, 1_476);
    mtus.lower(TUNNEL, 1_400, 0);
    assertEquals(1_390, mtus.effectiveBytes(TUNNEL, REMOTE, 1_390), "configured is less");
    assertEquals(1_400, mtus.effectiveBytes(TUNNEL, REMOTE, 1_500));
    IpAddress other = IpAddress.parse("198.18.0.2");
    assertEquals(1_500, mtus.effectiveBytes(TUNNEL, other, 1_500));
    assertEquals(List.of(), mtus.expire(TunnelMtus.EXPIRY_NS), "nothing was restored");
  }

  @Test
  void shouldNotTellOfWhatWasNeverInEffect() {
    mtus.effectiveBytes(TUNNEL, REMOTE, 1_476);
    mtus.lower(TUNNEL, 1_400, 0);
    mtus.effectiveBytes(TUNNEL, REMOTE, 1_300);
    assertEquals(List.of(), mtus.expire(TunnelMtus.EXPIRY_NS));
  }

  /** What is learned is in the tables' sizes and clamps. */
  @Test
  void shouldBeInTheTables() {
    Slots slots = new Slots(TestAppliance.LIMITS);
    TunnelMtus learned = new TunnelMtus(slots.tunnels().bound());
    var compiler = new ForwardingCompiler(slots, TestAppliance.portMacs(), learned);
    compiler.compile(TestAppliance.standard());
    int tunnel = slots.tunnels().slot(new Slots.TunnelId("acme", "chicago"));
    learned.lower(tunnel, 1_000, 0);
    ForwardingTables tables = compiler.compile(TestAppliance.standard());
    assertEquals(1_000, tables.tunnels().mtuBytes(tunnel));
    assertEquals(1_024, tables.tunnels().outerMtuBytes(tunnel));
    assertEquals(960, tables.fit().mss(false)[tunnel]);
    assertEquals(1_220, tables.fit().mss(true)[tunnel]);
  }
}

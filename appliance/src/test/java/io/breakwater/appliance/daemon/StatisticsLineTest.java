package io.breakwater.appliance.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.breakwater.workers.packet.DropReason;
import io.breakwater.workers.packet.Fate;
import org.junit.jupiter.api.Test;

class StatisticsLineTest {

  @Test
  void shouldTellRatesOfIntervalAndGravestReasons() {
    StatisticsLine line = new StatisticsLine(0);
    long[] fates = new long[Fate.CODES];
    fates[Fate.DELIVERED.code()] = 1_000_000;
    line.next(1_000_000, fates, 7, 1_000_000_000L);

    fates[Fate.DELIVERED.code()] += 900_000;
    fates[Fate.ANSWERED.code()] += 20_000;
    fates[Fate.HOST.code()] += 4_000;
    fates[Fate.CONSUMED.code()] += 6_000;
    fates[DropReason.NO_TENANT.code()] += 40_000;
    fates[DropReason.IPV4_BAD_CHECKSUM.code()] += 20_000;
    fates[DropReason.LAND.code()] += 9_000;
    fates[DropReason.NO_ROUTE.code()] += 1_000;

    assertEquals(
        "in 0.500 Mpps, out 0.460 Mpps, taken in 0.005 Mpps, dropped 0.035 Mpps"
            + " (no-tenant 0.020, ipv4-bad-checksum 0.010, land 0.005), missed 3",
        line.next(2_000_000, fates, 10, 3_000_000_000L));
  }

  @Test
  void shouldTellNothingWhenNothingCame() {
    assertEquals(
        "in 0.000 Mpps, out 0.000 Mpps, taken in 0.000 Mpps, dropped 0.000 Mpps, missed 0",
        new StatisticsLine(0).next(0, new long[Fate.CODES], 0, 10));
  }
}

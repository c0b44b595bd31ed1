package io.breakwater.perf.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.perf.study.Throughput.Window;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ThroughputTest {

  private static final long MS = 1_000_000;

  /** A sample each millisecond; packets of each millisecond. */
  private static Throughput eachMs(long... packetsOfMs) {
    long[] times = new long[packetsOfMs.length + 1];
    long[] packets = new long[packetsOfMs.length + 1];
    for (int i = 0; i < packetsOfMs.length; i++) {
      times[i + 1] = (i + 1) * MS;
      packets[i + 1] = packets[i] + packetsOfMs[i];
    }
    return new Throughput(times, packets);
  }

  /** 10,000 packets a millisecond are 10 Mpps. */
  private static long[] steady(int ms) {
    long[] packets = new long[ms];
    Arrays.fill(packets, 10_000);
    return packets;
  }

  /**
   * @param worstMpps of 10 Mpps otherwise
   */
  record Dip(String what, int fromMs, int lengthMs, long packetsOfMs, double worstMpps) {}

  private static List<Dip> dips() {
    return List.of(
        new Dip("none", 0, 0, 0, 10),
        new Dip("half a millisecond's packets are missing", 50, 1, 5_000, 9.5),
        new Dip("stopped for a millisecond", 50, 1, 0, 9),
        new Dip("stopped for ten", 50, 10, 0, 0),
        new Dip("stopped for thirty", 50, 30, 0, 0),
        new Dip("half as fast for five", 50, 5, 5_000, 7.5),
        new Dip("at the very beginning", 0, 2, 0, 8),
        new Dip("at the very end", 98, 2, 0, 8));
  }

  @ParameterizedTest
  @MethodSource("dips")
  void shouldFindTheWorstTenMilliseconds(Dip dip) {
    long[] packets = steady(100);
    for (int i = 0; i < dip.lengthMs(); i++) {
      packets[dip.fromMs() + i] = dip.packetsOfMs();
    }
    Throughput seen = eachMs(packets);
    Window worst = seen.worst(0, 100 * MS);
    assertEquals(dip.worstMpps(), worst.mpps(), 1e-9, dip.what());
    assertEquals(10 * MS, worst.endNs() - worst.startNs());
    assertEquals(10, seen.steadyMpps(0, 100 * MS), 1e-9, "the steady rate is not moved");
  }

  @Test
  void shouldUseTheTimesOfTheSamplesWhenOneIsLate() {
    // 10 Mpps all the time, and nobody looked from 20 to 45 ms.
    Throughput seen =
        new Throughput(
            new long[] {0, 10 * MS, 20 * MS, 45 * MS, 55 * MS},
            new long[] {0, 100_000, 200_000, 450_000, 550_000});
    assertEquals(10, seen.worst(0, 55 * MS).mpps(), 1e-9);
    assertEquals(25 * MS, seen.longestGapNs(0, 55 * MS));
    assertEquals(10 * MS, seen.longestGapNs(0, 19 * MS));
  }

  @Test
  void shouldLookAtNothingOutsideTheSpan() {
    long[] packets = steady(100);
    packets[10] = 0;
    packets[90] = 0;
    Throughput seen = eachMs(packets);
    assertEquals(10, seen.worst(11 * MS, 90 * MS).mpps(), 1e-9);
    assertEquals(9, seen.worst(10 * MS, 90 * MS).mpps(), 1e-9);
    assertEquals(9, seen.worst(11 * MS, 91 * MS).mpps(), 1e-9);
    assertTrue(
        seen.windows(11 * MS, 90 * MS).stream()
            .allMatch(window -> window.startNs() >= 11 * MS && window.endNs() <= 90 * MS));
  }

  @Test
  void shouldRefuseASpanWithoutAWindow() {
    Throughput seen = eachMs(steady(9));
    assertThrows(IllegalStateException.class, () -> seen.worst(0, 9 * MS));
    assertThrows(IllegalStateException.class, () -> seen.steadyMpps(0, 9 * MS));
    assertThrows(IllegalArgumentException.class, () -> new Throughput(new long[2], new long[1]));
  }
}

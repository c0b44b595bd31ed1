package io.breakwater.perf.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimetableTest {

  private static final long TICKS_PER_SECOND = 2_600_000_000L;
  private static final long START = 123_456_789_012_345L;

  private static Timetable of(double packetsPerSecond) {
    return Timetable.of(START, TrialOrder.rate(packetsPerSecond, 60), TICKS_PER_SECOND);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 999.5, 100_000, 1_234_567, 14_880_952, 100_000_000})
  void shouldBeExactAfterAMinuteHoweverUnevenlyItIsAsked(double packetsPerSecond) {
    long seed = 17;
    Random random = new Random(seed);
    Timetable timetable = of(packetsPerSecond);
    long now = START;
    long end = START + 60 * TICKS_PER_SECOND;
    long sent = 0;
    while (now < end) {
      now += 1 + random.nextLong(TICKS_PER_SECOND / 10);
      long due = timetable.countDue(Math.min(now, end - 1));
      assertTrue(due >= sent, () -> "seed=" + seed);
      sent = due;
    }
    assertEquals(60 * packetsPerSecond, sent, 1);
  }

  @ParameterizedTest
  @ValueSource(doubles = {100_000, 1_234_567, 14_880_952})
  void shouldHaveEachPacketDueWhenItIsCounted(double packetsPerSecond) {
    Timetable timetable = of(packetsPerSecond);
    for (long packet = 0; packet < 100_000; packet++) {
      assertTrue(timetable.countDue(timetable.due(packet, 0) + 1) > packet);
      assertTrue(timetable.countDue(timetable.due(packet, 0) - 1) <= packet);
    }
  }

  @Test
  void shouldHaveNothingDueBeforeItsStart() {
    assertEquals(0, of(1e9).countDue(START - 1));
    assertEquals(1, of(1).countDue(START));
  }

  @Test
  void shouldHaveEachDueWhenItIsMadeAtAnInfiniteRate() {
    assertEquals(Long.MAX_VALUE, of(Double.POSITIVE_INFINITY).countDue(START));
    assertEquals(START + 7, of(Double.POSITIVE_INFINITY).due(1_000_000, START + 7));
  }

  @Test
  void shouldHaveAllOfABurstDueAtOnce() {
    Timetable burst = Timetable.of(START, TrialOrder.burst(1_000), TICKS_PER_SECOND);

    assertEquals(1_000, burst.countDue(START));
    assertEquals(START, burst.due(999, START + 7));
    assertTrue(burst.waitMax() < 0);
  }

  @Test
  void shouldBeOverOnlyWhenItsTimeIsAtAnInfiniteRate() {
    Timetable endless = of(Double.POSITIVE_INFINITY);

    assertFalse(endless.over(START + 60 * TICKS_PER_SECOND - 1));
    assertTrue(endless.over(START + 60 * TICKS_PER_SECOND));
  }

  @Test
  void shouldGiveAPacedTrialTwiceItsTimeAndASecond() {
    Timetable paced = of(1e6);

    assertFalse(paced.over(START + 121 * TICKS_PER_SECOND - 1));
    assertTrue(paced.over(START + 121 * TICKS_PER_SECOND));
  }
}

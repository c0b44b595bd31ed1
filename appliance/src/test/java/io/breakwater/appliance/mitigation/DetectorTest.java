package io.breakwater.appliance.mitigation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.protection.TrafficClass;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DetectorTest {

  private static final int HOUR = 3_600;
  private static final int DAY = 24 * HOUR;
  private static final int WEB_SYN = 400;
  private static final int WEB_TCP = 8_000;

  private final Detector detector = new Detector(2);
  private final float[] rates = new float[TrafficClass.COUNT];

  private static TrafficModel web(long seed) {
    return new TrafficModel(
        new SplittableRandom(seed), new float[] {WEB_SYN, WEB_TCP, 1_000, 20, 10, 0}, 0.5);
  }

  private int second(float... classes) {
    return detector.observe(1, classes);
  }

  private void learn(float... classes) {
    for (int i = 0; i < Baseline.LEARNING_SECONDS; i++) {
      assertEquals(0, second(classes), "second=" + i);
    }
  }

  private static int bit(TrafficClass traffic) {
    return 1 << traffic.ordinal();
  }

  @Test
  void shouldRaiseNoFalseAlarmInAnHourOfCleanTrafficWithCrowds() {
    for (int seed = 1; seed <= 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      TrafficModel clean = TrafficModel.ofRandom(random);
      var judge = new Detector(1);
      int crowdAt = 300;
      for (int second = 0; second < HOUR; second++) {
        if (second == crowdAt) {
          int seconds = random.nextInt(60, 600);
          clean.crowd(random.nextDouble(3, 5), second, seconds);
          crowdAt += seconds + random.nextInt(60, 600);
        }
        clean.next(second, rates);
        assertEquals(0, judge.observe(0, rates), "seed=" + seed + " second=" + second);
      }
    }
  }

  @Test
  void shouldRaiseNoFalseAlarmOverDaysWithCrowdsAtNoon() {
    TrafficModel clean = web(3);
    for (int second = 0; second < 3 * DAY; second++) {
      if (second % DAY == DAY / 4) {
        clean.crowd(4.5, second, 900);
      }
      clean.next(second, rates);
      assertEquals(0, detector.observe(0, rates), "second=" + second);
    }
  }

  @ParameterizedTest
  @EnumSource(TrafficClass.class)
  void shouldFindAnAttackWithinThreeSeconds(TrafficClass attacked) {
    SplittableRandom random = new SplittableRandom(4);
    for (int round = 0; round < 200; round++) {
      TrafficModel clean = web(round);
      var judge = new Detector(1);
      int start = 200 + random.nextInt(600);
      for (int second = 0; second < start; second++) {
        clean.next(second, rates);
        assertEquals(0, judge.observe(0, rates));
      }
      float attack = 1.3f * judge.threshold(0, attacked);
      // The attack begins within a second, of which it fills a part only.
      double part = random.nextDouble();
      int found = 0;
      for (int second = 0; second < 3 && found == 0; second++) {
        clean.next(start + second, rates);
        rates[attacked.ordinal()] += (float) (second == 0 ? part * attack : attack);
        found = judge.observe(0, rates);
      }
      assertEquals(bit(attacked), found, "round=" + round + " part=" + part);
    }
  }

  @Test
  void shouldFindAFloodOfSynsAtOnceThatNoSegmentsFollow() {
    learn(WEB_SYN, WEB_TCP, 0, 0, 0, 0);
    assertEquals(0, second(4 * WEB_SYN, WEB_TCP, 0, 0, 0, 0));
    assertEquals(bit(TrafficClass.SYN), second(4 * WEB_SYN, WEB_TCP, 0, 0, 0, 0));
  }

  @Test
  void shouldTakeSynsForACrowdWhoseHandshakesComplete() {
    learn(WEB_SYN, WEB_TCP, 0, 0, 0, 0);
    for (int i = 0; i < 600; i++) {
      assertEquals(0, second(5 * WEB_SYN, 5 * WEB_TCP, 0, 0, 0, 0));
    }
  }

  @Test
  void shouldFindALargeAttackInOneSecond() {
    learn(0, 0, 1_000, 0, 0, 0);
    assertEquals(bit(TrafficClass.UDP), second(0, 0, 1_000_000, 0, 0, 0));
  }

  @ParameterizedTest(name = "{0} seconds of rest: {1}")
  @CsvSource({"29, 4", "30, 0"})
  void shouldEndAnAttackAfterThirtySecondsOfRest(int seconds, int expected) {
    learn(0, 0, 1_000, 0, 0, 0);
    second(0, 0, 1_000_000, 0, 0, 0);
    for (int i = 0; i < 20; i++) {
      // A pause is no end.
      second(0, 0, 1_000, 0, 0, 0);
    }
    second(0, 0, 5_000, 0, 0, 0);
    int last = 0;
    for (int i = 0; i < seconds; i++) {
      last = second(0, 0, 3_900, 0, 0, 0);
    }
    assertEquals(expected, last);
  }

  @Test
  void shouldNotLearnWhileUnderAttack() {
    learn(100, 2_000, 1_000, 0, 0, 0);
    for (int i = 0; i < DAY; i++) {
      second(1_000, 10_000, 100_000, 0, 0, 0);
    }
    assertEquals(1_000, detector.level(1, TrafficClass.UDP));
    assertEquals(2_000, detector.level(1, TrafficClass.TCP));
  }

  @Test
  void shouldFindARampOfOnePercentAMinuteBeforeItHasLiftedTheBaselineByAHalf() {
    learn(0, 0, 10_000, 0, 0, 0);
    double rate = 10_000;
    int second = 0;
    while (second(0, 0, (float) rate, 0, 0, 0) == 0) {
      second++;
      rate = 10_000 * Math.pow(1.01, second / 60.0);
      assertTrue(second < 5 * HOUR, "not found: rate=" + rate);
    }
    assertTrue(detector.level(1, TrafficClass.UDP) < 15_000);
    assertTrue(second > 3 * HOUR, "second=" + second);
  }

  @ParameterizedTest(name = "a ramp of {0} a minute for {1} hours lifts by {2} at most")
  @CsvSource({"1.01, 1, 1.1", "1.01, 3, 1.34", "1.001, 24, 2.0", "1.0015, 48, 4.0"})
  void shouldLetNobodyLiftTheBaselineFasterThanItsBounds(
      double perMinute, int hours, double bound) {
    learn(0, 0, 10_000, 0, 0, 0);
    for (int i = 0; i < hours * HOUR; i++) {
      second(0, 0, (float) (10_000 * Math.pow(perMinute, i / 60.0)), 0, 0, 0);
    }
    float level = detector.level(1, TrafficClass.UDP);
    assertTrue(level <= 10_000 * bound * 1.001 && level > 10_000, "level=" + level);
  }

  @Test
  void shouldComeBackFromAnOutageOfADayWithoutAnAlarm() {
    learn(0, 0, 50_000, 0, 0, 0);
    for (int i = 0; i < DAY; i++) {
      // Scans still come.
      assertEquals(0, second(0, 0, i % 2, 0, 0, 0));
    }
    for (int i = 0; i < HOUR; i++) {
      assertEquals(0, second(0, 0, 50_000, 0, 0, 0));
    }
  }

  @Test
  void shouldBeginAnewForTheSlotsNextTenant() {
    learn(0, 0, 1_000, 0, 0, 0);
    second(0, 0, 1_000_000, 0, 0, 0);
    detector.forget(1);
    learn(0, 0, 1_000_000, 0, 0, 0);
    assertEquals(0, second(0, 0, 1_000_000, 0, 0, 0));
    assertEquals(1_000_000, detector.level(1, TrafficClass.UDP));
  }

  @Test
  void shouldKeepTenantsApart() {
    learn(0, 0, 1_000, 0, 0, 0);
    for (int i = 0; i < Baseline.LEARNING_SECONDS; i++) {
      detector.observe(0, new float[] {0, 0, 1_000_000, 0, 0, 0});
    }
    second(0, 0, 1_000_000, 0, 0, 0);
    assertEquals(0, detector.attacked(0));
    assertEquals(bit(TrafficClass.UDP), detector.attacked(1));
  }

  @Test
  void shouldNeverThrowWhateverTheRates() {
    SplittableRandom random = new SplittableRandom(9);
    for (int i = 0; i < 200_000; i++) {
      for (int j = 0; j < rates.length; j++) {
        rates[j] =
            switch (random.nextInt(4)) {
              case 0 -> 0;
              case 1 -> random.nextInt(10_000);
              case 2 -> 1e12f;
              default -> random.nextFloat() * 1e6f;
            };
      }
      detector.observe(1, rates);
    }
    assertTrue(Float.isFinite(detector.level(1, TrafficClass.UDP)));
  }
}

package io.breakwater.appliance.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthMachineTest {

  private static final long SECOND = 1_000_000_000L;

  private final HealthMachine machine = new HealthMachine();
  private long nowNs = Long.MIN_VALUE / 2;

  /**
   * Feeds probes at a rate: {@code 100+} a hundred that were answered, {@code 3-} three that were
   * lost.
   */
  private void feed(String results, int probesPerSecond) {
    for (String word : results.split(" ")) {
      int count = Integer.parseInt(word.substring(0, word.length() - 1));
      for (int i = 0; i < count; i++) {
        machine.sample(nowNs, word.endsWith("+"));
        nowNs += SECOND / probesPerSecond;
      }
    }
  }

  @ParameterizedTest(name = "{0} at {1}/s: {2}")
  @CsvSource({
    // Down: all of the last second, three at least; at low rate the last three.
    "10+ 2-, 1, DEGRADED",
    "10+ 3-, 1, DOWN",
    "10+ 3-, 4, DEGRADED",
    "10+ 4-, 4, DOWN",
    "10+ 9-, 10, DEGRADED",
    "10+ 10-, 10, DOWN",
    "2-, 4, DEGRADED",
    "3-, 4, DOWN",
    "3-, 1, DOWN",
    "10+ 3- 1+ 3-, 4, DEGRADED",
    // Degraded: from 0.1% on, and two at least.
    "1-, 4, HEALTHY",
    "500+ 1-, 4, HEALTHY",
    "500+ 1- 500+ 1-, 4, DEGRADED",
    "1- 1998+ 1-, 10, DEGRADED",
    "1- 1999+ 1-, 10, HEALTHY",
    "1- 1999+ 1- 1+ 1-, 10, DEGRADED",
    // What is older than five minutes is forgotten.
    "1- 289+ 1-, 1, DEGRADED",
    "1- 301+ 1-, 1, HEALTHY",
    // Recovery.
    "3- 2+, 4, DOWN",
    "3- 2+ 1- 2+, 4, DOWN",
    "3- 3+, 4, DEGRADED",
    "3- 3+ 29+, 4, DEGRADED",
    "3- 3+ 30+, 4, HEALTHY",
    "3- 3+ 29+ 1- 29+, 4, DEGRADED",
    "3- 3+ 29+ 1- 30+, 4, HEALTHY",
    "3- 3+ 4-, 4, DOWN",
    "2- 29+, 4, DEGRADED",
    "2- 30+, 4, HEALTHY",
    // The five minutes begin anew with a recovery.
    "2- 30+ 1-, 4, HEALTHY",
    "2- 30+ 2-, 4, DEGRADED",
  })
  void shouldBeInTheStateThatItsProbesSay(String results, int rate, HealthState expected) {
    feed(results, rate);
    assertEquals(expected, machine.state());
  }

  @Test
  void shouldSayWhenItChangesAndWhatWasLostBefore() {
    for (int i = 0; i < 100; i++) {
      assertEquals(false, machine.sample(i * SECOND, true));
    }
    assertEquals(false, machine.sample(100 * SECOND, false));
    assertTrue(machine.sample(101 * SECOND, false));
    assertEquals(102, machine.changeProbes());
    assertEquals(2, machine.changeLost());
    for (int i = 102; i < 131; i++) {
      assertEquals(false, machine.sample(i * SECOND, true));
    }
    assertTrue(machine.sample(131 * SECOND, true));
    assertEquals(132, machine.changeProbes());
    assertEquals(2, machine.changeLost());
    assertEquals(0, machine.probes());
    assertEquals(0, machine.lost());
  }

  /** A probe a second for an hour: never more than five minutes are counted. */
  @Test
  void shouldCountFiveMinutesOnly() {
    feed("3600+", 1);
    assertTrue(machine.probes() >= 295 && machine.probes() <= 300, "probes=" + machine.probes());
    nowNs += 3_600 * SECOND;
    feed("1+", 1);
    assertEquals(1, machine.probes());
  }
}

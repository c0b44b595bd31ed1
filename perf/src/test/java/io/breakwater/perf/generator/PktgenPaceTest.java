package io.breakwater.perf.generator;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PktgenPaceTest {

  private static final double TICKS_PER_SECOND = 2.6e9;

  @ParameterizedTest(name = "{0} packets a second")
  @CsvSource({
    "Infinity, 32, 1",
    "40e6, 32, 2080",
    "14.88e6, 32, 5591",
    "1e6, 32, 83200",
    "100e3, 3, 78000",
    "1000, 1, 2600000",
    "0.1, 1, 4294967295"
  })
  void shouldSendBurstsAtAPace(double packetsPerSecond, int burst, long ticks) {
    assertEquals(new PktgenPace(burst, ticks), PktgenPace.of(packetsPerSecond, TICKS_PER_SECOND));
  }

  @ParameterizedTest
  @ValueSource(doubles = {100, 12_345, 1_234_567, 14_880_952, 40_000_000})
  void shouldBeExactToOneInAThousand(double packetsPerSecond) {
    PktgenPace pace = PktgenPace.of(packetsPerSecond, TICKS_PER_SECOND);

    double real = pace.burst() * TICKS_PER_SECOND / pace.ticks();

    assertEquals(packetsPerSecond, real, packetsPerSecond / 1_000);
  }

  /** As Pktgen 23.03 has answered on a machine of 2.6 GHz. */
  @Test
  void shouldLearnTheClockFromPktgen() {
    assertEquals(2.6e9, PktgenPace.ticksPerSecond("14204 5857504"), 2.6e9 / 100_000);
  }
}

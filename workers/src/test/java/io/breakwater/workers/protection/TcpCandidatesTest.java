package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TcpCandidatesTest {

  private static final long HASH = 0xfeed_0000_0000_0005L;
  private static final long START_NS = 77_000_000_000_000L;
  private static final long MS = 1_000_000;

  private final TcpCandidates candidates = new TcpCandidates(64);

  @ParameterizedTest
  @CsvSource({
    "0, false",
    "1, false",
    "99, false",
    "200, true",
    "1000, true",
    "8000, true",
    "8100, false",
    "12700, false"
  })
  void shouldKnowWhatComesAgainInTime(long afterMs, boolean again) {
    assertFalse(candidates.isAgain(HASH, START_NS));
    assertEquals(again, candidates.isAgain(HASH, START_NS + afterMs * MS));
  }

  @Test
  void shouldCountFromTheFirstWhenItComesAgainTooEarly() {
    assertFalse(candidates.isAgain(HASH, START_NS));
    assertFalse(candidates.isAgain(HASH, START_NS + 90 * MS));
    assertTrue(candidates.isAgain(HASH, START_NS + 210 * MS));
  }

  @Test
  void shouldCountFromTheLaterOneWhenItComesAgainTooLate() {
    assertFalse(candidates.isAgain(HASH, START_NS));
    assertFalse(candidates.isAgain(HASH, START_NS + 9_000 * MS));
    assertTrue(candidates.isAgain(HASH, START_NS + 10_000 * MS));
  }

  @Test
  void shouldForgetWhatAnotherOneTookThePlaceOf() {
    assertFalse(candidates.isAgain(HASH, START_NS));
    assertFalse(candidates.isAgain(HASH ^ 1L << 50, START_NS + 10 * MS));
    assertFalse(candidates.isAgain(HASH, START_NS + 1_000 * MS));
  }

  @Test
  void shouldTakeAnEmptyPlaceForNobodys() {
    for (long ms = 0; ms < 13_000; ms += 100) {
      assertFalse(new TcpCandidates(64).isAgain(0, ms * MS));
    }
  }
}

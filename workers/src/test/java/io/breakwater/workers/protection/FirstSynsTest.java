package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which SYN is a retransmission. */
class FirstSynsTest {

  private final FirstSyns syns = new FirstSyns(64, new SplittableRandom(1));

  @ParameterizedTest
  @CsvSource({
    "0,false",
    "300,false",
    "500,true",
    "1000,true",
    "3000,true",
    "8000,true",
    "9000,false"
  })
  void shouldKnowARetransmissionByItsTime(long afterMs, boolean known) {
    long hash = syns.hashIpv4(1, 2);
    assertFalse(syns.isRetransmission(hash, 77_000_000_000L));
    assertEquals(known, syns.isRetransmission(hash, 77_000_000_000L + afterMs * 1_000_000));
  }

  @Test
  void shouldNotTakeAnotherSynForIt() {
    syns.isRetransmission(syns.hashIpv4(1, 2), 0);
    assertFalse(syns.isRetransmission(syns.hashIpv4(1, 3), 1_000_000_000L));
    assertFalse(syns.isRetransmission(syns.hashIpv6(1, 2, 0, 0, 0), 1_000_000_000L));
    assertTrue(syns.isRetransmission(syns.hashIpv4(1, 2), 1_000_000_000L));
    assertFalse(syns.isRetransmission(syns.hashIpv4(1, 2), 1_000_000_001L));
  }

  /** A flood takes the free places and no others, and they are free again. */
  @Test
  void shouldKeepWhatItHasUnderAFlood() {
    long honest = syns.hashIpv4(9, 9);
    syns.isRetransmission(honest, 0);
    for (int i = 0; i < 100_000; i++) {
      syns.isRetransmission(syns.hashIpv4(i, i), 1_000);
    }
    assertTrue(syns.isRetransmission(honest, 1_000_000_000L));
    syns.isRetransmission(honest, 20_000_000_000L);
    assertTrue(syns.isRetransmission(honest, 21_000_000_000L));
  }
}

package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which cookies are good: of this tuple, this secret, and this time. */
class SynCookiesTest {

  private static final byte[] SECRET = secret("the secret of a fleet, 32 bytes!");
  private static final long SECOND_NS = 1_000_000_000L;
  private static final long START_NS = 36_000_000 * CookieKeys.EPOCH_NS;

  private static final int SOURCE = 0x0808_0404;
  private static final int DESTINATION = 0xcb00_7101;
  private static final int PORTS = 4_000 << 16 | 443;
  private static final int ISN = 0x8000_0001;

  private static byte[] secret(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A server whose keys were made at the start, with a clock that is off. */
  private static SynCookies server(byte[] secret, long aheadNs, long nowNs) {
    SynCookies cookies = new SynCookies();
    cookies.begin(CookieKeys.derive(secret, START_NS, aheadNs), nowNs);
    return cookies;
  }

  private static SynCookies server(long nowNs) {
    return server(SECRET, 0, nowNs);
  }

  private static int mint(SynCookies server) {
    return server.mint(SOURCE, DESTINATION, PORTS, ISN);
  }

  private static boolean isGood(SynCookies server, int cookie) {
    return server.verify(SOURCE, DESTINATION, PORTS, ISN, cookie);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 39, 40, 45, 49})
  void shouldAcceptWhatAnotherServerMinted(long second) {
    long nowNs = START_NS + second * SECOND_NS;
    assertTrue(isGood(server(nowNs), mint(server(nowNs))));
  }

  @Test
  void shouldRefuseACookieWithAnyBitsFlipped() {
    SynCookies late = server(START_NS + 45 * SECOND_NS);
    int cookie = mint(late);
    IntStream.range(0, 32).forEach(bit -> assertFalse(isGood(late, cookie ^ 1 << bit), "" + bit));
    // And every two bits.
    for (int one = 0; one < 32; one++) {
      for (int other = one + 1; other < 32; other++) {
        assertFalse(isGood(late, cookie ^ 1 << one ^ 1 << other));
      }
    }
  }

  @Test
  void shouldRefuseACookieOfAnotherTupleOverIpv4() {
    SynCookies server = server(START_NS);
    int cookie = mint(server);
    for (int bit = 0; bit < 32; bit++) {
      int flip = 1 << bit;
      assertFalse(server.verify(SOURCE ^ flip, DESTINATION, PORTS, ISN, cookie));
      assertFalse(server.verify(SOURCE, DESTINATION ^ flip, PORTS, ISN, cookie));
      assertFalse(server.verify(SOURCE, DESTINATION, PORTS ^ flip, ISN, cookie));
      assertFalse(server.verify(SOURCE, DESTINATION, PORTS, ISN ^ flip, cookie));
    }
    assertFalse(server.verify(DESTINATION, SOURCE, PORTS, ISN, cookie));
    assertFalse(server.verify(SOURCE, DESTINATION, ISN, PORTS, cookie));
  }

  @Test
  void shouldRefuseACookieOfAnotherTupleOverIpv6() {
    SynCookies server = server(START_NS);
    long[] tuple = {0x2600_0000_0000_0000L, 8, 0x2001_0db8_0acc_0000L, 1};
    int cookie = server.mint(tuple[0], tuple[1], tuple[2], tuple[3], PORTS, ISN);
    assertTrue(server.verify(tuple[0], tuple[1], tuple[2], tuple[3], PORTS, ISN, cookie));
    for (int bit = 0; bit < 64; bit++) {
      for (int word = 0; word < 4; word++) {
        long[] other = tuple.clone();
        other[word] ^= 1L << bit;
        assertFalse(server.verify(other[0], other[1], other[2], other[3], PORTS, ISN, cookie));
      }
    }
    for (int bit = 0; bit < 32; bit++) {
      int flip = 1 << bit;
      assertFalse(server.verify(tuple[0], tuple[1], tuple[2], tuple[3], PORTS ^ flip, ISN, cookie));
      assertFalse(server.verify(tuple[0], tuple[1], tuple[2], tuple[3], PORTS, ISN ^ flip, cookie));
      assertFalse(server.verify(tuple[0], tuple[1], tuple[2], tuple[3], PORTS, ISN, cookie ^ flip));
    }
  }

  @Test
  void shouldRefuseACookieOfAnotherSecret() {
    SynCookies stranger = server(secret("the secret of a fleet, 32 bytes?"), 0, START_NS);
    assertFalse(isGood(server(START_NS), mint(stranger)));
  }

  /** Minted at each second of an epoch, looked at from each second on. */
  @Test
  void shouldLiveForAnEpochAtLeastAndForTwoAtMost() {
    for (int minted = 0; minted < CookieKeys.EPOCH_SECONDS; minted++) {
      int cookie = mint(server(START_NS + minted * SECOND_NS));
      for (int age = 0; age <= 200; age++) {
        boolean good = isGood(server(START_NS + (minted + age) * SECOND_NS), cookie);
        assertEquals(minted + age < 2 * CookieKeys.EPOCH_SECONDS, good, minted + "+" + age);
      }
    }
  }

  @Test
  void shouldRefuseACookieOfThreeMinutesAgo() {
    LongStream.range(0, 60)
        .forEach(second -> {
          long nowNs = START_NS + second * SECOND_NS;
          assertFalse(isGood(server(nowNs + 180 * SECOND_NS), mint(server(nowNs))));
        });
  }

  /**
   * Two clocks ten seconds apart agree at all times on fresh cookies, and on none of two minutes.
   */
  @ParameterizedTest
  @ValueSource(longs = {-10, -7, -1, 1, 7, 10})
  void shouldAcceptWhatAServerMintedWhoseClockIsOff(long aheadSeconds) {
    for (long second = 0; second < 2 * CookieKeys.EPOCH_SECONDS; second++) {
      long nowNs = START_NS + second * SECOND_NS;
      int cookie = mint(server(SECRET, aheadSeconds * SECOND_NS, nowNs));
      assertTrue(isGood(server(nowNs), cookie), "at " + second);
      assertTrue(isGood(server(nowNs + 30 * SECOND_NS), cookie), "at " + second);
      assertFalse(isGood(server(nowNs + 120 * SECOND_NS), cookie), "at " + second);
    }
  }

  @Test
  void shouldRefuseWhatAServerMintedWhoseClockIsFarAhead() {
    int cookie = mint(server(SECRET, 61 * SECOND_NS, START_NS));
    assertFalse(isGood(server(START_NS), cookie));
  }

  @Test
  void shouldFollowItsClockFromBatchToBatch() {
    CookieKeys keys = CookieKeys.derive(SECRET, START_NS, 0);
    SynCookies same = new SynCookies();
    for (long second = 0; second < 300; second++) {
      long nowNs = START_NS + second * SECOND_NS;
      same.begin(keys, nowNs);
      assertEquals(mint(server(nowNs)), mint(same), "at " + second);
    }
    // A clock that jumps back, as in a replay.
    same.begin(keys, START_NS);
    assertEquals(mint(server(START_NS)), mint(same));
  }

  /** The control thread stands still for a day: cookies go on to be good, with the last key. */
  @Test
  void shouldGoOnBeyondTheLastEpochWithAKey() {
    long lastNs = START_NS + (CookieKeys.EPOCHS_AHEAD + 1) * CookieKeys.EPOCH_NS - SECOND_NS;
    assertNotEquals(mint(server(START_NS)), mint(server(lastNs)));
    int cookie = mint(server(lastNs));
    for (long hours = 0; hours < 24; hours++) {
      SynCookies stalled = server(lastNs + hours * 3_600 * SECOND_NS);
      assertEquals(cookie, mint(stalled));
      assertTrue(isGood(stalled, cookie));
    }
  }

  @Test
  void shouldWorkAtAnyTime() {
    for (long nowNs : new long[] {Long.MIN_VALUE / 2, -1, 0, 1, Long.MAX_VALUE / 2}) {
      SynCookies server = server(nowNs);
      assertTrue(isGood(server, mint(server)), "at " + nowNs);
    }
  }

  /** 2^-30 at most: none of ten million guesses is good, but for one time in a hundred. */
  @Test
  void shouldRefuseGuesses() {
    SynCookies late = server(START_NS + 45 * SECOND_NS);
    SplittableRandom random = new SplittableRandom(6);
    for (int i = 0; i < 10_000_000; i++) {
      assertFalse(late.verify(random.nextInt(), DESTINATION, PORTS, ISN, random.nextInt()));
    }
  }
}

package io.breakwater.workers.protection;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/** How keys are derived. */
class CookieKeysTest {

  private static final byte[] SECRET = new byte[32];

  /** RFC 5869 2.2 and 2.3, by hand: one block is more than a key. */
  @Test
  void shouldDeriveKeysByHkdf() throws Exception {
    byte[] pseudoRandom = hmac("breakwater syn cookies 1".getBytes("US-ASCII"), SECRET);
    byte[] info = ByteBuffer.allocate(9).putLong(1_234).put((byte) 1).array();
    byte[] expected = Arrays.copyOf(hmac(pseudoRandom, info), 16);
    assertArrayEquals(expected, CookieKeys.key(SECRET, 1_234));
    CookieKeys keys = CookieKeys.derive(SECRET, 1_234 * CookieKeys.EPOCH_NS, 0);
    assertEquals(ByteBuffer.wrap(expected).getLong(0), keys.word(1_234, 0));
    assertEquals(ByteBuffer.wrap(expected).getLong(8), keys.word(1_234, 1));
  }

  private static byte[] hmac(byte[] key, byte[] data) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(data);
  }

  @Test
  void shouldHaveAnotherKeyForEachEpoch() {
    CookieKeys keys = CookieKeys.derive(SECRET, 0, 0);
    Set<Long> halves = new HashSet<>();
    for (int epoch = -2; epoch <= CookieKeys.EPOCHS_AHEAD; epoch++) {
      halves.add(keys.word(epoch, 0));
      halves.add(keys.word(epoch, 1));
    }
    assertEquals(2 * (CookieKeys.EPOCHS_AHEAD + 3), halves.size());
    assertEquals(-2, keys.nearest(-3));
    assertEquals(CookieKeys.EPOCHS_AHEAD, keys.nearest(CookieKeys.EPOCHS_AHEAD + 1));
  }

  @Test
  void shouldHaveAnotherKeyForAnotherSecret() {
    byte[] other = SECRET.clone();
    other[31] = 1;
    assertNotEquals(
        CookieKeys.derive(SECRET, 0, 0).word(0, 0), CookieKeys.derive(other, 0, 0).word(0, 0));
  }
}

package io.breakwater.workers.protection;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/**
 * The keys of SYN cookies, one for each epoch of {@value #EPOCH_SECONDS} s of the wall clock, and
 * how the workers' clock becomes the wall's.
 *
 * <p>A key is HKDF-SHA-256 (RFC 5869) of the fleet's secret, with the epoch's number as info: any
 * server makes the same, and a key that is known tells nothing of another. Keys of {@value
 * #EPOCHS_AHEAD} epochs, more than half an hour, are made ahead of time, so that workers never
 * derive one and go on while the control thread stands still. Beyond the last epoch its key stays
 * in use: cookies are then as good as before but live longer. A clock that is set moves the epoch
 * with the next keys; cookies of the old time are refused, and their senders asked again.
 *
 * <p>Immutable; made by the control thread, read by workers.
 */
public final class CookieKeys {

  /**
   * With two epochs that are good, and a server that is {@link #SKEW_SECONDS} ahead, a cookie lives
   * for 110 s at most: below two minutes.
   */
  public static final int EPOCH_SECONDS = 50;

  /** How far the clocks of servers may be apart. */
  public static final int SKEW_SECONDS = 10;

  /** Epochs with a key, behind the present one. */
  public static final int EPOCHS_AHEAD = 40;

  static final long EPOCH_NS = EPOCH_SECONDS * 1_000_000_000L;

  private static final int EPOCHS_BEFORE = 2;
  private static final int KEY_BYTES = 16;
  private static final byte[] SALT = "breakwater syn cookies 1".getBytes(StandardCharsets.US_ASCII);

  private final long wallOffsetNs;
  private final long firstEpoch;
  private final long[] words;

  private CookieKeys(long wallOffsetNs, long firstEpoch, long[] words) {
    this.wallOffsetNs = wallOffsetNs;
    this.firstEpoch = firstEpoch;
    this.words = words;
  }

  /**
   * @param secret of the fleet; not kept
   * @param wallNs since 1970
   * @param wallOffsetNs what to add to a worker's time for the wall's
   */
  public static CookieKeys derive(byte[] secret, long wallNs, long wallOffsetNs) {
    long first = epoch(wallNs) - EPOCHS_BEFORE;
    long[] words = new long[2 * (EPOCHS_BEFORE + 1 + EPOCHS_AHEAD)];
    for (int i = 0; i < words.length; i += 2) {
      ByteBuffer key = ByteBuffer.wrap(key(secret, first + i / 2));
      words[i] = key.getLong();
      words[i + 1] = key.getLong();
    }
    return new CookieKeys(wallOffsetNs, first, words);
  }

  /** One random key for all time: for a path that nobody has given keys yet. */
  public static CookieKeys random() {
    SecureRandom random = new SecureRandom();
    return new CookieKeys(0, 0, new long[] {random.nextLong(), random.nextLong()});
  }

  static byte[] key(byte[] secret, long epoch) {
    byte[] info = ByteBuffer.allocate(Long.BYTES).putLong(epoch).array();
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addSalt(SALT)
                  .addIKM(secret)
                  .thenExpand(info, KEY_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK has no HKDF-SHA256", e);
    }
  }

  /** Number of the epoch of a time of the wall clock. */
  public static long epoch(long wallNs) {
    return Math.floorDiv(wallNs, EPOCH_NS);
  }

  long wallNs(long nowNs) {
    return nowNs + wallOffsetNs;
  }

  /** The epoch that has a key and is nearest. */
  long nearest(long epoch) {
    return Math.clamp(epoch, firstEpoch, firstEpoch + words.length / 2 - 1);
  }

  /** Half 0 or 1 of the key of an epoch that has one. */
  long word(long epoch, int half) {
    return words[2 * (int) (epoch - firstEpoch) + half];
  }

  boolean has(long epoch) {
    return nearest(epoch) == epoch;
  }
}

package io.breakwater.appliance.daemon;

import io.breakwater.workers.protection.CookieKeys;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The secret of SYN cookies, and the keys that workers are given of it ahead of time.
 *
 * <p>New keys are made when an epoch has begun, when the wall's clock has moved against the
 * workers', and when the secret is another one. A new secret is in effect at once: cookies of the
 * old one are refused, and who was asked with them is asked again. The secret is never logged.
 * Control thread only.
 */
final class CookieSecret {

  /** A clock that is slewed moves less between two epochs: it costs no keys of its own. */
  private static final long OFFSET_NS = 50_000_000L;

  private final LongSupplier wallNs;
  private final LongSupplier workersNs;
  private final Consumer<CookieKeys> workers;
  private byte[] secret;
  private long epoch;
  private long offsetNs;

  /**
   * @param wallNs since 1970
   * @param workersNs the workers' time
   * @param workers are given keys
   */
  CookieSecret(LongSupplier wallNs, LongSupplier workersNs, Consumer<CookieKeys> workers) {
    this.wallNs = wallNs;
    this.workersNs = workersNs;
    this.workers = workers;
  }

  /**
   * Reads the file again, after making it where there is none.
   *
   * @param file empty: a secret of this process, which no other server knows
   * @return whether the secret is another one than before
   * @throws IOException with one sentence for the operator; the secret stays as it was
   */
  boolean read(Optional<Path> file) throws IOException {
    if (file.isEmpty()) {
      if (secret == null) {
        byte[] own = new byte[SecretFile.SECRET_BYTES];
        new SecureRandom().nextBytes(own);
        use(own);
      }
      return false;
    }
    byte[] read = SecretFile.readOrCreate(file.get()).bytes();
    if (secret != null && MessageDigest.isEqual(secret, read)) {
      return false;
    }
    use(read);
    return true;
  }

  private void use(byte[] latest) {
    secret = latest;
    give(wallNs.getAsLong(), workersNs.getAsLong());
  }

  /** Gives the workers new keys if it is time. */
  void refresh() {
    long wall = wallNs.getAsLong();
    long now = workersNs.getAsLong();
    boolean moved = Math.abs(wall - now - offsetNs) > OFFSET_NS;
    if (secret != null && (moved || CookieKeys.epoch(wall) != epoch)) {
      give(wall, now);
    }
  }

  private void give(long wall, long now) {
    epoch = CookieKeys.epoch(wall);
    offsetNs = wall - now;
    workers.accept(CookieKeys.derive(secret, wall, offsetNs));
  }
}

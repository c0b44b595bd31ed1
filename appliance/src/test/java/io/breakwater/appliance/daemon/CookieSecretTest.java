package io.breakwater.appliance.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.protection.CookieKeys;
import io.breakwater.workers.protection.SynCookies;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When workers are given new keys, and that they fit those of other servers. */
class CookieSecretTest {

  private static final long SECOND_NS = 1_000_000_000L;

  @TempDir private Path directory;

  private final List<CookieKeys> given = new ArrayList<>();
  private long wallNs = 1_800_000_000 * SECOND_NS;
  private long workersNs = 77 * SECOND_NS;
  private final CookieSecret cookies = new CookieSecret(() -> wallNs, () -> workersNs, given::add);

  private Path file(int lastByte) throws IOException {
    byte[] secret = new byte[32];
    secret[31] = (byte) lastByte;
    Path file = directory.resolve("secret");
    Files.deleteIfExists(file);
    Files.writeString(file, Base64.getEncoder().encodeToString(secret));
    file.toFile().setReadable(false, false);
    file.toFile().setReadable(true, true);
    return file;
  }

  private int mint(long nowNs) {
    SynCookies server = new SynCookies();
    server.begin(given.getLast(), nowNs);
    return server.mint(1, 2, 3, 4);
  }

  private void pass(long seconds) {
    wallNs += seconds * SECOND_NS;
    workersNs += seconds * SECOND_NS;
  }

  @Test
  void shouldMakeTheSameCookiesOnServersOfOneSecret() throws IOException {
    Path file = file(1);
    assertTrue(cookies.read(Optional.of(file)));
    int first = mint(workersNs);
    long otherNs = 1_000_000 * SECOND_NS;
    var other = new CookieSecret(() -> wallNs, () -> otherNs, given::add);
    other.read(Optional.of(file));
    assertEquals(first, mint(otherNs));
  }

  @Test
  void shouldMakeKeysWhenAnEpochBeginsOrTheClockIsSet() throws IOException {
    cookies.read(Optional.of(file(1)));
    assertEquals(1, given.size());
    for (int look = 0; look < CookieKeys.EPOCH_SECONDS; look++) {
      cookies.refresh();
      pass(1);
    }
    assertEquals(1, given.size());
    cookies.refresh();
    assertEquals(2, given.size());
    cookies.refresh();
    wallNs -= 3_600 * SECOND_NS;
    cookies.refresh();
    assertEquals(3, given.size());
  }

  @Test
  void shouldUseANewSecretAtOnce() throws IOException {
    Path file = file(1);
    cookies.read(Optional.of(file));
    assertFalse(cookies.read(Optional.of(file)));
    int old = mint(workersNs);
    assertTrue(cookies.read(Optional.of(file(2))));
    SynCookies server = new SynCookies();
    server.begin(given.getLast(), workersNs);
    assertFalse(server.verify(1, 2, 3, 4, old));
  }

  @Test
  void shouldKeepTheSecretWhenTheFileIsWrong() throws IOException {
    cookies.read(Optional.of(file(1)));
    int before = mint(workersNs);
    Path wrong = directory.resolve("wrong");
    Files.writeString(wrong, "short");
    assertThrows(IOException.class, () -> cookies.read(Optional.of(wrong)));
    cookies.refresh();
    assertEquals(before, mint(workersNs));
  }

  @Test
  void shouldHaveASecretOfItsOwnWithoutAFile() throws IOException {
    assertFalse(cookies.read(Optional.empty()));
    int before = mint(workersNs);
    assertFalse(cookies.read(Optional.empty()));
    assertEquals(1, given.size());
    assertEquals(before, mint(workersNs));
  }
}

package io.breakwater.config.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The same as without a watch, and what only a watch can get wrong. */
class WatchedTenantFilesTest extends TenantFilesTest {

  @Override
  Optional<FileWatch> watch() {
    return FileWatch.open();
  }

  private Path path(String file) {
    return directory().resolve("tenants.d").resolve(file);
  }

  @Test
  void shouldFindTenantsThatComeAndGo() throws IOException {
    load(tenants());
    files().tenant("gamma", tenant("198.18.0.0/24", "10.1.0.3"));
    Files.delete(path("beta.yaml"));
    Appliance second = load(tenants());

    assertEquals("[acme, gamma]", second.tenants().keySet().toString());
    assertTrue(tenants().isConfirmed());
    assertEquals(second, load(new TenantFiles()));
  }

  /** As most editors and all careful tools write. */
  @Test
  void shouldReadAFileThatIsReplacedByAnother() throws IOException {
    acme();
    files().write("tenants.d/.new", "define PORT = 443\n");
    Files.move(path(".new"), path("ports.nft"), StandardCopyOption.ATOMIC_MOVE);

    assertEquals("tcp dport 443 accept", rule(acme()));
  }

  @Test
  void shouldReadADirectoryThatIsReplacedByAnother() throws IOException {
    load(tenants());
    Path others = directory().resolve("others.d");
    Files.createDirectory(others);
    files().write("others.d/gamma.yaml", tenant("198.18.0.0/24", "10.1.0.3"));
    Files.move(directory().resolve("tenants.d"), directory().resolve("old.d"));
    Files.move(others, directory().resolve("tenants.d"));

    assertEquals("[gamma]", load(tenants()).tenants().keySet().toString());
    files().tenant("delta", tenant("198.18.1.0/24", "10.1.0.4"));
    assertEquals("[delta, gamma]", load(tenants()).tenants().keySet().toString());
  }

  /** More than the kernel or the JDK keeps of them. */
  @Test
  void shouldReadAllAgainWhenEventsAreLost() {
    acme();
    for (int i = 0; i < 2_000; i++) {
      files().write("tenants.d/" + i + ".txt", "");
    }
    files().write("tenants.d/ports.nft", "define PORT = 8443\n");

    assertEquals("tcp dport 8443 accept", rule(acme()));
  }

  /** inotify tells only of the name by which a file was written. */
  @Test
  void shouldNoticeAfterwardsWhatTheWatchDidNotTell() throws IOException {
    Path link = directory().resolve("link.nft");
    Files.createLink(link, path("ports.nft"));
    Tenant before = acme();
    assertSame(before, acme());
    assertTrue(tenants().isConfirmed());
    Files.writeString(link, "define PORT = 81\n");

    assertSame(before, acme(), "the watch is believed at first");
    assertFalse(tenants().isConfirmed());
    assertEquals("tcp dport 81 accept", rule(acme()));
    assertTrue(tenants().isConfirmed());
    Files.writeString(link, "define PORT = 4242\n");
    assertEquals("tcp dport 4242 accept", rule(acme()), "it is not believed any more");
  }

  /** What is written after a reading has begun is the next one's, and no fault of the watch. */
  @Test
  void shouldConfirmWhatHasChangedSince() {
    load(tenants());
    load(tenants());
    files().write("tenants.d/ports.nft", "define PORT = 99\n");
    files().tenant("gamma", tenant("198.18.0.0/24", "10.1.0.3"));

    assertTrue(tenants().isConfirmed());
    Appliance next = load(tenants());
    assertEquals("tcp dport 99 accept", rule(next.tenants().get("acme")));
    assertTrue(next.tenants().containsKey("gamma"));
  }
}

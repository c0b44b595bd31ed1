package io.breakwater.config.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read again, and what is not. */
class TenantFilesTest {

  private static final String RULESET =
      """
      include "%s"
      table inet filter {
        chain prerouting {
          type filter hook prerouting priority 0; policy accept;
          tcp dport $PORT accept
        }
      }
      """;

  @TempDir Path directory;
  private ConfigurationDirectory files;

  private TenantFiles tenants;

  /** What it may believe. */
  Optional<FileWatch> watch() {
    return Optional.empty();
  }

  TenantFiles tenants() {
    return tenants;
  }

  ConfigurationDirectory files() {
    return files;
  }

  Path directory() {
    return directory;
  }

  @AfterEach
  void close() {
    tenants.close();
  }

  @BeforeEach
  void write() {
    // Of an hour later: everything was written long ago.
    tenants = new TenantFiles(() -> Instant.now().plus(Duration.ofHours(1)), watch());
    files =
        new ConfigurationDirectory(directory)
            .main(ConfigurationDirectory.MAIN)
            .tenant("acme", tenant("203.0.113.0/25", "10.1.0.1") + "firewall: acme.nft\n")
            .tenant("beta", tenant("203.0.113.128/25", "10.1.0.2"))
            .write("tenants.d/acme.nft", RULESET.formatted("ports.nft"))
            .write("tenants.d/ports.nft", "define PORT = 80\n");
  }

  static String tenant(String prefix, String remote) {
    return ConfigurationDirectory.tenantText(prefix, remote);
  }

  Appliance load(TenantFiles tenants) {
    ConfigurationFiles.Result result =
        ConfigurationFiles.load(files.main(), tenants, FirewallJudge.NONE);
    return result.configuration().orElseThrow(() -> new AssertionError(result.problems()));
  }

  Tenant acme() {
    return load(tenants).tenants().get("acme");
  }

  static String rule(Tenant tenant) {
    return tenant.firewall().orElseThrow().rules().getFirst().text();
  }

  @Test
  void shouldNotReadAgainWhatDidNotChange() {
    Appliance first = load(tenants);
    files.tenant("beta", tenant("203.0.113.128/26", "10.1.0.2"));
    Appliance second = load(tenants);

    assertSame(first.tenants().get("acme"), second.tenants().get("acme"));
    assertNotSame(first.tenants().get("beta"), second.tenants().get("beta"));
    assertEquals(load(new TenantFiles()), second);
  }

  @Test
  void shouldReadAgainWhenAnIncludedFileChanges() {
    Tenant before = acme();
    files.write("tenants.d/ports.nft", "define PORT = 8080\n");

    assertEquals("tcp dport 80 accept", rule(before));
    assertEquals("tcp dport 8080 accept", rule(acme()));
  }

  @Test
  void shouldReadAgainWhenAPatternFindsAnotherFile() throws IOException {
    Files.createDirectory(directory.resolve("tenants.d/more"));
    files
        .write("tenants.d/more/a.nft", "define PORT = 80\n")
        .write("tenants.d/acme.nft", RULESET.formatted("more/*.nft"));
    Tenant before = acme();
    assertSame(before, acme());
    files.write("tenants.d/more/b.nft", "redefine PORT = 8080\n");

    assertEquals("tcp dport 8080 accept", rule(acme()));
  }

  /** What {@code cp -p} does: as long, and as old as before. */
  @Test
  void shouldReadAgainWhenTheModificationTimeIsSetBack() throws IOException {
    acme();
    Path ports = directory.resolve("tenants.d/ports.nft");
    FileTime modified = Files.getLastModifiedTime(ports);
    FileStamp stamp = FileStamp.of(ports);
    // The clock of the file system moves on within a hundredth of a second or so.
    while (stamp.changed().equals(FileStamp.of(ports).changed())) {
      Files.writeString(ports, "define PORT = 81\n");
      Files.setLastModifiedTime(ports, modified);
    }

    assertEquals("tcp dport 81 accept", rule(acme()));
  }

  @Test
  void shouldNotTrustWhatChangedAMomentAgo() {
    TenantFiles now = new TenantFiles();
    Tenant before = load(new TenantFiles()).tenants().get("acme");
    files.write("tenants.d/ports.nft", "define PORT = 81\n");
    load(now);
    files.write("tenants.d/ports.nft", "define PORT = 82\n");

    assertEquals("tcp dport 80 accept", rule(before));
    assertEquals("tcp dport 82 accept", rule(load(now).tenants().get("acme")));
  }

  @Test
  void shouldTellProblemsEachTimeAndForgetThemWhenMended() {
    Appliance running = load(tenants);
    files.write("tenants.d/ports.nft", "define PORT = nonsense\n");
    for (int i = 0; i < 2; i++) {
      Reload.Result result = Reload.apply(running, files.main(), tenants, FirewallJudge.NONE);
      assertFalse(result.problems().isEmpty());
      assertEquals("acme", result.refusedTenants().getFirst().name());
      assertSame(running, result.configuration());
    }
    files.write("tenants.d/ports.nft", "define PORT = 80\n");

    assertTrue(
        Reload.apply(running, files.main(), tenants, FirewallJudge.NONE).problems().isEmpty());
  }

  /** Positions of what was not read again are those of when it was. */
  @Test
  void shouldTellWhereAKeptTenantConflictsWithANewOne() {
    Appliance running = load(tenants);
    files.tenant("gamma", tenant("203.0.113.0/26", "10.1.0.3"));
    String kept =
        Reload.apply(running, files.main(), tenants, FirewallJudge.NONE).problems().toString();
    String read =
        Reload.apply(running, files.main(), new TenantFiles(), FirewallJudge.NONE)
            .problems()
            .toString();

    assertTrue(kept.contains("overlaps"), kept);
    assertEquals(read, kept);
  }

  @Test
  void shouldForgetATenantWhoseFileIsGone() throws IOException {
    load(tenants);
    Files.delete(directory.resolve("tenants.d/acme.yaml"));

    assertFalse(load(tenants).tenants().containsKey("acme"));
  }
}

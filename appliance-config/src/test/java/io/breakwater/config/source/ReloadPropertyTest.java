package io.breakwater.config.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import io.breakwater.config.text.Problems;
import io.breakwater.config.yaml.MainFile;
import io.breakwater.config.yaml.Positions;
import io.breakwater.config.yaml.TenantReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Reload after reload of files that are edited at random, in a world so small that tenants conflict
 * all the time; with all that may be kept from one to the next, and with nothing.
 */
class ReloadPropertyTest {

  private static final long SEED = 4711;
  private static final int RELOADS = 400;
  private static final List<String> NAMES = List.of("a", "b", "c", "d", "e");

  @TempDir Path directory;
  private final Random random = new Random(SEED);

  /** By their clock everything was written long ago. */
  private final List<TenantFiles> kept =
      List.of(
          new TenantFiles(ReloadPropertyTest::inAnHour, Optional.empty()),
          new TenantFiles(ReloadPropertyTest::inAnHour, FileWatch.open()));

  private static Instant inAnHour() {
    return Instant.now().plus(Duration.ofHours(1));
  }

  @AfterEach
  void close() {
    kept.forEach(TenantFiles::close);
  }

  @Test
  void shouldNeverRunWhatIsWrongNorLoseWhatRan() {
    ConfigurationDirectory files =
        new ConfigurationDirectory(directory)
            .main(ConfigurationDirectory.MAIN)
            .write("tenants.d/README", "");
    Appliance running = files.load();
    int refused = 0;
    int wentLive = 0;
    for (int i = 0; i < RELOADS; i++) {
      edit(files);
      Reload.Result result = Reload.apply(running, files.main());
      String message = "seed=" + SEED + " i=" + i + " " + result.problems();
      for (TenantFiles tenants : kept) {
        // Were it not for what is kept, a reload is a function of what runs and of the files.
        assertEquals(
            result, Reload.apply(running, files.main(), tenants, FirewallJudge.NONE), message);
        assertTrue(tenants.isConfirmed(), message);
      }
      check(running, result, message);
      Optional<Appliance> whole = ConfigurationFiles.load(files.main()).configuration();
      if (whole.isPresent()) {
        assertEquals(whole.get(), result.configuration(), message);
        assertEquals(List.of(), result.refusedTenants(), message);
      }
      refused += result.refusedTenants().size();
      wentLive += result.changes().size();
      running = result.configuration();
    }
    assertTrue(refused > RELOADS / 4, "refused=" + refused);
    assertTrue(wentLive > RELOADS / 4, "wentLive=" + wentLive);
  }

  private void check(Appliance running, Reload.Result result, String message) {
    Appliance next = result.configuration();
    if (result.mainRefused()) {
      assertSame(running, next, message);
      return;
    }
    MainFile main = new MainFile(Path.of("main"), next, Optional.empty(), true);
    assertEquals(
        List.of(), PrefixRules.check(next.tenants().values(), main, new Positions()), message);
    assertEquals(
        List.of(), TunnelRules.check(next.tenants().values(), main, new Positions()), message);
    List<String> refused = result.refusedTenants().stream().map(RefusedTenant::name).toList();
    for (String name : NAMES) {
      Path file = directory.resolve("tenants.d/" + name + ".yaml");
      Tenant expected =
          refused.contains(name)
              ? running.tenants().get(name)
              : Files.exists(file)
                  ? TenantReader.read(file, name, new Problems(), new Positions()).orElseThrow()
                  : null;
      assertEquals(expected, next.tenants().get(name), message);
    }
  }

  private void edit(ConfigurationDirectory files) {
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      String name = NAMES.get(random.nextInt(NAMES.size()));
      switch (random.nextInt(8)) {
        case 0 -> {
          if (Files.exists(directory.resolve("tenants.d/" + name + ".yaml"))) {
            files.delete("tenants.d/" + name + ".yaml");
          }
        }
        case 1 -> files.tenant(name, "prefixes: nonsense\n");
        case 2 -> files.main(main());
        default -> files.tenant(name, tenant());
      }
    }
  }

  private String main() {
    return ConfigurationDirectory.MAIN
        .replace("198.51.100.2]", random.nextInt(4) == 0 ? "]" : "198.51.100.2]")
        .replace("edge-1", random.nextInt(4) == 0 ? "Edge" : "edge-" + random.nextInt(3));
  }

  private String tenant() {
    return """
    prefixes: [203.0.%d.0/%d]
    tunnels:
      - {name: one, local: 198.51.100.%d, remote: 10.1.0.%d}
      - {name: two, local: 198.51.100.1, remote: 203.0.%d.1, key: 1}
    """
        .formatted(
            random.nextInt(6),
            random.nextBoolean() ? 24 : 25,
            1 + random.nextInt(2),
            random.nextInt(6),
            random.nextInt(12));
  }
}

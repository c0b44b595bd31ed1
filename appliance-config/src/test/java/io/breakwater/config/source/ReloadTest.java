package io.breakwater.config.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReloadTest {

  @TempDir Path directory;
  private ConfigurationDirectory files;
  private Appliance running;

  @BeforeEach
  void start() {
    files =
        new ConfigurationDirectory(directory)
            .main(ConfigurationDirectory.MAIN)
            .tenant("acme", "203.0.113.0/25", "10.1.0.1")
            .tenant("beta", "203.0.113.128/25", "10.1.0.2")
            .tenant("gamma", "198.18.0.0/16", "10.1.0.3");
    running = files.load();
  }

  private Reload.Result reload() {
    return Reload.apply(running, files.main());
  }

  private static List<String> changes(Reload.Result result) {
    return result.changes().stream().map(Change::toString).toList();
  }

  private List<String> refused(Reload.Result result) {
    return result.refusedTenants().stream().map(r -> files.relative(r.toString())).toList();
  }

  private void assertNothingChanged(Reload.Result result, String... problems) {
    assertEquals(List.of(problems), files.relative(result.problems()));
    assertSame(running, result.configuration());
    assertTrue(result.mainRefused());
    assertEquals(List.of(), result.changes());
    assertEquals(List.of(), result.refusedTenants());
  }

  @Test
  void shouldKeepTheRunningObjectWhenNothingChanged() {
    files.main("# a comment\n" + ConfigurationDirectory.MAIN);

    Reload.Result result = reload();

    assertSame(running, result.configuration());
    assertFalse(result.mainRefused());
    assertEquals(List.of(), result.changes());
    assertEquals(List.of(), result.problems());
  }

  @Test
  void shouldTellWhatWentLive() {
    files.tenant(
        "acme",
        """
        prefixes: [203.0.113.0/26, 203.0.113.64/26]
        tunnels:
          - name: one
            local: 198.51.100.2
            remote: 10.1.0.1
            weight: 3
            key: 7
            mss: 1200
            fragment: outer
            health: {probe: reply, rate: high, target: 10.9.9.9, timeout: 2500ms}
          - {name: two, local: 198.51.100.1, remote: 10.1.0.9, mtu: 1400}
        egress: true
        """);
    files.delete("tenants.d/beta.yaml");
    files.tenant("delta", "198.19.0.0/16", "10.1.0.4");

    Reload.Result result = reload();

    assertEquals(
        List.of(
            "tenant acme: prefixes +203.0.113.0/26 +203.0.113.64/26 -203.0.113.0/25, tunnels +two,"
                + " tunnel one local 198.51.100.1 -> 198.51.100.2, tunnel one weight 1 -> 3,"
                + " tunnel one key none -> 7, tunnel one mss auto -> 1200,"
                + " tunnel one fragment inner -> outer,"
                + " tunnel one health request medium -> reply high to 10.9.9.9 timeout 2500ms,"
                + " egress false -> true",
            "tenant beta: removed",
            "tenant delta: added: prefixes 198.19.0.0/16, tunnels one"),
        changes(result));
    assertEquals(files.load(), result.configuration());
    assertSame(running.tenants().get("gamma"), result.configuration().tenants().get("gamma"));
  }

  @Test
  void shouldTellWhatChangedInATunnelsOuterHeader() {
    files.tenant(
        "acme",
        """
        prefixes: [203.0.113.0/25]
        tunnels:
          - {name: one, local: 198.51.100.1, remote: 10.1.0.1, checksum: true, ttl: 9, dscp: 46,
             ecn: off}
        """);

    assertEquals(
        List.of(
            "tenant acme: tunnel one checksum false -> true, tunnel one ttl 64 -> 9,"
                + " tunnel one dscp copy -> 46, tunnel one ecn copy -> off"),
        changes(reload()));
  }

  @Test
  void shouldTellWhatChangedInTheMainFile() {
    files.main(
        ConfigurationDirectory.MAIN
            .replace("edge-1", "edge-2")
            .replace("198.51.100.2]", "198.51.100.3]")
            .replace("192.0.2.2/24, ", "192.0.2.2/24, 192.0.2.3/24, ")
            .replace("address: 192.0.2.1", "{address: 192.0.2.1, mac: \"02:00:00:00:00:09\"}")
            .concat("syn-cookies: {secret: /etc/cookie}\n"));

    assertEquals(
        List.of(
            "appliance: name edge-1 -> edge-2,"
                + " anycast endpoints +198.51.100.3 -198.51.100.2,"
                + " syn-cookies secret none -> /etc/cookie",
            "port uplink: addresses +192.0.2.3/24, gateways"
                + " +192.0.2.1 at 02:00:00:00:00:09 for [0.0.0.0/0] -192.0.2.1 for [0.0.0.0/0]"),
        changes(reload()));
  }

  @Test
  void shouldDropBogonsWhereNoProbesAnswerIsOne() {
    files.main(ConfigurationDirectory.MAIN + "bogons: drop\n");
    files.tenant("acme", "203.0.113.0/25", "10.1.0.1, health: {probe: off}");
    files.tenant("beta", "203.0.113.128/25", "10.1.0.2, health: {target: 9.9.9.9}");
    files.tenant("gamma", "198.18.0.0/16", "8.1.0.3");

    assertEquals("appliance: bogons pass -> drop", changes(reload()).getFirst());
  }

  @Test
  void shouldNotDropBogonsThatAnswerProbes() {
    files.main(ConfigurationDirectory.MAIN + "bogons: drop\n");
    files.tenant("beta", "203.0.113.128/25", "8.1.0.2");
    files.tenant("gamma", "198.18.0.0/16", "8.1.0.3");

    Reload.Result result = reload();

    assertTrue(
        files.relative(result.problems()).getFirst().contains("remote 10.1.0.1 of tunnel one"),
        () -> result.problems().toString());
  }

  @Test
  void shouldChangeNothingWhenTheMainFileIsWrong() {
    files.main(ConfigurationDirectory.MAIN + "bogon: drop\n");
    files.tenant("delta", "198.19.0.0/16", "10.1.0.4");

    assertNothingChanged(reload(), "appliance.yaml:11:1: unknown key bogon: did you mean bogons?");
  }

  @Test
  void shouldChangeNothingWhenTheMainFileIsGone() {
    files.delete("appliance.yaml");

    assertNothingChanged(reload(), "appliance.yaml:1:1: no such file");
  }

  @Test
  void shouldChangeNothingWhenTheTenantsDirectoryIsGone() {
    files.main(ConfigurationDirectory.MAIN.replace("tenants.d", "elsewhere.d"));

    assertNothingChanged(reload(), "appliance.yaml:10:10: tenants: no such directory: elsewhere.d");
  }

  @Test
  void shouldRemoveEveryTenantWhenTheDirectoryIsEmpty() {
    files.delete("tenants.d/acme.yaml");
    files.delete("tenants.d/beta.yaml");
    files.delete("tenants.d/gamma.yaml");

    Reload.Result result = reload();

    assertEquals(Set.of(), result.configuration().tenants().keySet());
    assertEquals(
        List.of("tenant acme: removed", "tenant beta: removed", "tenant gamma: removed"),
        changes(result));
  }

  @Test
  void shouldKeepTheRunningConfigurationOfATenantWithErrors() {
    files.tenant("acme", "prefixes: [203.0.113.0/25]\n");
    files.tenant("delta", "prefixes: {\n");
    files.tenant("gamma", "198.19.0.0/16", "10.1.0.3");

    Reload.Result result = reload();

    assertSame(running.tenants().get("acme"), result.configuration().tenants().get("acme"));
    assertEquals(Set.of("acme", "beta", "gamma"), result.configuration().tenants().keySet());
    assertEquals(List.of("tenant gamma: prefixes +198.19.0.0/16 -198.18.0.0/16"), changes(result));
    assertEquals(
        List.of(
            "tenant acme: keeps its running configuration:"
                + " tenants.d/acme.yaml:1:1: tenant acme: missing key tunnels",
            "tenant delta: not added: tenants.d/delta.yaml:2:1: not YAML: while parsing a flow"
                + " node: expected the node content, but found '<stream end>'"),
        refused(result));
    assertEquals(2, result.problems().size());
  }

  @Test
  void shouldKeepBothTenantsInConflict() {
    files.tenant("acme", "198.19.0.0/16", "10.1.0.1");
    files.tenant("beta", "198.19.1.0/24", "10.1.0.2");
    files.tenant("gamma", "198.18.0.0/17", "10.1.0.3");

    Reload.Result result = reload();

    assertEquals(List.of("tenant gamma: prefixes +198.18.0.0/17 -198.18.0.0/16"), changes(result));
    String reason =
        "keeps its running configuration: tenants.d/beta.yaml:1:12: prefix 198.19.1.0/24 overlaps"
            + " 198.19.0.0/16 of tenant acme (tenants.d/acme.yaml:1:12)";
    assertEquals(List.of("tenant acme: " + reason, "tenant beta: " + reason), refused(result));
  }

  @Test
  void shouldLetTenantsSwapTheirPrefixes() {
    files.tenant("acme", "203.0.113.128/25", "10.1.0.1");
    files.tenant("beta", "203.0.113.0/25", "10.1.0.2");

    Reload.Result result = reload();

    assertEquals(List.of(), result.problems());
    assertEquals(files.load(), result.configuration());
  }

  @Test
  void shouldKeepATenantThatTakesWhatAKeptOneStillHas() {
    files.tenant("acme", "mistake: 1\n");
    files.tenant("beta", "203.0.113.0/24", "10.1.0.2");

    Reload.Result result = reload();

    assertSame(running, result.configuration());
    assertEquals(
        "tenant beta: keeps its running configuration: tenants.d/beta.yaml:1:12: prefix"
            + " 203.0.113.0/24 overlaps 203.0.113.0/25 of tenant acme as it runs",
        refused(result).get(1));
  }

  /** acme and beta conflict; so beta keeps what gamma wants; so gamma keeps what delta wants. */
  @Test
  void shouldRepeatUntilNoKeptTenantIsInConflict() {
    files.tenant("acme", "198.19.0.0/16", "10.1.0.1");
    files.tenant("beta", "198.19.0.0/16", "10.1.0.2");
    files.tenant("gamma", "203.0.113.128/25", "10.1.0.3");
    files.tenant("delta", "198.18.0.0/16", "10.1.0.4");
    files.tenant("epsilon", "198.17.0.0/16", "10.1.0.5");

    Reload.Result result = reload();

    assertEquals(
        List.of("tenant epsilon: added: prefixes 198.17.0.0/16, tunnels one"), changes(result));
    assertEquals(
        List.of("acme", "beta", "delta", "gamma"),
        result.refusedTenants().stream().map(RefusedTenant::name).toList());
    assertEquals(
        "tenant delta: not added: tenants.d/delta.yaml:1:12: prefix 198.18.0.0/16 overlaps"
            + " 198.18.0.0/16 of tenant gamma as it runs",
        refused(result).get(2));
  }

  @Test
  void shouldKeepBothTenantsWithTheSameTunnel() {
    files.tenant("acme", "203.0.113.0/25", "10.1.0.7");
    files.tenant("beta", "203.0.113.128/25", "10.1.0.7");

    Reload.Result result = reload();

    assertSame(running, result.configuration());
    assertEquals(
        List.of(
            "tenants.d/beta.yaml:3:5: tunnel one has the remote, local and key of tunnel one of"
                + " tenant acme (tenants.d/acme.yaml:3:5)"),
        files.relative(result.problems()));
    assertEquals(2, result.refusedTenants().size());
  }

  @Test
  void shouldRefuseTheMainFileWhenAnUnchangedTenantNeedsWhatItDrops() {
    files.main(ConfigurationDirectory.MAIN.replace("198.51.100.1, ", ""));
    files.delete("tenants.d/beta.yaml");
    files.delete("tenants.d/gamma.yaml");

    assertNothingChanged(
        reload(),
        "appliance.yaml:9:3: running tenant acme could not go on: local 198.51.100.1 of tunnel one"
            + " is not an anycast endpoint");
  }

  @Test
  void shouldRefuseTheMainFileWhenAKeptTenantNeedsWhatItDrops() {
    files.main(
        ConfigurationDirectory.MAIN
            .replace("192.0.2.2/24", "203.0.113.9/24")
            .replace("192.0.2.1", "203.0.113.200"));
    files.tenant("acme", "egress: maybe\n");
    files.delete("tenants.d/beta.yaml");

    Reload.Result result = reload();

    assertTrue(result.mainRefused());
    assertSame(running, result.configuration());
    assertTrue(
        files
            .relative(result.problems())
            .contains(
                "appliance.yaml:5:17: running tenant acme could not go on: prefix 203.0.113.0/25"
                    + " covers the address 203.0.113.9 of port uplink (appliance.yaml:5:17)"),
        () -> files.relative(result.problems()).toString());
  }

  @Test
  void shouldLetATenantFollowTheMainFile() {
    files.main(ConfigurationDirectory.MAIN.replace("198.51.100.1, ", ""));
    for (String name : List.of("acme", "beta", "gamma")) {
      files.delete("tenants.d/" + name + ".yaml");
    }
    files.tenant(
        "acme",
        ConfigurationDirectory.tenantText("203.0.113.0/25", "10.1.0.1")
            .replace("198.51.100.1", "198.51.100.2"));

    Reload.Result result = reload();

    assertFalse(result.mainRefused());
    assertEquals(files.load(), result.configuration());
  }

  @Test
  void shouldChangeNothingWhenAnInlineTenantIsWrong() {
    String inline =
        """
        tenants:
          acme:
            prefixes: [203.0.113.0/25]
            tunnels: [{name: one, local: 198.51.100.1, remote: 10.1.0.1}]
          delta:
            prefixes: [203.0.113.0/24]
            tunnels: [{name: one, local: 198.51.100.1, remote: 10.1.0.2}]
        """;
    files.main(ConfigurationDirectory.MAIN.replace("tenants: tenants.d\n", inline));

    assertNothingChanged(
        reload(),
        "appliance.yaml:15:16: prefix 203.0.113.0/24 overlaps 203.0.113.0/25 of tenant acme"
            + " (appliance.yaml:12:16)");
  }

  @Test
  void shouldChangeNothingWhenALimitIsExceeded() {
    files.main(ConfigurationDirectory.MAIN + "limits: {tenants: 3}\n");
    running = files.load();
    files.tenant("delta", "198.19.0.0/16", "10.1.0.4");

    assertNothingChanged(
        reload(), "appliance.yaml:11:19: limits.tenants is exceeded: tenants=4 limit=3");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          tenants: tenants.d | workers: {cores: [1]}%ntenants: tenants.d | 10:10: workers: a change needs a restart: auto -> [1]
          tenants: tenants.d | workers: {distribution: rss}%ntenants: tenants.d | 10:10: workers: a change needs a restart: auto -> auto distribution rss
          tenants: tenants.d | limits: {packets: 2048}%ntenants: tenants.d | 10:9: limits: a change needs a restart: tenants=4096 tunnels=16384 prefixes=1000000 neighbours=4096 packets=32768 -> tenants=4096 tunnels=16384 prefixes=1000000 neighbours=4096 packets=2048
          tenants: tenants.d | journal: {size: 1GiB}%ntenants: tenants.d | 10:10: journal: a change needs a restart: 256MiB -> 1024MiB
          net_null0          | net_null1 | 4:13: device of port uplink: a change needs a restart: net_null0 -> net_null1
          device: net_null0  | device: net_null0%n    mtu: 9000 | 5:10: mtu of port uplink: a change needs a restart: 1500 -> 9000
          device: net_null0  | device: net_null0%n    host: {interface: bw0} | 5:11: host of port uplink: a change needs a restart: none -> bw0
          name: uplink       | name: uplunk | 3:3: ports: a change needs a restart: [uplink] -> [uplunk]
          """)
  void shouldChangeNothingWhenItNeedsARestart(String text, String changed, String problem) {
    files.main(ConfigurationDirectory.MAIN.replace(text, changed.replace("%n", "\n")));

    assertNothingChanged(reload(), "appliance.yaml:" + problem);
  }
}

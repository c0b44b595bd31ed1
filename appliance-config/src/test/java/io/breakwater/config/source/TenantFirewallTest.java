package io.breakwater.config.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.text.Position;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tenant's firewall among the files of a configuration, at start and at a reload. */
class TenantFirewallTest {

  private static final String RULESET =
      """
      table inet filter {
        chain prerouting {
          type filter hook prerouting priority 0; policy accept;
          %s
        }
      }
      """;

  @TempDir Path directory;
  private ConfigurationDirectory files;

  @BeforeEach
  void write() {
    files =
        new ConfigurationDirectory(directory)
            .main(ConfigurationDirectory.MAIN)
            .tenant("acme", tenant("203.0.113.0/25", "10.1.0.1", "acme.nft"))
            .tenant("beta", tenant("203.0.113.128/25", "10.1.0.2", "beta.nft"))
            .write("tenants.d/acme.nft", RULESET.formatted("tcp dport 80 accept"))
            .write("tenants.d/beta.nft", RULESET.formatted("tcp dport 443 accept"));
  }

  private static String tenant(String prefix, String remote, String firewall) {
    return ConfigurationDirectory.tenantText(prefix, remote) + "firewall: " + firewall + "\n";
  }

  private ConfigurationFiles.Result read() {
    return ConfigurationFiles.load(Snapshot.read(files.main(), new TenantFiles()));
  }

  private Appliance load() {
    return read()
        .configuration()
        .orElseThrow(() -> new AssertionError("refused: " + read().problems()));
  }

  private Reload.Result reload(Appliance running) {
    return Reload.apply(running, Snapshot.read(files.main(), new TenantFiles()));
  }

  private static List<String> rules(Appliance appliance, String tenant) {
    return appliance.tenants().get(tenant).firewall().orElseThrow().rules().stream()
        .map(Rule::text)
        .toList();
  }

  @Test
  void shouldReadTheFileThatATenantNames() {
    assertEquals(List.of("tcp dport 80 accept"), rules(load(), "acme"));
    assertEquals(List.of("tcp dport 443 accept"), rules(load(), "beta"));
  }

  @Test
  void shouldRefuseOnlyTheTenantWhoseFirewallCostsTooMuch() {
    FirewallJudge judge =
        (tenant, firewall, limits, problems) -> {
          if (firewall.rules().size() > limits.rules()) {
            var place = firewall.rules().getLast().place();
            problems.add(
                new Position(Path.of(place.source()), place.line(), place.column()),
                tenant + " has too many rules");
          }
        };
    Appliance running = load();
    files.main(ConfigurationDirectory.MAIN + "firewall-limits: {rules: 1}\n");
    files.write(
        "tenants.d/beta.nft", RULESET.formatted("tcp dport 443 accept; tcp dport 80 accept"));

    Reload.Result result = Reload.apply(running, files.main(), new TenantFiles(), judge);

    assertEquals(
        List.of("beta"), result.refusedTenants().stream().map(RefusedTenant::name).toList());
    assertEquals(rules(running, "beta"), rules(result.configuration(), "beta"));
    assertEquals(1, result.configuration().firewallLimits().rules());
    assertEquals(Optional.empty(), ConfigurationFiles.load(files.main(), judge).configuration());
  }

  @Test
  void shouldReadInlineText() {
    files.tenant(
        "acme",
        ConfigurationDirectory.tenantText("203.0.113.0/25", "10.1.0.1")
            + "firewall: |\n"
            + RULESET.formatted("tcp dport 22 accept").indent(4));

    assertEquals(List.of("tcp dport 22 accept"), rules(load(), "acme"));
  }

  @Test
  void shouldPointIntoTheYamlFileFromInlineText() {
    files.tenant(
        "acme",
        """
        prefixes: [203.0.113.0/25]
        firewall: |

            table inet filter {
              chain a {
                tcp dprot 22 accept
              }
            }
        tunnels:
          - {name: one, local: 198.51.100.1, remote: 10.1.0.1}
        """);

    assertEquals(
        List.of(
            "tenants.d/acme.yaml:6:13: unexpected dprot: expected a field of tcp (ackseq, checksum,"
                + " doff, dport, flags, reserved, sequence, sport, urgptr, window)"),
        files.relative(read().problems()));
  }

  @Test
  void shouldSayThatAFileIsMissing() {
    files.delete("tenants.d/acme.nft");

    assertEquals(
        List.of("tenants.d/acme.nft:1:1: no such file"), files.relative(read().problems()));
  }

  @Test
  void shouldTellWhichRulesCameAndWent() {
    Appliance running = load();
    files.write("tenants.d/acme.nft", RULESET.formatted("tcp dport { 80, 443 } accept"));

    Reload.Result result = reload(running);

    assertEquals(
        List.of("tenant acme: firewall +tcp dport { 80, 443 } accept -tcp dport 80 accept"),
        result.changes().stream().map(Change::toString).toList());
    assertSame(running.tenants().get("beta"), result.configuration().tenants().get("beta"));
  }

  @Test
  void shouldTellAChangeThatIsInNoRule() {
    Appliance running = load();
    files.write(
        "tenants.d/acme.nft",
        RULESET.formatted("tcp dport 80 accept").replace("policy accept", "policy drop"));

    assertEquals(
        List.of("tenant acme: firewall changed, with the same rules"),
        reload(running).changes().stream().map(Change::toString).toList());
  }

  @Test
  void shouldTellAFirewallThatCameAndOneThatWent() {
    Appliance running = load();
    files.tenant("acme", "203.0.113.0/25", "10.1.0.1");
    Reload.Result without = reload(running);

    assertEquals(
        List.of("tenant acme: firewall 1 rule -> none"),
        without.changes().stream().map(Change::toString).toList());
    files.tenant("acme", tenant("203.0.113.0/25", "10.1.0.1", "acme.nft"));
    assertEquals(
        List.of("tenant acme: firewall none -> 1 rule"),
        reload(without.configuration()).changes().stream().map(Change::toString).toList());
  }

  @Test
  void shouldKeepOnlyTheTenantWhoseFirewallIsWrong() {
    Appliance running = load();
    files
        .write("tenants.d/acme.nft", RULESET.formatted("tcp dport 80 acept"))
        .write("tenants.d/beta.nft", RULESET.formatted("tcp dport 8443 accept"));

    Reload.Result result = reload(running);

    assertFalse(result.mainRefused());
    assertEquals(
        List.of(
            "tenant acme: keeps its running configuration: tenants.d/acme.nft:4:18:"
                + " unexpected acept: expected a match, a statement or a verdict"),
        result.refusedTenants().stream().map(r -> files.relative(r.toString())).toList());
    assertEquals(List.of("tcp dport 80 accept"), rules(result.configuration(), "acme"));
    assertEquals(List.of("tcp dport 8443 accept"), rules(result.configuration(), "beta"));
  }

  @Test
  void shouldBlameAnIncludedFileOnlyOnTheTenantForWhomItIsWrong() {
    files
        .write("tenants.d/ports.inc", "tcp dport $ports accept\n")
        .write("tenants.d/acme.nft", RULESET.formatted("define ports = 80\ninclude \"ports.inc\""))
        .write("tenants.d/beta.nft", RULESET.formatted("tcp dport 443 accept"));
    Appliance running = load();
    files.write("tenants.d/beta.nft", RULESET.formatted("include \"ports.inc\""));

    Reload.Result result = reload(running);

    assertEquals(
        List.of(
            "tenant beta: keeps its running configuration: tenants.d/ports.inc:1:12:"
                + " variable is not defined: ports"),
        result.refusedTenants().stream().map(r -> files.relative(r.toString())).toList());
    assertTrue(result.configuration().tenants().containsKey("acme"));
  }

  @Test
  void shouldKeepATenantOfTheMainFileWhoseFirewallIsWrong() {
    files.main(
        ConfigurationDirectory.MAIN.replace(
            "tenants: tenants.d\n",
            "tenants:\n  acme:\n"
                + tenant("203.0.113.0/25", "10.1.0.1", "tenants.d/acme.nft").indent(4)));
    Appliance running = load();
    files.write("tenants.d/acme.nft", RULESET.formatted("tcp dport 80 acept"));

    Reload.Result result = reload(running);

    assertFalse(result.mainRefused());
    assertEquals(1, result.refusedTenants().size());
    assertEquals(List.of("tcp dport 80 accept"), rules(result.configuration(), "acme"));
  }
}

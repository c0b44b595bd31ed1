package io.breakwater.config.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.Appliance;
import io.breakwater.config.protection.Protection;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a reload makes of a tenant's protection. */
class ProtectionReloadTest {

  private static final String WITH_SECRET =
      ConfigurationDirectory.MAIN + "syn-cookies: {secret: cookie.secret}\n";

  @TempDir Path directory;
  private ConfigurationDirectory files;
  private Appliance running;

  @BeforeEach
  void start() {
    files = new ConfigurationDirectory(directory).main(WITH_SECRET);
    files.tenant("beta", "198.18.0.0/16", "10.1.0.2");
    protect("{}");
    running = files.load();
  }

  private void protect(String protection) {
    files.tenant(
        "acme",
        ConfigurationDirectory.tenantText("203.0.113.0/24", "10.1.0.1")
            + "egress: true\nprotection: "
            + protection
            + "\n");
  }

  private Reload.Result reload() {
    return Reload.apply(running, files.main());
  }

  private Reload.Result reload(TenantFiles kept) {
    return Reload.apply(running, files.main(), kept, FirewallJudge.NONE);
  }

  private static List<String> changes(Reload.Result result) {
    return result.changes().stream().map(Change::toString).toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {syn-flood: {mode: reset}} | syn-flood mode challenge -> reset
          {syn-flood: {when: always}} | syn-flood when attack -> always
          {syn-flood: {threshold: 20001/second}} | syn-flood threshold 20000/second -> 20001/second
          {syn-flood: {destination-threshold: 9/second}} | syn-flood destination-threshold 5000/second -> 9/second
          {syn-flood: {completion: 49%}} | syn-flood completion 50% -> 49%
          {syn-flood: {hold: 2m}} | syn-flood hold 30s -> 120s
          '{syn-flood: {exceptions: [{ports: [25, 6667-6669], mode: off}]}}' | syn-flood exceptions +port 25,6667-6669: off
          '{syn-flood: {exceptions: [{prefix: 203.0.113.7/32, mode: reset}]}}' | syn-flood exceptions +203.0.113.7/32: reset
          '{syn-flood: {exceptions: [{prefix: 203.0.113.7/32, ports: [1], mode: reset}]}}' | syn-flood exceptions +203.0.113.7/32 port 1: reset
          {tcp-state: enforce} | tcp-state mode observe -> enforce
          {tcp-state: {when: never}} | tcp-state when attack -> never
          {checks: {tcp-flags: off}} | checks tcp-flags drop -> off
          {checks: {tiny-fragments: observe}} | checks tiny-fragments drop -> observe
          {checks: {overlapping-fragments: off}} | checks overlapping-fragments drop -> off
          {checks: {source-port-zero: off}} | checks source-port-zero drop -> off
          {checks: {own-source: off}} | checks own-source drop -> off
          {amplification: drop} | amplification default observe -> drop
          {amplification: {dns: observe}} | amplification dns default -> observe
          {amplification: {limit: 1/second}} | amplification limit 1000/second -> 1/second
          {rates: {syn: 1/second}} | rates syn any -> 1/second
          {rates: {tcp: 1/second}} | rates tcp any -> 1/second
          {rates: {udp: 1/second}} | rates udp any -> 1/second
          {rates: {icmp: 1/second}} | rates icmp any -> 1/second
          {rates: {fragments: 1/second}} | rates fragments any -> 1/second
          {rates: {other: 1/second}} | rates other any -> 1/second
          {rates: {source: 1000000000/second}} | rates source any -> 1000000000/second
          {automatic: enforce} | automatic observe -> enforce
          """)
  void shouldTellEachChange(String protection, String change) {
    protect(protection);

    Reload.Result there = reload();
    protect("{}");
    Reload.Result andBack = Reload.apply(there.configuration(), files.main());

    assertEquals(List.of("tenant acme: protection " + change), changes(there));
    assertEquals(1, andBack.changes().size());
    assertEquals(running, andBack.configuration());
    assertSame(
        running.tenants().get("beta"),
        there.configuration().tenants().get("beta"),
        "who did not change is the same");
  }

  @Test
  void shouldTellProtectionThatIsNewByWhatIsNotAsByDefault() {
    files.tenant("acme", "203.0.113.0/24", "10.1.0.1");
    Reload.Result without = reload();
    protect("{automatic: enforce}");

    Reload.Result with = Reload.apply(without.configuration(), files.main());

    assertEquals(
        List.of("tenant acme: egress true -> false, protection on -> none"), changes(without));
    assertEquals(Optional.empty(), without.configuration().tenants().get("acme").protection());
    assertEquals(
        List.of(
            "tenant acme: egress false -> true, protection none -> on,"
                + " protection automatic observe -> enforce"),
        changes(with));
  }

  @Test
  void shouldChangeNothingWhenDefaultsAreWrittenOut() {
    protect(
        "{syn-flood: {mode: challenge, when: attack, threshold: 20000/second, completion: 50%,"
            + " destination-threshold: 5000/second, hold: 30s, exceptions: []},"
            + " tcp-state: observe, checks: {tcp-flags: drop}, amplification: observe, rates: {},"
            + " automatic: observe}");

    Reload.Result result = reload();

    assertSame(running, result.configuration());
    assertEquals(Optional.of(Protection.DEFAULT), running.tenants().get("acme").protection());
  }

  @Test
  void shouldKeepTheRunningTenantWhenItsProtectionIsWrong() {
    protect("{syn-flood: {threshold: 20000}}");
    files.tenant("beta", "198.18.0.0/17", "10.1.0.2");

    Reload.Result result = reload();

    assertFalse(result.mainRefused());
    assertSame(running.tenants().get("acme"), result.configuration().tenants().get("acme"));
    assertEquals(List.of("tenant beta: prefixes +198.18.0.0/17 -198.18.0.0/16"), changes(result));
    assertEquals(
        List.of(
            "tenant acme: keeps its running configuration: tenants.d/acme.yaml:5:37: threshold:"
                + " must be a rate with its unit, such as 5000/second: 20000"),
        result.refusedTenants().stream().map(r -> files.relative(r.toString())).toList());
  }

  @Test
  void shouldKeepTheRunningTenantWhoseNewGuardNeedsASecret() {
    files.main(ConfigurationDirectory.MAIN);
    protect("{syn-flood: {mode: retransmit}}");
    running = files.load();
    protect("{syn-flood: {mode: reset}}");

    Reload.Result result = reload();

    assertFalse(result.mainRefused());
    assertSame(running, result.configuration());
    assertEquals(
        List.of(
            "tenants.d/acme.yaml:5:32: mode reset of the SYN guard sends cookies: the main file must"
                + " have syn-cookies: {secret: FILE}"),
        files.relative(result.problems()));
  }

  @Test
  void shouldRefuseTheMainFileThatTakesARunningGuardsSecret() {
    files.main(ConfigurationDirectory.MAIN);

    Reload.Result result = reload();

    assertTrue(result.mainRefused());
    assertSame(running, result.configuration());
    assertEquals(
        List.of(
            "appliance.yaml:1:1: running tenant acme could not go on: mode challenge of the SYN guard"
                + " sends cookies: the main file must have syn-cookies: {secret: FILE}"),
        files.relative(result.problems()));
  }

  /** Even where the rules are applied to what changed only. */
  @Test
  void shouldAskForTheSecretWhenAllTenantsAreSettled() {
    TenantFiles kept = new TenantFiles();
    protect("{syn-flood: {mode: retransmit}}");
    running = reload(kept).configuration();
    files.main(ConfigurationDirectory.MAIN);
    running = reload(kept).configuration();
    assertEquals(Optional.empty(), running.synCookieSecret());
    protect("{syn-flood: {mode: reset}}");
    assertEquals(1, reload(kept).problems().size());

    files.main(WITH_SECRET);
    running = reload(kept).configuration();
    assertEquals(List.of(), reload(kept).problems());

    files.main(ConfigurationDirectory.MAIN);
    assertTrue(reload(kept).mainRefused());
  }

  @Test
  void shouldRefuseTheMainFileWhenProtectionInItIsWrong() {
    String inline =
        """
        tenants:
          acme:
            prefixes: [203.0.113.0/24]
            tunnels: [{name: one, local: 198.51.100.1, remote: 10.1.0.1}]
            protection: {tcp-state: {mode: enforced}}
        """;
    files.main(WITH_SECRET.replace("tenants: tenants.d\n", inline));

    Reload.Result result = reload();

    assertTrue(result.mainRefused());
    assertEquals(
        List.of(
            "appliance.yaml:14:36: mode: must be off, observe or enforce: enforced: did you mean"
                + " enforce?"),
        files.relative(result.problems()));
  }
}

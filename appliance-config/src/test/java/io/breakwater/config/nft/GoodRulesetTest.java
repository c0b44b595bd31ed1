package io.breakwater.config.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problem;
import io.breakwater.config.text.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rulesets in the style of nftables' wiki and of distributions. Beside each stands what {@code nft
 * -s list ruleset} (1.0.6) prints of its rules.
 */
class GoodRulesetTest {

  @ParameterizedTest
  @ValueSource(strings = {"seed", "workstation", "scrubbing", "dispatch"})
  void shouldPrintRulesAsNftDoes(String name) {
    assertEquals(
        resource(name + ".listed"),
        firewall(name).chains().stream()
            .flatMap(chain -> chain.rules().stream())
            .map(rule -> rule.text() + "\n")
            .collect(Collectors.joining()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"seed", "workstation", "scrubbing", "dispatch"})
  void shouldEndEveryPrefixInAFirewallOrInProblems(String name) {
    String text = resource(name + ".nft");
    for (int length = 0; length <= text.length(); length++) {
      Problems problems = new Problems();
      boolean read = read(text.substring(0, length), problems).isPresent();
      assertTrue(read == problems.isEmpty(), "length=" + length);
    }
  }

  @Test
  void shouldKeepRulesInTheOrderOfTheFile() {
    List<Rule> rules = firewall("scrubbing").rules();

    for (int i = 0; i < rules.size(); i++) {
      assertEquals(i, rules.get(i).index());
    }
    assertEquals("scrubbing.nft:10:5", rules.getFirst().place().toString());
  }

  @Test
  void shouldOrderBaseChainsByHookAndPriority() {
    Firewall firewall = firewall("scrubbing");

    assertEquals(
        List.of("netdev edge ingress -500", "inet scrub prerouting -300"),
        firewall.baseChains().stream()
            .map(base -> firewall.chains().get(base.chain()).name() + " " + base.priority())
            .toList());
  }

  private static Firewall firewall(String name) {
    Problems problems = new Problems();
    return FirewallReader.read(
            resource(name + ".nft"), Position.startOf(Path.of(name + ".nft")), problems)
        .orElseThrow(() ->
            new AssertionError(
                problems.all().stream().map(Problem::toString).collect(Collectors.joining("\n"))));
  }

  private static java.util.Optional<Firewall> read(String text, Problems problems) {
    return FirewallReader.read(text, Position.startOf(Path.of("x.nft")), problems);
  }

  private static String resource(String name) {
    try (InputStream in = GoodRulesetTest.class.getResourceAsStream("/nft/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

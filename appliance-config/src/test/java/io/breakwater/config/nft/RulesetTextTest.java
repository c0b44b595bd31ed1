package io.breakwater.config.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.nft.RulesetText.Count;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RulesetTextTest {

  /** Beside each ruleset stands what {@code nft list ruleset} (1.0.6) prints of it. */
  @ParameterizedTest
  @ValueSource(strings = {"printed", "seed", "workstation", "scrubbing", "dispatch"})
  void shouldPrintRulesetAsNftDoes(String name) {
    Firewall firewall = read(resource(name + ".nft"));
    String text =
        RulesetText.of(
            firewall,
            rule ->
                firewall.rules().get(rule).steps().stream()
                    .filter(step -> step instanceof Step.Count)
                    .map(step ->
                        new Count(((Step.Count) step).packets(), ((Step.Count) step).bytes()))
                    .findFirst()
                    .orElse(new Count(0, 0)),
            counter ->
                new Count(
                    firewall.counters().get(counter).packets(),
                    firewall.counters().get(counter).bytes()));

    String listed =
        resource(name + ".ruleset")
            .replaceAll(" device \"[^\"]*\"", "")
            .replaceAll(" expires [0-9a-z]*", "")
            .replace("typeof ip saddr . tcp dport", "type ipv4_addr . inet_service");
    assertEquals(listed, text.replaceAll(" # packets 0 bytes 0", ""));
  }

  @Test
  void shouldPutCountsBehindRulesWithoutACounter() {
    Firewall firewall =
        read(
            """
            table ip t {
              counter c { }
              chain a { tcp dport 80 accept comment "x"; counter drop; counter name "c"; }
            }
            """);

    assertEquals(
        """
        table ip t {
        \tcounter c {
        \t\tpackets 70 bytes 7000
        \t}

        \tchain a {
        \t\ttcp dport 80 accept comment "x" # packets 1 bytes 10
        \t\tcounter packets 2 bytes 20 drop
        \t\tcounter name "c" # packets 3 bytes 30
        \t}
        }
        """,
        RulesetText.of(
            firewall, rule -> new Count(1 + rule, 10 + 10 * rule), counter -> new Count(70, 7000)));
  }

  @ParameterizedTest
  @CsvSource({
    "counter,counter packets 1 bytes 2",
    "counter drop,counter packets 1 bytes 2 drop",
    "log prefix \"counter \" counter drop,log prefix \"counter \" counter packets 1 bytes 2 drop",
    "add @s { ip saddr counter } counter,add @s { ip saddr counter } counter packets 1 bytes 2",
    "counter name \"c\" counter,counter name \"c\" counter packets 1 bytes 2",
    "jump counters,jump counters"
  })
  void shouldFindTheStatementThatCounts(String rule, String counted) {
    assertEquals(counted, RulesetText.withCounter(rule, new Count(1, 2)));
  }

  @Test
  void shouldOnlyCountElementsOfLargeSets() {
    String elements =
        IntStream.range(0, 1_500).mapToObj(i -> "" + (2 * i)).collect(Collectors.joining(","));

    String text =
        RulesetText.of(
            read("table ip t { set s { type inet_service; elements = { " + elements + " }\n }\n }"),
            rule -> new Count(0, 0),
            counter -> new Count(0, 0));

    assertTrue(text.contains("1998 }\n\t\t# and 500 elements more\n\t}\n"), text);
  }

  private static Firewall read(String text) {
    Problems problems = new Problems();
    return FirewallReader.read(text, Position.startOf(Path.of("t.nft")), problems)
        .orElseThrow(() -> new AssertionError(problems.all().toString()));
  }

  private static String resource(String name) {
    try (InputStream in = RulesetTextTest.class.getResourceAsStream("/nft/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

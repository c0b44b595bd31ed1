package io.breakwater.config.nft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problem;
import io.breakwater.config.text.Problems;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Rulesets in, problems out, word for word: the table is the resource {@code nft/problems.txt}. A
 * case starts with {@code === name}, {@code --- problems} ends the ruleset.
 */
class RulesetProblemsTest {

  @TestFactory
  Stream<DynamicTest> shouldSayWhatIsWrongAndWhere() throws IOException {
    String table;
    try (InputStream in = getClass().getResourceAsStream("/nft/problems.txt")) {
      table = new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
    List<String> cases = List.of(table.split("(?m)^=== "));
    assertTrue(cases.size() > 10);
    return cases.stream()
        .skip(1)
        .map(c -> c.split("\n", 2))
        .map(c -> DynamicTest.dynamicTest(c[0], () -> check(c[1].split("(?m)^--- problems\n"))));
  }

  private static void check(String[] rulesetAndProblems) {
    assertEquals(rulesetAndProblems[1].strip(), problems(rulesetAndProblems[0]));
  }

  @Test
  void shouldRefuseChainsThatNestTooDeep() {
    assertEquals("", problems(nested(16)));
    assertEquals(
        "x.nft:51:40: jumps nest too deep: at most 16 chains one within the other, at c1",
        problems(nested(17)));
  }

  private static String nested(int chains) {
    StringBuilder ruleset = new StringBuilder("table inet t {\n");
    for (int i = chains - 1; i >= 0; i--) {
      ruleset
          .append("chain c")
          .append(i)
          .append(" {\n")
          .append(i == 0 ? "type filter hook prerouting priority 0;" : "")
          .append(i == chains - 1 ? "" : "jump c" + (i + 1))
          .append("\n}\n");
    }
    return ruleset.append("}\n").toString();
  }

  @Test
  void shouldNotNestWithoutBound() {
    String deep = "table inet t {\nchain c {\nip saddr " + "{ ".repeat(100_000);

    assertTrue(problems(deep).startsWith("x.nft:3:"), problems(deep));
    assertFalse(problems("define a = " + "(".repeat(100_000)).isEmpty());
  }

  private static String problems(String ruleset) {
    Problems problems = new Problems();
    FirewallReader.read(ruleset, Position.startOf(Path.of("x.nft")), problems);
    return problems.all().stream().map(Problem::toString).collect(Collectors.joining("\n"));
  }
}

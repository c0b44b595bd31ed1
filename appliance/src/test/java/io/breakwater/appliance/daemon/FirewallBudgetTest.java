package io.breakwater.appliance.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.FirewallLimits;
import io.breakwater.config.Tenant;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.nft.FirewallReader;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problem;
import io.breakwater.config.text.Problems;
import io.breakwater.workers.pipeline.firewall.FirewallCost;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FirewallBudgetTest {

  private static final String RULESET =
      """
      table inet t {
        set small { type inet_service; elements = { 1, 3 } }
        set large { type inet_service; elements = { 1, 3, 5, 7, 9 } }
        chain c {
          type filter hook prerouting priority 0
          tcp dport @small accept
          tcp option maxseg size 5 tcp window 5 drop
          tcp dport @large drop
        }
      }
      """;

  private static final FirewallLimits WIDE = FirewallLimits.DEFAULT;

  @Test
  void shouldLetPassWhatIsWithinTheLimitsAndRememberItsCost() {
    FirewallBudget budget = new FirewallBudget();

    assertEquals(List.of(), judge(budget, WIDE));
    FirewallCost cost = budget.costs().get("acme");
    assertEquals(3, cost.rules());
    assertEquals(7, cost.elements());
    assertTrue(cost.bytes() > 0 && cost.cycles() > 0, cost::toString);
    assertEquals(
        List.of(),
        judge(budget, new FirewallLimits(3, 7, cost.bytes(), Math.toIntExact(cost.cycles()))));
  }

  @Test
  void shouldNameTheRuleOrSetThatBreaksEachLimit() {
    assertEquals(
        List.of(
            "t.nft:7:5: firewall-limits.rules is exceeded: rules=3 limit=1: this rule is beyond it"),
        judge(new FirewallBudget(), new FirewallLimits(1, 99, 1L << 30, 100_000)));
    assertEquals(
        List.of(
            "t.nft:3:7: firewall-limits.elements is exceeded: elements=7 limit=6: this one has most"),
        judge(new FirewallBudget(), new FirewallLimits(9, 6, 1L << 30, 100_000)));
    String memory = judge(new FirewallBudget(), new FirewallLimits(9, 9, 5, 100_000)).getFirst();
    assertTrue(memory.startsWith("t.nft:3:7: firewall-limits.memory is exceeded: memory="), memory);
    String cycles = judge(new FirewallBudget(), new FirewallLimits(9, 9, 1L << 30, 1)).getFirst();
    assertTrue(
        cycles.matches(
            "t.nft:[678]:5: firewall-limits.cycles is exceeded: cycles=\\d+ limit=1: .*"),
        cycles);
  }

  @Test
  void shouldNotJudgeAgainWhatRuns() {
    Tenant running = new Tenant("acme", List.of(), List.of(), false, Optional.of(read(RULESET)));
    FirewallBudget budget =
        new FirewallBudget(
            Map.of("acme", running),
            firewall -> {
              throw new AssertionError("compiled again");
            });

    assertEquals(List.of(), judge(budget, new FirewallLimits(1, 1, 1, 1)));
  }

  @Test
  void shouldTakeAnEmptyRuleset() {
    Problems problems = new Problems();

    new FirewallBudget().judge("acme", read("table ip t { }"), WIDE, problems);

    assertEquals(List.of(), problems.all());
  }

  private static List<String> judge(FirewallBudget budget, FirewallLimits limits) {
    Problems problems = new Problems();
    budget.judge("acme", read(RULESET), limits, problems);
    return problems.all().stream().map(Problem::toString).toList();
  }

  private static Firewall read(String text) {
    Problems problems = new Problems();
    return FirewallReader.read(text, Position.startOf(Path.of("t.nft")), problems)
        .orElseThrow(() -> new AssertionError(problems.all().toString()));
  }
}

package io.breakwater.perf.ruleset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.firewall.Firewall;
import io.breakwater.perf.traffic.Flow;
import io.breakwater.perf.traffic.FrameWriter;
import io.breakwater.perf.traffic.Workload;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TenantRulesTest {

  private static final int TENANTS = 20;
  private static final int RULES = 500;
  private static final int FLOWS = 5_000;
  private static final Workload WORKLOAD = Workload.of(TENANTS, 10 * TENANTS, 42);

  private final TenantRules rules = TenantRules.of(WORKLOAD, RULES);

  private List<FilterRule> all() {
    return IntStream.range(0, TENANTS).mapToObj(rules::rules).flatMap(List::stream).toList();
  }

  @Test
  void shouldBeTheSameEveryTime() {
    TenantRules again = TenantRules.of(WORKLOAD, RULES);
    assertEquals(rules.text(7), again.text(7));
    assertEquals(rules.flows(FLOWS), again.flows(FLOWS));
    assertNotEquals(rules.text(7), rules.text(8));
  }

  @Test
  void shouldBeReadAsSoManyRulesByTheProduct() {
    for (int tenant = 0; tenant < TENANTS; tenant++) {
      Firewall firewall = rules.firewall(tenant).orElseThrow();
      assertEquals(RULES, firewall.rules().size());
      assertTrue(firewall.baseChains().getFirst().dropsByDefault());
    }
  }

  @Test
  void shouldBeSkewedAsTheTableSays() {
    // Seven tenths of acl1 and three of fw1.
    assertShare(0.475, rule -> rule.source().length() == 32);
    assertShare(0.125, rule -> rule.source().length() == 0);
    assertShare(0.54, rule -> rule.destination().length() == 32);
    assertShare(0.09, rule -> rule.destination().length() == 0);
    assertShare(0.76, rule -> rule.protocol() == FrameWriter.TCP);
    assertShare(0.16, rule -> rule.protocol() == FrameWriter.UDP);
    assertShare(0.94, rule -> rule.sourcePorts().isAny());
    assertShare(0.63, rule -> rule.destinationPorts().count() == 1);
    assertShare(0.20, rule -> !rule.accepts());
  }

  /** Duplicates are made again, which moves the shares a little. */
  private void assertShare(double expected, Predicate<FilterRule> kind) {
    List<FilterRule> all = all();
    double share = (double) all.stream().filter(kind).count() / all.size();
    assertEquals(expected, share, 0.05);
  }

  @Test
  void shouldNestPrefixes() {
    List<FilterRule> some = rules.rules(3);
    long nested =
        some.stream()
            .filter(inner ->
                some.stream()
                    .map(FilterRule::source)
                    .anyMatch(outer ->
                        outer.length() >= 8
                            && outer.length() < inner.source().length()
                            && outer.contains(inner.source().address())))
            .count();
    assertTrue(nested > RULES / 2, () -> "nested=" + nested);
  }

  @Test
  void shouldMeetRulesAllOverTheRulesetAndBeDroppedAsOftenAsItSays() {
    List<Flow> flows = rules.flows(FLOWS);
    Set<FilterRule> met = new HashSet<>();
    int[] quarters = new int[4];
    int dropped = 0;
    for (Flow flow : flows) {
      List<FilterRule> own = rules.rules(flow.tenant());
      int first = 0;
      while (first < own.size() && !own.get(first).matches(flow)) {
        first++;
      }
      if (first < own.size()) {
        met.add(own.get(first));
        quarters[4 * first / RULES]++;
      }
      dropped += rules.accepts(flow) ? 0 : 1;
    }
    assertEquals(0.01 * TenantRules.DROPPED_PERCENT * FLOWS, dropped, FLOWS / 100);
    // With 250 flows for 500 rules of each tenant, most meet a rule of their own.
    assertTrue(met.size() > FLOWS / 2, () -> "met=" + met.size());
    for (int quarter : quarters) {
      assertTrue(quarter > FLOWS / 10, () -> "quarters=" + List.of(quarters[0], quarters[3]));
    }
  }

  @Test
  void shouldGoToTheTenantWhoseRulesTheyMeet() {
    for (Flow flow : rules.flows(FLOWS)) {
      assertTrue(
          WORKLOAD.prefixes().stream()
              .filter(prefix -> prefix.tenant() == flow.tenant())
              .anyMatch(prefix ->
                  new AddressBlock(prefix.address(), prefix.length())
                      .contains(flow.destination())));
      int firstByte = flow.source() >>> 24;
      assertTrue(firstByte >= 128 && firstByte <= 168, () -> "firstByte=" + firstByte);
    }
  }
}

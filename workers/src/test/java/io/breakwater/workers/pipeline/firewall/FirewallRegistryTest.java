package io.breakwater.workers.pipeline.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.firewall.FirewallProgram;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What survives a reload, and what does not. */
class FirewallRegistryTest {

  private static final byte[] PACKET = FirewallBench.from("10.0.0.1");
  private static final String COUNT = "udp dport 53 counter";
  private static final String LIMIT = "limit rate over 1/hour burst 2 packets drop";

  private final FirewallBench bench = new FirewallBench();

  private static String rules(String... rules) {
    return FirewallBench.ruleset("", rules);
  }

  private void send(String tenant, int times) {
    for (int i = 0; i < times; i++) {
      bench.passes(tenant, PACKET);
    }
  }

  // ---------------------------------------------------------------- counters

  @Test
  void shouldKeepCountersOfRulesThatDidNotChange() {
    bench.reload(Map.of("a", rules(COUNT, "udp dport 53 ip ttl 64 counter")));
    send("a", 5);

    bench.reload(Map.of("a", rules("ip ttl 1 counter", COUNT, "udp dport 54 counter")));
    send("a", 2);

    assertEquals(0, bench.packets("a", 0));
    assertEquals(7, bench.packets("a", 1), "moved by a rule before it");
    assertEquals(7 * 38, bench.registry.count("a", 1).bytes());
    assertEquals(0, bench.packets("a", 2), "another rule than was there");
  }

  /** Workers count for the old program until they leave it. */
  @Test
  void shouldCountBetweenPublishAndRetain() {
    bench.reload(Map.of("a", rules(COUNT)));
    send("a", 3);

    bench.compile(Map.of("a", rules(COUNT, "ip ttl 1 counter")));
    send("a", 4);
    assertEquals(7, bench.packets("a", 0), "still on the old tables");
    bench.publish(Map.of("a", rules(COUNT, "ip ttl 1 counter")));
    send("a", 1);
    assertEquals(8, bench.packets("a", 0), "on the new ones, before those before are given up");
    bench.retain();
    assertEquals(8, bench.packets("a", 0));
    send("a", 1);
    assertEquals(9, bench.packets("a", 0));
  }

  /** A reload that comes before the one before was settled. */
  @Test
  void shouldKeepCountersOverReloadsThatAreNotSettled() {
    bench.publish(Map.of("a", rules(COUNT)));
    for (int i = 0; i < 5; i++) {
      send("a", 2);
      bench.publish(Map.of("a", rules(COUNT, "ip ttl " + (i + 1) + " counter")));
    }
    assertEquals(10, bench.packets("a", 0));
    bench.retain();
    send("a", 1);
    assertEquals(11, bench.packets("a", 0));
  }

  @Test
  void shouldStartCountersAtWhatTheFileSays() {
    bench.reload(Map.of("a", rules("counter packets 100 bytes 5000")));
    send("a", 1);
    assertEquals(101, bench.packets("a", 0));
    assertEquals(5_038, bench.registry.count("a", 0).bytes());

    bench.reload(Map.of("a", rules("counter packets 100 bytes 5000", "ip ttl 1 counter")));
    assertEquals(101, bench.packets("a", 0), "it goes on");
  }

  @Test
  void shouldKeepNamedCounters() {
    String named = "counter total { }";
    bench.reload(Map.of("a", FirewallBench.ruleset(named, "counter name total")));
    send("a", 3);
    bench.reload(
        Map.of("a", FirewallBench.ruleset(named, "ip ttl 1 drop", "counter name total accept")));
    send("a", 1);

    assertEquals(4, bench.packets("a", 2), "behind the rules");
    assertEquals(1, bench.packets("a", 1), "the rule itself is another");
  }

  /** Of two rules that say the same, each keeps its own. */
  @Test
  void shouldTellRulesOfTheSameTextApartByTheirOrder() {
    bench.reload(Map.of("a", rules(COUNT, "ip saddr 10.0.0.1 accept", COUNT)));
    send("a", 3);
    bench.reload(Map.of("a", rules(COUNT, COUNT)));

    assertEquals(3, bench.packets("a", 0));
    assertEquals(0, bench.packets("a", 1));
  }

  // ---------------------------------------------------------------- programs

  @Test
  void shouldLeaveAnUnchangedTenantTheSameProgram() {
    bench.reload(Map.of("a", rules(COUNT), "b", rules(COUNT)));
    FirewallProgram before = bench.program("a");
    FirewallProgram other = bench.program("b");
    bench.reload(Map.of("a", rules(COUNT), "b", rules(COUNT, "drop")));

    assertSame(before, bench.program("a"));
    assertNotSame(other, bench.program("b"));
  }

  @Test
  void shouldSwapTwoTenantsAndKeepWhoseCountersAreWhose() {
    String first = rules("ip saddr 10.0.0.1 counter");
    String second = rules("ip saddr 10.0.0.2 counter");
    bench.reload(Map.of("a", first, "b", second));
    send("a", 3);

    bench.reload(Map.of("a", second, "b", first));
    assertEquals(0, bench.packets("a", 0), "b's rule is new to a");
    assertEquals(0, bench.packets("b", 0), "and a's to b, whatever a has counted");
    send("a", 5);
    send("b", 2);
    assertEquals(0, bench.packets("a", 0));
    assertEquals(2, bench.packets("b", 0));
  }

  @Test
  void shouldForgetATenantThatWasAway() {
    bench.reload(Map.of("a", rules(COUNT, LIMIT), "b", rules(COUNT)));
    send("a", 3);
    assertFalse(bench.passes("a", PACKET));
    bench.reload(Map.of("b", rules(COUNT)));
    assertEquals(0, bench.packets("a", 0));

    bench.reload(Map.of("a", rules(COUNT, LIMIT), "b", rules(COUNT)));
    assertEquals(0, bench.packets("a", 0));
    assertTrue(bench.passes("a", PACKET), "with a bucket of its own");
    assertEquals(1, bench.packets("a", 0));
  }

  /** Slots are few here: what is given up is handed out again, and begins at 0. */
  @Test
  void shouldReuseSlotsForever() {
    for (int i = 0; i < 8 * FirewallBench.RULES_MAX; i++) {
      Map<String, String> tenants = new TreeMap<>();
      for (int t = 0; t < 1 + i % 3; t++) {
        String[] rules = new String[1 + (i * 7 + t) % 20];
        for (int r = 0; r < rules.length; r++) {
          rules[r] = "udp dport 53 ip ttl != " + (i + r) % 63 + " counter";
        }
        tenants.put("t" + t, rules(rules));
      }
      bench.reload(tenants);
      for (String tenant : tenants.keySet()) {
        long before = bench.packets(tenant, 0);
        send(tenant, 2);
        assertEquals(before + 2, bench.packets(tenant, 0), "reload=" + i);
      }
    }
  }

  @Test
  void shouldRefuseMoreRulesThanThereIsRoomForAndGoOn() {
    String[] many = new String[2 * FirewallBench.RULES_MAX];
    for (int r = 0; r < many.length; r++) {
      many[r] = "ip id " + r + " counter";
    }
    bench.reload(Map.of("a", rules(COUNT)));
    send("a", 2);

    FirewallRefused refused =
        assertThrows(FirewallRefused.class, () -> bench.reload(Map.of("a", rules(many))));
    assertTrue(refused.getMessage().contains("tenant a"), refused.getMessage());

    bench.reload(Map.of("a", rules(COUNT, "ip ttl 1 drop")));
    assertEquals(2, bench.packets("a", 0));
  }

  // ---------------------------------------------------------------- state

  @Test
  void shouldKeepABucketWhoseRuleDidNotChange() {
    bench.reload(Map.of("a", rules(LIMIT)));
    send("a", 2);
    assertFalse(bench.passes("a", PACKET));

    bench.reload(Map.of("a", rules("ip ttl 1 drop", LIMIT)));
    assertFalse(bench.passes("a", PACKET), "the bucket is as empty as before");
    bench.reload(Map.of("a", rules(LIMIT.replace("burst 2", "burst 3"))));
    assertTrue(bench.passes("a", PACKET), "another limit is another bucket");
  }

  @Test
  void shouldKeepAQuota() {
    bench.reload(Map.of("a", rules("quota over 100 bytes drop")));
    send("a", 2);
    bench.reload(Map.of("a", rules("ip ttl 1 drop", "quota over 100 bytes drop")));
    assertFalse(bench.passes("a", PACKET), "114 bytes");
    bench.reload(Map.of("a", rules("quota over 101 bytes drop")));
    assertTrue(bench.passes("a", PACKET));
  }

  @Test
  void shouldKeepWhatRulesAddedToASetThatDidNotChange() {
    String set = "set s { type ipv4_addr; flags dynamic, timeout; timeout 1h; }";
    bench.reload(
        Map.of("a", FirewallBench.ruleset(set, "ip saddr @s drop", "add @s { ip saddr }")));
    assertTrue(bench.passes("a", PACKET));

    bench.reload(
        Map.of(
            "a",
            FirewallBench.ruleset(
                set, "ip ttl 1 drop", "ip saddr @s drop", "add @s { ip saddr }")));
    assertFalse(bench.passes("a", PACKET));
    bench.reload(
        Map.of(
            "a",
            FirewallBench.ruleset(
                set.replace("timeout;", "timeout; size 5;"),
                "ip saddr @s drop",
                "add @s { ip saddr }")));
    assertTrue(bench.passes("a", PACKET), "another set");
  }

  @Test
  void shouldNotMakeElementsOfTheFileStayLongerByAReload() {
    String set =
        "set s { type ipv4_addr; flags interval, timeout; elements = { 10.0.0.0/24 timeout 10s }; }";
    bench.reload(Map.of("a", FirewallBench.ruleset(set, "ip saddr @s drop")));
    bench.nowNs += 9_000_000_000L;
    assertFalse(bench.passes("a", PACKET));

    bench.reload(Map.of("a", FirewallBench.ruleset(set, "ip ttl 1 drop", "ip saddr @s drop")));
    bench.nowNs += 1_000_000_000L;
    assertTrue(bench.passes("a", PACKET));
  }

  /** One tenant's state is not another's, though their files say the same. */
  @Test
  void shouldGiveEachTenantItsOwnState() {
    bench.reload(Map.of("a", rules(LIMIT), "b", rules(LIMIT)));
    send("a", 2);

    assertFalse(bench.passes("a", PACKET));
    assertTrue(bench.passes("b", PACKET));
  }
}

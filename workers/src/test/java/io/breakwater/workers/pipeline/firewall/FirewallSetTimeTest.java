package io.breakwater.workers.pipeline.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.Frames;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Elements that come and go, on a clock of the test's: nft_dynset.c, and timeouts of files. */
class FirewallSetTimeTest {

  private static final long SECOND_NS = 1_000_000_000L;

  private final FirewallBench bench = new FirewallBench();

  private void start(String declarations, String... rules) {
    bench.publish(Map.of("a", FirewallBench.ruleset(declarations, rules)));
  }

  private boolean passes(String source) {
    return bench.passes("a", FirewallBench.from(source));
  }

  private void pass(double seconds) {
    bench.nowNs += (long) (seconds * SECOND_NS);
  }

  // ---------------------------------------------------------------- elements of the file

  @Test
  void shouldForgetElementsOfTheFileAtTheirTimes() {
    start(
        """
        set s { type ipv4_addr; flags timeout; timeout 1h
          elements = { 10.0.0.1, 10.0.0.2 timeout 10s } }
        """,
        "ip saddr @s drop");

    assertFalse(passes("10.0.0.1"));
    assertFalse(passes("10.0.0.2"));
    pass(9.999999999);
    assertFalse(passes("10.0.0.2"));
    pass(0.000000001);
    assertTrue(passes("10.0.0.2"));
    assertFalse(passes("10.0.0.1"), "the set's own timeout is an hour");
    pass(3_590);
    assertTrue(passes("10.0.0.1"));
  }

  @Test
  void shouldForgetIntervalsAtTheirTimes() {
    start(
        """
        set s { type ipv4_addr; flags interval, timeout
          elements = { 10.0.0.0/24 timeout 10s, 10.0.1.0/24 timeout 20s, 10.0.2.1 } }
        """,
        "ip saddr @s drop",
        "ip saddr != @s accept");

    assertFalse(passes("10.0.0.200"));
    assertFalse(passes("10.0.1.200"));
    pass(10);
    assertTrue(passes("10.0.0.200"));
    assertFalse(passes("10.0.1.0"));
    assertEquals(1, bench.packets("a", 1), "negated as well");
    pass(10);
    assertTrue(passes("10.0.1.0"));
    assertFalse(passes("10.0.2.1"), "it has no timeout");
  }

  @Test
  void shouldForgetIntervalsOfIpv6AndOfConcatenations() {
    start(
        """
        set six { type ipv6_addr; flags interval, timeout; elements = { 2001:db8:1::/48 timeout 5s } }
        set pairs { type ipv4_addr . inet_service; flags interval, timeout
          elements = { 10.0.0.0/24 . 53 timeout 5s, 10.0.1.0/24 . 50-60 timeout 7s } }
        """,
        "ip6 saddr @six drop",
        "ip saddr . udp dport @pairs drop");
    byte[] six =
        Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02")
            .ipv6("2001:db8:1::9", "2001:db8:acc::1")
            .udp(1, 2)
            .bytes();

    assertFalse(bench.passes("a", six));
    assertFalse(passes("10.0.0.9"));
    assertFalse(passes("10.0.1.9"));
    pass(5);
    assertTrue(bench.passes("a", six));
    assertTrue(passes("10.0.0.9"));
    assertFalse(passes("10.0.1.9"));
    pass(2);
    assertTrue(passes("10.0.1.9"));
  }

  // ---------------------------------------------------------------- elements of rules

  @Test
  void shouldKeepTheEndOfAnElementThatIsAddedAgain() {
    start(
        "set s { type ipv4_addr; flags dynamic, timeout; timeout 10s; }",
        "ip saddr @s drop",
        "add @s { ip saddr }");

    assertTrue(passes("10.0.0.1"));
    pass(9);
    assertFalse(passes("10.0.0.1"));
    pass(1);
    assertTrue(passes("10.0.0.1"), "gone, and added anew");
    assertFalse(passes("10.0.0.1"));
  }

  @Test
  void shouldNotRenewByAdd() {
    start(
        "set s { type ipv4_addr; flags dynamic, timeout; timeout 10s; }",
        "udp dport 53 add @s { ip saddr }",
        "ip saddr @s counter");

    passes("10.0.0.1");
    pass(9);
    passes("10.0.0.1");
    pass(1);
    bench.passes("a", other("10.0.0.1"));
    assertEquals(2, bench.packets("a", 1));
  }

  @Test
  void shouldRenewByUpdate() {
    start(
        "set s { type ipv4_addr; flags dynamic, timeout; timeout 10s; }",
        "udp dport 53 update @s { ip saddr }",
        "ip saddr @s counter");

    passes("10.0.0.1");
    pass(9);
    passes("10.0.0.1");
    pass(9);
    bench.passes("a", other("10.0.0.1"));
    assertEquals(3, bench.packets("a", 1));
    pass(1);
    bench.passes("a", other("10.0.0.1"));
    assertEquals(3, bench.packets("a", 1));
  }

  /** nft_dynset_eval() renews what has an end, and gives none to what has not. */
  @Test
  void shouldNotGiveAnEndToAnElementThatHasNone() {
    start(
        "set s { type ipv4_addr; flags dynamic, timeout; elements = { 10.0.0.1 }; }",
        "udp dport 53 update @s { ip saddr timeout 5s }",
        "ip saddr @s counter");

    passes("10.0.0.1");
    pass(6);
    bench.passes("a", other("10.0.0.1"));
    assertEquals(2, bench.packets("a", 1));
  }

  /** To a port that no rule adds for. */
  private static byte[] other(String source) {
    return Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02")
        .ipv4(source, "203.0.113.9")
        .udp(4_242, 54)
        .payload(10)
        .bytes();
  }

  @Test
  void shouldEndTheRuleWhenTheSetIsFullAndMakeRoomOfWhatHasExpired() {
    start(
        "set s { type ipv4_addr; size 100; flags dynamic, timeout; timeout 10s; }",
        "add @s { ip saddr } accept",
        "drop");

    for (int i = 0; i < 100; i++) {
      assertTrue(passes("10.0.0." + i), "element " + i);
    }
    assertFalse(passes("10.0.1.1"), "full");
    assertTrue(passes("10.0.0.1"), "known already");
    pass(10);
    for (int i = 0; i < 100; i++) {
      assertTrue(passes("10.0.2." + i), "in the room of what has expired: " + i);
    }
    assertFalse(passes("10.0.3.1"), "full again");
  }

  @Test
  void shouldMakeRoomByDelete() {
    start(
        "set s { type ipv4_addr; size 1; flags dynamic; }",
        "ip saddr 10.0.0.9 delete @s { ip daddr }",
        "add @s { ip daddr } accept",
        "drop");
    byte[] first = FirewallBench.from("10.0.0.1");

    assertTrue(bench.passes("a", first));
    byte[] second =
        Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02")
            .ipv4("10.0.0.1", "203.0.113.10")
            .udp(1, 2)
            .bytes();
    assertFalse(bench.passes("a", second));
    assertTrue(passes("10.0.0.9"), "deleted and added");
    assertFalse(bench.passes("a", second));
  }

  /** Each element has its own bucket, which a full set does not take from. */
  @Test
  void shouldLimitEachElementOfAMeter() {
    start("", "meter m { ip saddr limit rate over 2/second burst 2 packets } drop");

    for (String source : new String[] {"10.0.0.1", "10.0.0.2"}) {
      assertTrue(passes(source));
      assertTrue(passes(source));
      assertFalse(passes(source));
    }
    pass(0.5);
    assertTrue(passes("10.0.0.1"));
    assertFalse(passes("10.0.0.1"));
    assertTrue(passes("10.0.0.2"));
  }

  @Test
  void shouldStartANewElementWithAFullBucket() {
    start(
        "set s { type ipv4_addr; flags dynamic, timeout; timeout 1s; }",
        "add @s { ip saddr limit rate over 1/hour burst 1 packets } drop");

    assertTrue(passes("10.0.0.1"));
    assertFalse(passes("10.0.0.1"));
    pass(1);
    assertTrue(passes("10.0.0.1"), "the element of before is gone with its bucket");
  }
}

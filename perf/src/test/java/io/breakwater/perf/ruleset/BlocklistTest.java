package io.breakwater.perf.ruleset;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.firewall.Firewall;
import io.breakwater.perf.traffic.Flow;
import io.breakwater.perf.traffic.Workload;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BlocklistTest {

  private static final int COUNT = 100_000;
  private static final int FLOWS = 20_000;
  private static final Workload WORKLOAD = Workload.of(1, 10, 42);

  private final Blocklist blocklist = Blocklist.of(WORKLOAD, COUNT);

  @Test
  void shouldBeTheSameEveryTime() {
    Blocklist again = Blocklist.of(WORKLOAD, COUNT);
    assertEquals(blocklist.text(), again.text());
    assertEquals(blocklist.flows(FLOWS), again.flows(FLOWS));
  }

  @Test
  void shouldHaveSoManyPrefixesOfTheLengthsThatItSays() {
    List<AddressBlock> blocked = blocklist.blocked();
    assertEquals(COUNT, blocked.size());
    assertEquals(
        0.70 * COUNT, blocked.stream().filter(block -> block.length() == 32).count(), COUNT / 50);
    assertEquals(
        0.15 * COUNT, blocked.stream().filter(block -> block.length() == 24).count(), COUNT / 50);
    assertTrue(blocked.stream().allMatch(block -> block.length() >= 24));
    Set<Integer> slash24s = new HashSet<>();
    blocked.forEach(block -> slash24s.add(block.address() >>> 8));
    assertEquals(COUNT, slash24s.size());
  }

  @Test
  void shouldBeReadAsASetOfSoManyByTheProduct() {
    Firewall firewall = blocklist.firewall(0).orElseThrow();
    assertEquals(1, firewall.rules().size());
    // Neighbours that touch are one interval.
    int intervals = firewall.sets().getFirst().elements().count();
    assertTrue(intervals <= COUNT && intervals > COUNT * 0.99, () -> "intervals=" + intervals);
  }

  @Test
  void shouldBlockMostOfTheFlood() {
    List<Flow> flows = blocklist.flows(FLOWS);
    long accepted = flows.stream().filter(blocklist::accepts).count();
    assertEquals(0.01 * (100 - Blocklist.BLOCKED_PERCENT) * FLOWS, accepted, FLOWS / 50);
    Set<Integer> sources = new HashSet<>();
    flows.forEach(flow -> sources.add(flow.source()));
    assertTrue(sources.size() > FLOWS * 3 / 4, () -> "sources=" + sources.size());
  }
}

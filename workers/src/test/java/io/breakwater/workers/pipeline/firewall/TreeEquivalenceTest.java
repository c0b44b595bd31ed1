package io.breakwater.workers.pipeline.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.nft.FirewallReader;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import io.breakwater.workers.Frames;
import io.breakwater.workers.TestBatch;
import io.breakwater.workers.firewall.FirewallEngine;
import io.breakwater.workers.firewall.FirewallLog;
import io.breakwater.workers.firewall.FirewallProgram;
import io.breakwater.workers.firewall.PacketView;
import io.breakwater.workers.firewall.RuleCounters;
import io.breakwater.workers.firewall.RuleTree;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trees change nothing but the time: verdicts and counters are those of running all rules. */
class TreeEquivalenceTest {

  private static final int RULES_MAX = 60;
  private static final int RULESETS = 60;
  private static final int PACKETS = 200;
  private static final int[] PORTS = {0, 1, 22, 53, 80, 81, 443, 1024, 65_535};

  private final TestBatch packets = new TestBatch();
  private final PacketView view = new PacketView(packets.memory);
  private final int[] fields = new int[1 << RuleTree.FIELDS_SHIFT];

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void shouldGiveTheVerdictsAndCountsOfAllRulesInTurn(long seed) {
    Random random = new Random(seed);
    int drops = 0;
    int leaves = 0;
    for (int n = 0; n < RULESETS; n++) {
      String text = ruleset(random);
      Firewall firewall = read(text);
      var fast = new FirewallCompiler(firewall).compile().link(1, Map.of(), new HashMap<>(), 0);
      var plain =
          new FirewallCompiler(firewall, false).compile().link(1, Map.of(), new HashMap<>(), 0);
      int slots = 1 + FirewallCompiler.ruleSlots(firewall);
      RuleCounters fastCounters = new RuleCounters(slots);
      RuleCounters plainCounters = new RuleCounters(slots);
      var fastEngine = new FirewallEngine(fastCounters, FirewallLog.NONE);
      var plainEngine = new FirewallEngine(plainCounters, FirewallLog.NONE);
      for (int p = 0; p < PACKETS; p++) {
        packets.begin(frame(random));
        int expected = run(plainEngine, plain);
        assertEquals(expected, run(fastEngine, fast), () -> "seed=" + seed + "\n" + text);
        drops += expected == FirewallEngine.DROP ? 1 : 0;
      }
      for (int slot = 1; slot < slots; slot++) {
        int rule = slot - 1;
        assertEquals(
            plainCounters.packets(slot),
            fastCounters.packets(slot),
            () -> "seed=" + seed + " rule=" + rule + "\n" + text);
        assertEquals(plainCounters.bytes(slot), fastCounters.bytes(slot));
      }
      leaves += fast.nodes().length;
    }
    assertTrue(drops > RULESETS * PACKETS / 20, "drops=" + drops);
    assertTrue(leaves > RULESETS * 20, "nodes=" + leaves);
  }

  private int run(FirewallEngine engine, FirewallProgram program) {
    int network = 14;
    int frame = packets.batch.frame(0);
    view.begin(frame, frame + network, frame + packets.batch.length(0));
    view.describe(fields, 0);
    return engine.run(program, view, fields, 0, 0, 1, 0);
  }

  private static Firewall read(String text) {
    Problems problems = new Problems();
    return FirewallReader.read(text, Position.startOf(Path.of("t.nft")), problems)
        .orElseThrow(() -> new AssertionError(problems.all() + text));
  }

  // ---------------------------------------------------------------- rulesets

  private static String ruleset(Random random) {
    List<String> lines = new ArrayList<>();
    lines.add("table inet t {");
    lines.add("  chain sub {");
    rules(random, lines, 1 + random.nextInt(10), false);
    lines.add("  }");
    lines.add("  chain base {");
    String policy = random.nextBoolean() ? "accept" : "drop";
    lines.add("    type filter hook prerouting priority 0; policy " + policy + ";");
    rules(random, lines, 1 + random.nextInt(RULES_MAX), true);
    lines.add("  }");
    lines.add("}");
    return String.join("\n", lines) + "\n";
  }

  private static void rules(Random random, List<String> lines, int count, boolean jumps) {
    for (int i = 0; i < count; i++) {
      StringBuilder rule = new StringBuilder("    ");
      boolean ipv6 = random.nextInt(4) == 0;
      for (int m = random.nextInt(4); m > 0; m--) {
        rule.append(ipv6 ? matchIpv6(random) : match(random)).append(' ');
      }
      int verdict = random.nextInt(jumps ? 12 : 8);
      rule.append(
          switch (verdict) {
            case 0, 1, 2 -> "accept";
            case 3, 4 -> "drop";
            case 5 -> "counter";
            case 6 -> "return";
            case 7 -> "counter accept";
            case 8 -> "goto sub";
            case 9, 10 -> "jump sub";
            default -> "reject";
          });
      lines.add(rule.toString());
    }
  }

  private static String match(Random random) {
    String not = random.nextInt(4) == 0 ? "!= " : "";
    return switch (random.nextInt(9)) {
      case 0 -> "ip saddr " + not + "10." + random.nextInt(3) + ".0.0/" + (14 + random.nextInt(5));
      case 1 ->
          "ip daddr " + not + "203.0.113." + 8 * random.nextInt(4) + "/" + (29 + random.nextInt(3));
      case 2 -> "th dport " + not + ports(random);
      case 3 -> "th sport " + not + ports(random);
      case 4 -> "meta l4proto " + not + (random.nextBoolean() ? "200" : "{ udp, 200 }");
      case 5 -> "meta length > 50";
      case 6 -> "@th,16,16 & 1 == 1";
      case 7 -> "ip length " + not + "45";
      default -> "ip ttl > 60";
    };
  }

  private static String matchIpv6(Random random) {
    String not = random.nextInt(4) == 0 ? "!= " : "";
    return switch (random.nextInt(3)) {
      case 0 ->
          "ip6 saddr " + not + "2001:db8:" + random.nextInt(3) + "::/" + (46 + random.nextInt(3));
      case 1 -> "ip6 saddr 2001:db8:1::8-2001:db8:2::9";
      default -> "th dport " + not + ports(random);
    };
  }

  private static String ports(Random random) {
    int first = PORTS[random.nextInt(PORTS.length)];
    int second = PORTS[random.nextInt(PORTS.length)];
    return switch (random.nextInt(3)) {
      case 0 -> "" + first;
      case 1 -> first < second ? first + "-" + second : "" + first;
      default -> "{ " + first + (first == second ? "" : ", " + second) + " }";
    };
  }

  // ---------------------------------------------------------------- packets

  private static byte[] frame(Random random) {
    Frames frame = Frames.ethernet("02:00:00:00:00:01", "02:00:00:00:00:02");
    if (random.nextInt(4) == 0) {
      frame.ipv6("2001:db8:" + random.nextInt(4) + "::9", "2001:db8:acc::1");
    } else {
      frame
          .ipv4(
              "10." + random.nextInt(4) + ".0." + random.nextInt(3),
              "203.0.113." + random.nextInt(33))
          .ttl(58 + random.nextInt(6));
      if (random.nextInt(8) == 0) {
        return frame
            .flagsAndOffset(random.nextInt(3))
            .protocol(6)
            .payload(random.nextInt(30))
            .bytes();
      }
    }
    int source = PORTS[random.nextInt(PORTS.length)] ^ random.nextInt(2);
    int destination = PORTS[random.nextInt(PORTS.length)] ^ random.nextInt(2);
    return switch (random.nextInt(3)) {
      case 0 -> frame.tcp(source, destination, random.nextInt(64)).payload(4).bytes();
      case 1 -> frame.udp(source, destination).payload(4).bytes();
      default -> frame.protocol(200).payload(random.nextInt(6)).bytes();
    };
  }
}

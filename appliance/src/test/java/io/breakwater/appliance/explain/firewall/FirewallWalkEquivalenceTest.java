package io.breakwater.appliance.explain.firewall;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.appliance.explain.packet.PacketSyntaxException;
import io.breakwater.appliance.explain.packet.PacketText;
import io.breakwater.appliance.explain.packet.PacketView;
import io.breakwater.appliance.replay.ReplayMemory;
import io.breakwater.config.Tenant;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Step;
import io.breakwater.config.nft.FirewallReader;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import io.breakwater.workers.firewall.FirewallEngine;
import io.breakwater.workers.firewall.FirewallLog;
import io.breakwater.workers.firewall.FirewallTable;
import io.breakwater.workers.firewall.RuleCounters;
import io.breakwater.workers.firewall.RuleTree;
import io.breakwater.workers.packet.PacketMemory;
import io.breakwater.workers.pipeline.firewall.FirewallRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code explain} walks is what workers run: the same verdict, and the same rules count. */
class FirewallWalkEquivalenceTest {

  private static final int RULESETS =
      Integer.parseInt(Optional.ofNullable(System.getenv("WALK_RULESETS")).orElse("100"));

  private static final int PACKETS = 12;
  private static final int FRAME = 128;
  private static final int NETWORK = 14;

  private final PacketMemory memory = ReplayMemory.get();
  private final io.breakwater.workers.firewall.PacketView view =
      new io.breakwater.workers.firewall.PacketView(memory);
  private final int[] fields = new int[1 << RuleTree.FIELDS_SHIFT];

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void shouldGiveVerdictsAndCountsOfTheEngine(long seed) throws PacketSyntaxException {
    RandomFirewall random = new RandomFirewall(new Random(seed));
    int read = 0;
    int dropped = 0;
    for (int n = 0; n < RULESETS; n++) {
      String text = random.ruleset();
      Optional<Firewall> firewall =
          FirewallReader.read(text, Position.startOf(Path.of("t.nft")), new Problems());
      // Some fields of two rules that stand by themselves are one jump too many, or the like.
      if (firewall.isEmpty()) {
        continue;
      }
      read++;
      for (int p = 0; p < PACKETS; p++) {
        String packet = random.packet();
        dropped += compare(firewall.get(), packet, "seed=" + seed + "\n" + packet + "\n" + text);
      }
    }
    System.out.printf(
        "FirewallWalkEquivalenceTest: seed=%d read %d of %d rulesets%n", seed, read, RULESETS);
    assertTrue(read > RULESETS * 9 / 10, "read=" + read);
    assertTrue(dropped > read, "dropped=" + dropped);
  }

  private int compare(Firewall firewall, String packet, String told) throws PacketSyntaxException {
    byte[] bytes = PacketText.bytes(packet);
    byte[] frame =
        ByteBuffer.allocate(NETWORK + bytes.length)
            .put(new byte[12])
            .putShort((short) (bytes[0] >>> 4 == 4 ? 0x0800 : 0x86dd))
            .put(bytes)
            .array();
    FirewallWalk walk = FirewallWalk.walk(firewall, PacketView.inFrame(frame));

    // Anew for each packet: it is the first that the rules' state meets.
    var registry = new FirewallRegistry(firewall.rules().size() + 1);
    RuleCounters counters = registry.newCounters();
    Tenant tenant = new Tenant("t", List.of(), List.of(), false, Optional.of(firewall));
    FirewallTable table = registry.compile(List.of(tenant), name -> 1, 2, 0);
    memory.write(FRAME, frame, 0, frame.length);
    view.begin(FRAME, FRAME + NETWORK, FRAME + frame.length);
    view.describe(fields, 0);
    int verdict =
        new FirewallEngine(counters, FirewallLog.NONE)
            .run(table.programs()[1], view, fields, 0, 0, 1, 0);

    assertEquals(name(verdict), walk.verdict(), told);
    assertEquals(counted(registry, firewall), counted(walk, firewall), told);
    return verdict == FirewallEngine.ACCEPT ? 0 : 1;
  }

  private static String name(int verdict) {
    return switch (verdict & 0xff) {
      case FirewallEngine.ACCEPT -> "accept";
      case FirewallEngine.DROP -> "drop";
      default -> "reject";
    };
  }

  private static List<Long> counted(FirewallRegistry registry, Firewall firewall) {
    List<Long> counts = new ArrayList<>();
    for (int rule = 0; rule < firewall.rules().size(); rule++) {
      counts.add(registry.count("t", rule).packets());
    }
    return counts;
  }

  /** A counter counts what comes to it, a rule without one what it matches. */
  private static List<Long> counted(FirewallWalk walk, Firewall firewall) {
    List<Long> counts = new ArrayList<>();
    firewall.rules().forEach(rule -> counts.add(0L));
    for (FirewallWalk.Trial trial : walk.tried()) {
      List<Step> steps = trial.rule().steps();
      int counter =
          IntStream.range(0, steps.size())
              .filter(i -> steps.get(i) instanceof Step.Count)
              .findFirst()
              .orElse(-1);
      boolean isCounted =
          trial.outcome().matched() || counter >= 0 && counter < trial.outcome().step();
      int index = trial.rule().index();
      counts.set(index, counts.get(index) + (isCounted ? 1 : 0));
    }
    return counts;
  }
}

package io.breakwater.workers.nftables;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.breakwater.workers.Frames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Random rulesets, unchanged, and random packets through the kernel's nftables and through
 * Breakwater's pipeline: each packet has the same verdict, and each rule's counter is the same.
 *
 * <p>{@code firewall-tests/run} runs more of them, or those of a seed. Needs root; without it the
 * test is skipped, and says so.
 */
class FirewallDifferentialTest {

  private static final int RULESETS = number("FIREWALL_RULESETS", 300);
  private static final int FRAMES = number("FIREWALL_FRAMES", 500);
  private static final int PROGRESS = 1_000;
  private static final int SHOWN_MAX = 5;
  private static final int FRAMES_SHOWN_MAX = 20;

  /** With so many rulesets it is known how much a run has shown. */
  private static final int MEANINGFUL = 200;

  @TempDir Path directory;

  private final PipelineFirewall breakwater = new PipelineFirewall();
  private final List<String> failures = new ArrayList<>();
  private long rules;
  private long rulesHit;
  private long packets;
  private long dropped;
  private long forwarded;

  @Test
  void shouldDecideAndCountAsTheKernelDoes() {
    long seed = seed();
    try (Kernel kernel = Kernel.startOrSkip(directory)) {
      System.out.printf(
          "FirewallDifferentialTest: FIREWALL_SEED=%d rulesets=%d packets of each=%d%n",
          seed, RULESETS, FRAMES);
      boolean apart = kernel.looksIntoLaterFragments();
      for (int i = 0; i < RULESETS; i++) {
        run(seed + i, kernel, apart);
        if ((i + 1) % PROGRESS == 0) {
          System.out.printf("FirewallDifferentialTest: %d, differ=%d%n", i + 1, failures.size());
        }
      }
    }
    System.out.printf(
        "FirewallDifferentialTest: rules=%d hit=%.0f%% packets=%d dropped=%.0f%% forwarded=%.0f%%"
            + " rulesets that differ=%d%n",
        rules,
        100.0 * rulesHit / rules,
        packets,
        100.0 * dropped / packets,
        100.0 * forwarded / packets,
        failures.size());
    assertEquals(List.of(), failures);
    if (RULESETS >= MEANINGFUL) {
      assertTrue(rulesHit > rules * 4 / 10, "many rules should match something");
      assertTrue(dropped > packets / 8 && forwarded > packets / 4, "verdicts should be mixed");
    }
  }

  private void run(long seed, Kernel kernel, boolean apart) {
    Experiment experiment = Experiment.random(seed, FRAMES, apart);
    Outcome theirs = kernel.judge(experiment.ruleset(), experiment.frames());
    Outcome ours = breakwater.judge(experiment.ruleset(), experiment.frames());
    rules += theirs.rules().size();
    rulesHit += theirs.rulesHit();
    packets += experiment.frames().size();
    dropped += theirs.count("dropped");
    forwarded += theirs.count("forwarded");
    if (theirs.isRefused() || !ours.differences(theirs, experiment.frames()).isEmpty()) {
      boolean shown = failures.size() < SHOWN_MAX;
      failures.add(shown ? describe(seed, experiment, theirs, kernel) : "seed=" + seed);
      System.out.println("FirewallDifferentialTest: " + failures.getLast());
    }
  }

  private String describe(long seed, Experiment whole, Outcome theirs, Kernel kernel) {
    if (theirs.isRefused()) {
      return "seed=%d\n%snft refuses: %s".formatted(seed, whole.ruleset(), theirs.refusal());
    }
    Experiment small = new Shrinking(part -> !differences(part, kernel).isEmpty()).of(whole);
    StringBuilder text = new StringBuilder("seed=%d\n%s".formatted(seed, small.ruleset()));
    for (int i = 0; i < Math.min(small.frames().size(), FRAMES_SHOWN_MAX); i++) {
      text.append("packet %d: %s\n".formatted(i, Frames.hex(small.frames().get(i))));
    }
    differences(small, kernel).forEach(difference -> text.append(difference).append('\n'));
    return text.toString();
  }

  private List<String> differences(Experiment part, Kernel kernel) {
    Outcome theirs = kernel.judge(part.ruleset(), part.frames());
    return breakwater.judge(part.ruleset(), part.frames()).differences(theirs, part.frames());
  }

  private static long seed() {
    String seed = System.getenv("FIREWALL_SEED");
    return seed == null ? System.nanoTime() : Long.parseLong(seed);
  }

  private static int number(String variable, int otherwise) {
    String value = System.getenv(variable);
    return value == null ? otherwise : Integer.parseInt(value);
  }
}

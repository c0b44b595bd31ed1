package io.breakwater.workers.nftables;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/** A ruleset and the frames that go through it. */
record Experiment(String ruleset, List<byte[]> frames) {

  private static final Pattern STATE = Pattern.compile("quota|dynamic|meter");

  /**
   * That of a seed: the same each time.
   *
   * @param apart whether rules that look at transport headers and fragments that have none must not
   *     meet, see {@link Kernel#looksIntoLaterFragments}
   */
  static Experiment random(long seed, int frameCount, boolean apart) {
    // Random's first numbers are nearly the same for seeds that follow each other.
    Random random = new Random(new SplittableRandom(seed).nextLong());
    Constants constants = new Constants(random);
    boolean fragments = random.nextInt(4) == 0;
    RandomRuleset ruleset = new RandomRuleset(random, constants, !fragments || !apart);
    // At ingress the kernel counts a frame's padding too, which we never do.
    RandomPackets packets =
        new RandomPackets(random, constants, !ruleset.hasIngress(), fragments || !apart);
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < frameCount; i++) {
      frames.add(packets.next());
    }
    return new Experiment(ruleset.toString(), frames);
  }

  /** Whether what becomes of a packet may depend on those before it. */
  static boolean hasState(String ruleset) {
    return STATE.matcher(ruleset).find();
  }
}

package io.breakwater.workers.nftables;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A ruleset and the frames that go through it. */
record Experiment(String ruleset, List<byte[]> frames) {

  /** That of a seed: the same each time. */
  static Experiment random(long seed, int frameCount) {
    Random random = new Random(seed);
    Constants constants = new Constants(random);
    RandomRuleset ruleset = new RandomRuleset(random, constants);
    // At ingress the kernel counts a frame's padding too, which we never do.
    RandomPackets packets = new RandomPackets(random, constants, !ruleset.hasIngress());
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < frameCount; i++) {
      frames.add(packets.next());
    }
    return new Experiment(ruleset.toString(), frames);
  }
}

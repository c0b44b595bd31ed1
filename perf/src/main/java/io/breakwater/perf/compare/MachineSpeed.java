package io.breakwater.perf.compare;

import io.breakwater.perf.report.Measurement;
import io.breakwater.perf.report.NoiseRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * How fast the machine was in each round, as the packet path's stages tell: when the machine slows
 * all of them do, when a change of the code slows one of them the others stay. So the stage in the
 * middle, of all that count, has the machine's speed, whatever happened to a single one.
 *
 * <p>What each stage usually takes is its median over all rounds of both sides: neither is favoured
 * by what it is compared with.
 */
final class MachineSpeed {

  /** Fewer stages have none in the middle that one of them cannot move. */
  static final int STAGES_MIN = 3;

  /** A stage with a smaller share of the packet path, on either side, is not looked at. */
  private static final double SHARE_MIN = 0.02;

  private final Map<String, Double> usualCycles = new LinkedHashMap<>();

  MachineSpeed(List<Measurement> before, List<Measurement> after) {
    List<Measurement> all = new ArrayList<>(before);
    all.addAll(after);
    Set<String> names = new LinkedHashSet<>();
    all.forEach(round -> names.addAll(round.stageCyclesPerPacket().keySet()));
    for (String name : names) {
      if (Math.max(share(before, name), share(after, name)) >= SHARE_MIN) {
        usualCycles.put(name, median(all, name));
      }
    }
  }

  private static double share(List<Measurement> rounds, String stage) {
    return NoiseRule.median(
        rounds.stream()
            .mapToDouble(round -> cyclesOf(round, stage) / round.cyclesPerPacket())
            .toArray());
  }

  private static double median(List<Measurement> rounds, String stage) {
    return NoiseRule.median(rounds.stream().mapToDouble(round -> cyclesOf(round, stage)).toArray());
  }

  /** A stage that a build does not have takes it no cycles. */
  private static double cyclesOf(Measurement round, String stage) {
    return round.stageCyclesPerPacket().getOrDefault(stage, 0.0);
  }

  /** Those that count, in the packet's order. */
  Set<String> stages() {
    return usualCycles.keySet();
  }

  /** What a packet would take in a round at the machine's usual speed. */
  double cycles(Measurement round) {
    return round.cyclesPerPacket() / slowness(round);
  }

  /** What it would take in one stage. */
  double cycles(Measurement round, String stage) {
    return cyclesOf(round, stage) / slowness(round);
  }

  /** 1.2 is slower than usual by 20%. */
  private double slowness(Measurement round) {
    double[] slowness =
        usualCycles.entrySet().stream()
            .filter(stage -> stage.getValue() > 0 && cyclesOf(round, stage.getKey()) > 0)
            .mapToDouble(stage -> cyclesOf(round, stage.getKey()) / stage.getValue())
            .toArray();
    return slowness.length == 0 ? 1 : NoiseRule.median(slowness);
  }
}

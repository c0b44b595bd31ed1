package io.breakwater.perf.compare;

import io.breakwater.perf.report.BenchReport.Comparison;
import io.breakwater.perf.report.Measurement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Rounds of a packet path of six stages on a machine that is now at one speed and now slower by
 * 40%: another one from round to round, also within a pair. Each stage has some noise of its own.
 */
final class SampleRounds {

  static final double NOISE = 0.015;
  private static final double MACHINE = 1.4;

  /** As they are in gre-encap. */
  static final Map<String, Double> STAGES = new LinkedHashMap<>();

  static {
    STAGES.put("receive", 23.0);
    STAGES.put("plain-input", 31.0);
    STAGES.put("destination-lookup", 17.0);
    STAGES.put("tunnel-selection", 12.0);
    STAGES.put("gre-encapsulation", 33.0);
    STAGES.put("transmit", 28.0);
  }

  static final double WHOLE = STAGES.values().stream().mapToDouble(cycles -> cycles).sum();

  private SampleRounds() {}

  /** The stages with so many cycles added to one. */
  static Map<String, Double> with(String stage, double added) {
    Map<String, Double> stages = new LinkedHashMap<>(STAGES);
    stages.merge(stage, added, Double::sum);
    return stages;
  }

  static Measurement round(Map<String, Double> stages, double noise, Random random) {
    double machine = random.nextBoolean() ? 1 : MACHINE;
    Map<String, Double> measured = new LinkedHashMap<>();
    stages.forEach((stage, cycles) ->
        measured.put(stage, machine * cycles * Math.exp(noise * random.nextGaussian())));
    double whole = measured.values().stream().mapToDouble(cycles -> cycles).sum();
    return new Measurement(
        "gre-encap",
        1,
        1,
        1,
        2_600 / whole,
        whole,
        30,
        0,
        0,
        true,
        measured,
        0,
        null,
        null,
        null,
        0);
  }

  static List<Measurement> rounds(
      int count, Map<String, Double> stages, double noise, Random random) {
    List<Measurement> rounds = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rounds.add(round(stages, noise, random));
    }
    return rounds;
  }

  /** A round of slices that are alike, as many as it must have. */
  static PairedRound pair(Measurement before, Measurement after) {
    int slices = PairedRound.SLICES_MIN;
    return new PairedRound(Collections.nCopies(slices, before), Collections.nCopies(slices, after));
  }

  /** Rounds of slices that are alike. */
  static List<PairedRound> pairs(
      int count,
      Map<String, Double> before,
      Map<String, Double> after,
      double noise,
      Random random) {
    List<PairedRound> pairs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      pairs.add(pair(round(before, noise, random), round(after, noise, random)));
    }
    return pairs;
  }

  /**
   * @param addedShare of the whole, to encapsulation in the build after
   */
  static List<PairedRound> pairs(int count, double addedShare, Random random) {
    return pairs(count, STAGES, with("gre-encapsulation", addedShare * WHOLE), NOISE, random);
  }

  /** As `bench` makes it, C's rounds among them. */
  static Comparison comparison(int count, double addedShare, Random random) {
    return Comparison.of(
        "gre-encap",
        null,
        rounds(count, with("gre-encapsulation", addedShare * WHOLE), NOISE, random),
        rounds(count, Map.of("all", 90.0), NOISE, random));
  }
}

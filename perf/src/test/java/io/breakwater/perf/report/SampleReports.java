package io.breakwater.perf.report;

import io.breakwater.perf.report.BenchReport.Comparison;
import io.breakwater.perf.report.BenchReport.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Results of {@code bench} as they could be, from a seed. */
public final class SampleReports {

  static final double JAVA_CYCLES = 150;
  static final double REFERENCE_CYCLES = 100;
  private static final double CYCLES_PER_SECOND = 2.6e9;

  private SampleReports() {}

  public static BenchReport report(Comparison... comparisons) {
    return new BenchReport("a machine", "a workload", List.of(comparisons), Map.of());
  }

  /**
   * Rounds in pairs.
   *
   * @param javaFactor times {@link #JAVA_CYCLES}
   * @param referenceFactor times {@link #REFERENCE_CYCLES}
   * @param noise standard deviation of each round by its mean
   */
  public static Comparison comparison(
      String profile,
      int rounds,
      double javaFactor,
      double referenceFactor,
      double noise,
      Random random) {
    List<Measurement> java = new ArrayList<>();
    List<Measurement> reference = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      double cycles = JAVA_CYCLES * javaFactor * (1 + noise * random.nextGaussian());
      // All of a change is in one stage.
      Map<String, Double> stages = new LinkedHashMap<>();
      stages.put("receive", 0.25 * JAVA_CYCLES);
      stages.put("gre-encapsulation", cycles - 0.45 * JAVA_CYCLES);
      stages.put("transmit", 0.20 * JAVA_CYCLES);
      java.add(measurement(profile, cycles, stages));
      reference.add(
          measurement(
              profile,
              REFERENCE_CYCLES * referenceFactor * (1 + noise * random.nextGaussian()),
              Map.of()));
    }
    return Comparison.of(profile, null, java, reference);
  }

  public static Comparison at(Point point, Comparison comparison) {
    return Comparison.of(
        comparison.profile(), point, comparison.javaRounds(), comparison.referenceRounds());
  }

  /** The same rounds on a machine that is slower by a factor in all it does. */
  public static Comparison onMachine(double factor, Comparison comparison) {
    return Comparison.of(
        comparison.profile(),
        comparison.point(),
        comparison.javaRounds().stream().map(round -> onMachine(factor, round)).toList(),
        comparison.referenceRounds().stream().map(round -> onMachine(factor, round)).toList());
  }

  private static Measurement onMachine(double factor, Measurement round) {
    Map<String, Double> stages = new LinkedHashMap<>(round.stageCyclesPerPacket());
    stages.replaceAll((stage, cycles) -> factor * cycles);
    return measurement(round.profile(), factor * round.cyclesPerPacket(), stages);
  }

  private static Measurement measurement(
      String profile, double cycles, Map<String, Double> stages) {
    double mpps = CYCLES_PER_SECOND / cycles / 1e6;
    return new Measurement(
        profile,
        1_000_000,
        1,
        1,
        mpps,
        cycles,
        0.25 * cycles,
        0,
        0,
        true,
        stages,
        0,
        null,
        null,
        null,
        0);
  }
}

package io.breakwater.perf.report;

import io.breakwater.perf.report.BenchReport.Comparison;
import io.breakwater.perf.report.BenchReport.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;

/** Sentences under the table: what the numbers say together, and why some are not there. */
final class ReportNotes {

  private static final String WORKERS = "workers";
  private static final String OWNERS = "owners";

  private ReportNotes() {}

  static List<String> of(BenchReport report) {
    List<String> notes = new ArrayList<>();
    scaling(report).ifPresent(notes::add);
    handover(report).ifPresent(notes::add);
    notes.addAll(firewalls(report));
    notes.addAll(filtered(report));
    instructions(report).ifPresent(notes::add);
    return notes;
  }

  /** The points of a scale that have a number. */
  private static List<Comparison> points(BenchReport report, String scale) {
    return report.profiles().stream()
        .filter(one -> one.measured() && one.point() != null)
        .filter(one -> one.point().scale().equals(scale))
        .toList();
  }

  /** Of several workers by one: the medians of rounds that ran next to each other. */
  private static Optional<String> scaling(BenchReport report) {
    List<Comparison> points = points(report, WORKERS);
    if (points.size() < 2 || points.getFirst().point().value() != 1) {
      return Optional.empty();
    }
    Comparison one = points.getFirst();
    Comparison most = points.getLast();
    return Optional.of(
        String.format(
            Locale.ROOT,
            "%d workers carry %.2f times what one does, C's %.2f times (medians of the rounds in"
                + " turn). Where they have all CPUs, the JVM's other threads and the system share"
                + " the workers' cores.",
            most.point().value(),
            growth(one, most, Comparison::javaRounds),
            growth(one, most, Comparison::referenceRounds)));
  }

  private static double growth(
      Comparison one, Comparison most, Function<Comparison, List<Measurement>> rounds) {
    List<Measurement> before = rounds.apply(one);
    List<Measurement> after = rounds.apply(most);
    double[] growth = new double[Math.min(before.size(), after.size())];
    for (int i = 0; i < growth.length; i++) {
      growth[i] = after.get(i).mpps() / before.get(i).mpps();
    }
    return NoiseRule.median(growth);
  }

  /** What it costs that a packet changes the worker: both workers' cycles, of every stage. */
  private static Optional<String> handover(BenchReport report) {
    List<Comparison> points = points(report, OWNERS);
    if (points.size() != 2) {
      return Optional.empty();
    }
    List<Measurement> kept = points.getFirst().javaRounds();
    List<Measurement> spread = points.getLast().javaRounds();
    double[] costs = new double[Math.min(kept.size(), spread.size())];
    for (int i = 0; i < costs.length; i++) {
      costs[i] =
          (spread.get(i).cyclesPerPacket() - kept.get(i).cyclesPerPacket())
              / spread.get(i).handedOverShare();
    }
    Measurement shown = points.getLast().java();
    return Optional.of(
        String.format(
            Locale.ROOT,
            "A packet that is handed to the other worker costs %.0f cycles more than one that is"
                + " kept: the cycles of both workers with distribution, less those without, by the"
                + " packets handed over (median of the rounds in turn). %.1f%% of the packets were;"
                + " %.2f%% found the ring full, and are in no rate.",
            NoiseRule.median(costs),
            100 * shown.handedOverShare(),
            100 * shown.refusedShare()));
  }

  /** What rules add to the same flows without rules: a sentence for each profile that has both. */
  private static List<String> firewalls(BenchReport report) {
    List<Comparison> points = points(report, Point.RULES);
    List<String> notes = new ArrayList<>();
    for (Comparison with : points) {
      points.stream()
          .filter(one -> one.profile().equals(with.profile()))
          .filter(one -> one.point().value() == 0 && with.point().value() > 0)
          .forEach(without -> notes.add(added(without, with)));
    }
    return notes;
  }

  private static String added(Comparison without, Comparison with) {
    return String.format(
        Locale.ROOT,
        "%s: a firewall of %,d rules for each tenant adds %.1f cycles to a packet, C's %.1f (medians"
            + " of the rounds in turn; what is dropped saves its encapsulation, which is in them).",
        with.profile(),
        with.point().value(),
        added(without.javaRounds(), with.javaRounds()),
        added(without.referenceRounds(), with.referenceRounds()));
  }

  private static double added(List<Measurement> without, List<Measurement> with) {
    double[] added = new double[Math.min(without.size(), with.size())];
    for (int i = 0; i < added.length; i++) {
      added[i] = with.get(i).cyclesPerPacket() - without.get(i).cyclesPerPacket();
    }
    return NoiseRule.median(added);
  }

  /** A rate of a profile with rules is of packets, of which some are dropped. */
  private static List<String> filtered(BenchReport report) {
    return report.profiles().stream()
        .filter(Comparison::measured)
        .filter(one -> one.java().filteredShare() > 0)
        .map(one ->
            String.format(
                Locale.ROOT,
                "%s: of the packets %.1f%% are dropped by the rules: %.2f Mpps, C %.2f Mpps.",
                one.point() == null ? one.label() : one.profile() + ", " + one.label(),
                100 * one.java().filteredShare(),
                one.java().mpps() * one.java().filteredShare(),
                one.reference().mpps() * one.reference().filteredShare()))
        .toList();
  }

  private static Optional<String> instructions(BenchReport report) {
    return report.profiles().stream()
        .filter(Comparison::measured)
        .map(one -> one.java().notCounted())
        .filter(Objects::nonNull)
        .findFirst()
        .map(reason -> "Instructions are not counted: " + reason);
  }
}

package io.breakwater.perf.compare;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.breakwater.perf.compare.BenchDifference.Verdict;
import io.breakwater.perf.compare.StageDifference.Location;
import io.breakwater.perf.report.Measurement;
import io.breakwater.perf.report.NoiseRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What became of each stage beside the others. A machine that slows down slows all stages; a change
 * of the code changes one or a few of them. So this finds a change, and where it is, in rounds that
 * are too far apart for the whole to be compared.
 *
 * <p>One test for each stage; their probabilities are corrected for how many they are (S. Holm, "A
 * simple sequentially rejective multiple test procedure", 1979), so that among all stages of a
 * build that did not change one is accused with a probability of {@link BenchDifference#ALPHA} at
 * most.
 *
 * <p>It does not see what slows all stages alike: that is for the test of the whole.
 *
 * @param stages in the packet's order; none if they are not judged
 * @param net by how much of the whole those that changed for certain did, all together: work that
 *     moved from one stage to another changes both and costs nothing
 * @param notJudged why there are none, or null
 */
record StageDifferences(
    List<StageDifference> stages,
    double net,
    @JsonInclude(JsonInclude.Include.NON_NULL) String notJudged) {

  static StageDifferences notJudged(String why) {
    return new StageDifferences(List.of(), 0, why);
  }

  /** From pairs of rounds: what differs within pairs counts. */
  static StageDifferences paired(List<PairedRound> rounds) {
    List<Measurement> before = rounds.stream().flatMap(round -> round.before().stream()).toList();
    List<Measurement> after = rounds.stream().flatMap(round -> round.after().stream()).toList();
    return of(
        before,
        after,
        2 / Math.pow(2, rounds.size()),
        (speed, stage) ->
            signedRank(
                rounds.stream()
                    .mapToDouble(round ->
                        round.difference(
                            (one, other) -> speed.cycles(other, stage) - speed.cycles(one, stage)))
                    .toArray()));
  }

  private static Location signedRank(double[] differences) {
    WilcoxonSignedRank test = new WilcoxonSignedRank(differences);
    return new Location(
        test.estimate(),
        test.low(BenchDifference.ALPHA),
        test.high(BenchDifference.ALPHA),
        test.pValue());
  }

  /** From the rounds of two runs; those that had not their core are passed over. */
  static StageDifferences unpaired(List<Measurement> allBefore, List<Measurement> allAfter) {
    List<Measurement> before = allBefore.stream().filter(StageDifferences::hadItsCore).toList();
    List<Measurement> after = allAfter.stream().filter(StageDifferences::hadItsCore).toList();
    return of(
        before,
        after,
        MannWhitney.pValueMin(before.size(), after.size()),
        (speed, stage) -> {
          MannWhitney test =
              new MannWhitney(cycles(speed, before, stage), cycles(speed, after, stage));
          return new Location(
              test.estimate(),
              test.low(BenchDifference.ALPHA),
              test.high(BenchDifference.ALPHA),
              test.pValue());
        });
  }

  /** Else its sampled turns hold the time that it waited. */
  private static boolean hadItsCore(Measurement round) {
    return round.coreShare() >= NoiseRule.CORE_SHARE_MIN;
  }

  /** Tests one stage. */
  private interface Test {
    Location of(MachineSpeed speed, String stage);
  }

  /**
   * @param pValueMin the least that any outcome can have
   */
  private static StageDifferences of(
      List<Measurement> before, List<Measurement> after, double pValueMin, Test test) {
    if (before.isEmpty() || after.isEmpty()) {
      return notJudged("no round had its core");
    }
    MachineSpeed speed = new MachineSpeed(before, after);
    List<String> names = List.copyOf(speed.stages());
    if (names.size() < MachineSpeed.STAGES_MIN) {
      return notJudged("too few stages: %d".formatted(names.size()));
    }
    if (pValueMin * names.size() >= BenchDifference.ALPHA) {
      return notJudged("too few rounds to tell for %d stages".formatted(names.size()));
    }
    List<Location> locations = names.stream().map(name -> test.of(speed, name)).toList();
    double[] p = holm(locations.stream().mapToDouble(Location::p).toArray());
    double whole = NoiseRule.median(before.stream().mapToDouble(speed::cycles).toArray());
    List<StageDifference> stages = new ArrayList<>();
    for (int i = 0; i < p.length; i++) {
      stages.add(
          StageDifference.of(
              names.get(i),
              NoiseRule.median(cycles(speed, before, names.get(i))),
              NoiseRule.median(cycles(speed, after, names.get(i))),
              whole,
              locations.get(i),
              p[i]));
    }
    double net =
        stages.stream()
            .filter(stage -> stage.p() < BenchDifference.ALPHA)
            .mapToDouble(StageDifference::ofWhole)
            .sum();
    return new StageDifferences(stages, net, null);
  }

  private static double[] cycles(MachineSpeed speed, List<Measurement> rounds, String stage) {
    return rounds.stream().mapToDouble(round -> speed.cycles(round, stage)).toArray();
  }

  /**
   * The smallest counts as many times as there are, the next one time less, and none is smaller.
   */
  static double[] holm(double[] p) {
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < p.length; i++) {
      order.add(i);
    }
    order.sort(Comparator.comparingDouble(i -> p[i]));
    double[] corrected = new double[p.length];
    double least = 0;
    for (int rank = 0; rank < p.length; rank++) {
      int i = order.get(rank);
      least = Math.max(least, Math.min(1, (p.length - rank) * p[i]));
      corrected[i] = least;
    }
    return corrected;
  }

  /** Of the stages alone. */
  Verdict verdict() {
    if (notJudged != null) {
      return Verdict.TOO_FEW;
    }
    if (net >= BenchDifference.CHANGE_MIN && any(Verdict.SLOWER)) {
      return Verdict.SLOWER;
    }
    return net <= -BenchDifference.CHANGE_MIN && any(Verdict.FASTER)
        ? Verdict.FASTER
        : Verdict.NO_CHANGE;
  }

  private boolean any(Verdict verdict) {
    return stages.stream().anyMatch(stage -> stage.verdict() == verdict);
  }

  /**
   * Together with the verdict on the whole: what either finds is found, and slower counts more than
   * faster.
   */
  Verdict with(Verdict whole) {
    Verdict own = verdict();
    if (own == Verdict.SLOWER || whole == Verdict.SLOWER) {
      return Verdict.SLOWER;
    }
    return own == Verdict.FASTER ? own : whole;
  }

  /** The stages that changed, to follow a verdict. */
  String because() {
    String changed =
        stages.stream()
            .filter(StageDifference::isChanged)
            .map(StageDifference::text)
            .collect(Collectors.joining(", "));
    if (changed.isEmpty()) {
      return notJudged == null ? ", in no stage by itself" : "";
    }
    return ": " + changed;
  }
}

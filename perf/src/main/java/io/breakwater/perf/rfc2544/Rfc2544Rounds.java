package io.breakwater.perf.rfc2544;

import io.breakwater.perf.generator.Generator;
import io.breakwater.perf.generator.Generator.Ability;
import io.breakwater.perf.rfc2544.FoundRate.Limit;
import io.breakwater.perf.rfc2544.Rfc2544Part.Rate;
import io.breakwater.perf.rfc2544.Rfc2544Part.Setup;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * All tests of {@link Rfc2544Study}, round after round, on one generator.
 *
 * <p>Throughput comes first, in all rounds: its medians say at which rates the other tests run, so
 * that their rounds have the same.
 */
final class Rfc2544Rounds {

  /** What one round of each test takes, in trials of full length; measured on a quiet machine. */
  private static final double SEARCH_TRIALS = 14;

  private static final double LATENCY_TRIALS = LatencyTest.PERCENTS.size();
  private static final double LOSS_TRIALS = 5;
  private static final double BURST_TRIALS = 2;

  private final CheckedTrials trials;
  private final Setup setup;
  private final Consumer<String> progress;
  private final TimeLeft timeLeft;

  private final Repeated.Rounds generatorMax = new Repeated.Rounds();
  private final Map<SearchGoal, List<FoundRate>> found = new EnumMap<>(SearchGoal.class);

  /**
   * Nothing is measured yet.
   *
   * @param trials on a generator that can {@link Ability#RECEIVE}
   * @param progress takes a line after each step
   */
  Rfc2544Rounds(
      CheckedTrials trials, Setup setup, Consumer<String> progress, LongSupplier nanoClock) {
    this.trials = trials;
    this.setup = setup;
    this.progress = progress;
    double inRound = SEARCH_TRIALS + LATENCY_TRIALS + LOSS_TRIALS + BURST_TRIALS;
    this.timeLeft = new TimeLeft(setup.rounds() * inRound * setup.seconds(), nanoClock);
    for (SearchGoal goal : SearchGoal.values()) {
      found.put(goal, new ArrayList<>());
    }
  }

  Rfc2544Part run() throws InterruptedException {
    for (int round = 1; round <= setup.rounds(); round++) {
      search(round);
    }
    Repeated max = generatorMax.repeated();
    Rate ndr = rate(SearchGoal.NDR);
    Rate pdr = rate(SearchGoal.PDR);
    // Without a no-drop rate there is still a rate at which latency means something.
    SearchGoal base =
        !ndr.packetsPerSecond().measured() && pdr.packetsPerSecond().measured()
            ? SearchGoal.PDR
            : SearchGoal.NDR;
    Rate baseRate = base == SearchGoal.NDR ? ndr : pdr;
    List<LatencyAt> latency = latency(base, baseRate.packetsPerSecond());
    List<FrameLossCurve.Point> loss = frameLoss(max);
    BackToBack.Result bursts = backToBack(max, baseRate.packetsPerSecond().median());
    return new Rfc2544Part(
        setup, max, ndr, pdr, base, latency, loss, bursts, trials.count(), trials.repeated());
  }

  private void search(int round) throws InterruptedException {
    String outcome;
    try {
      ThroughputSearch.Result result = ThroughputSearch.run(trials, setup.seconds());
      generatorMax.add(result.generatorMax());
      result.rates().forEach((goal, rate) -> found.get(goal).add(rate));
      outcome =
          "NDR %s, PDR %s, %d trials"
              .formatted(
                  text(result.rates().get(SearchGoal.NDR)),
                  text(result.rates().get(SearchGoal.PDR)),
                  result.trials());
    } catch (NotMeasuredException e) {
      generatorMax.addFailure(e.getMessage());
      found.values().forEach(rates -> rates.add(FoundRate.none(e.getMessage())));
      outcome = "not measured: " + e.getMessage();
    }
    step(SEARCH_TRIALS, "throughput", round, outcome);
  }

  private static String text(FoundRate rate) {
    return rate.measured()
        ? String.format(
            Locale.ROOT,
            "%.3f Mpps%s",
            rate.packetsPerSecond() / 1e6,
            rate.limit() == Limit.GENERATOR ? " (the generator's limit)" : "")
        : "not measured (" + rate.notMeasured() + ")";
  }

  private Rate rate(SearchGoal goal) {
    Repeated.Rounds rounds = new Repeated.Rounds();
    boolean byGenerator = false;
    for (FoundRate rate : found.get(goal)) {
      if (rate.measured()) {
        rounds.add(rate.packetsPerSecond());
        byGenerator |= rate.limit() == Limit.GENERATOR;
      } else {
        rounds.addFailure(rate.notMeasured());
      }
    }
    return new Rate(
        goal.lossRatio(),
        rounds.repeated(),
        byGenerator ? Limit.GENERATOR : Limit.DEVICE,
        List.copyOf(found.get(goal)));
  }

  private List<LatencyAt> latency(SearchGoal base, Repeated rate) throws InterruptedException {
    List<LatencyTest> tests = new ArrayList<>();
    if (rate.measured() && can(Ability.LATENCY)) {
      for (int percent : LatencyTest.PERCENTS) {
        tests.add(new LatencyTest(percent, rate.median() * percent / 100));
      }
    }
    for (int round = 1; round <= setup.rounds(); round++) {
      for (LatencyTest test : tests) {
        test.run(trials, setup.seconds());
      }
      step(LATENCY_TRIALS, "latency", round, tests.isEmpty() ? "left out" : "at parts of " + base);
    }
    return tests.stream().map(LatencyTest::result).toList();
  }

  private List<FrameLossCurve.Point> frameLoss(Repeated max) throws InterruptedException {
    if (!max.measured()) {
      return List.of();
    }
    FrameLossCurve curve = new FrameLossCurve(max.median(), setup.seconds() / 2);
    for (int round = 1; round <= setup.rounds(); round++) {
      curve.run(trials);
      step(LOSS_TRIALS, "frame loss", round, curve.points().size() + " steps");
    }
    return curve.points();
  }

  private BackToBack.Result backToBack(Repeated max, Double throughput)
      throws InterruptedException {
    if (!max.measured() || !can(Ability.BURST)) {
      return BackToBack.none(
          can(Ability.BURST)
              ? "the generator's rate is not known"
              : "the generator sends no bursts");
    }
    BackToBack bursts = new BackToBack(Math.round(max.median() * setup.seconds()));
    for (int round = 1; round <= setup.rounds(); round++) {
      bursts.run(trials);
      Double average = bursts.result(throughput).averagePackets();
      step(
          BURST_TRIALS,
          "back to back",
          round,
          average == null
              ? "no length found"
              : String.format(Locale.ROOT, "%,.0f packets on average", average));
    }
    return bursts.result(throughput);
  }

  private boolean can(Ability ability) {
    Generator generator = trials.generator();
    return generator.abilities().contains(ability);
  }

  private void step(double plannedTrials, String test, int round, String outcome) {
    timeLeft.done(plannedTrials * setup.seconds());
    progress.accept(
        "%s, round %d of %d: %s; %s"
            .formatted(test, round, setup.rounds(), outcome, timeLeft.text()));
  }
}

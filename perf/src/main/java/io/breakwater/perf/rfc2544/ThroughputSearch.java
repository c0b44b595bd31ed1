package io.breakwater.perf.rfc2544;

import io.breakwater.perf.generator.Trial;
import io.breakwater.perf.generator.TrialOrder;
import io.breakwater.perf.rfc2544.CheckedTrials.Checked;
import io.breakwater.perf.rfc2544.FoundRate.Limit;
import io.breakwater.perf.rfc2544.MeasuredLoads.Verdict;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * Finds the no-drop rate and the partial-drop rate in one search: RFC 2544 section 26.1 by the
 * method of RFC 9971 (MLRsearch). A trial that loses too much is repeated, and only a load that
 * loses too much in more than half of its trials fails: see {@link SearchTarget}.
 *
 * <p>The first trial is as fast as the link takes packets: what comes back is where the search
 * starts. The next ones find the generator's ceiling, above which there is nothing to seek: rates
 * are doubled until it falls short. (A virtual link makes a generator that sends all it can wait
 * for the device, so the first trial does not tell.) Then three phases, each with longer trials and
 * narrower bounds, both goals sharing all trials. From one bound the next load is a growing step
 * away; between two it is their geometric mean. The result is exact to {@link
 * SearchTarget#FINAL_WIDTH} of itself.
 *
 * <p>A load that fails though one at least {@link #CONTRADICTION} times as high passes is measured
 * {@link #RECHECKS_MAX} times more; if the contradiction stays, the goal was not measured. A search
 * ends after {@link #TRIALS_MAX} trials at the latest.
 */
final class ThroughputSearch {

  static final int TRIALS_MAX = 60;

  private static final double CONTRADICTION = 1.1;
  private static final int RECHECKS_MAX = 3;

  /** Slower than this part of the generator's rate is not sought. */
  private static final double SLOWEST = 0.001;

  private static final int CEILING_DOUBLINGS = 4;
  private static final double STEP_MAX = 0.9;

  /**
   * Both rates.
   *
   * @param generatorMax packets a second that the generator can offer to the link
   * @param trials that were run
   */
  record Result(double generatorMax, Map<SearchGoal, FoundRate> rates, int trials) {}

  private final CheckedTrials trials;
  private final double seconds;
  private final int trialsBefore;
  private final MeasuredLoads loads = new MeasuredLoads();
  private final Map<SearchGoal, String> failures = new EnumMap<>(SearchGoal.class);

  /** What can be sent; falls when an order turns out to be more than the generator can. */
  private double max;

  private double min;

  private ThroughputSearch(CheckedTrials trials, double seconds) {
    this.trials = trials;
    this.seconds = seconds;
    this.trialsBefore = trials.count();
  }

  /**
   * One search.
   *
   * @param seconds of the trials that count
   */
  static Result run(CheckedTrials trials, double seconds)
      throws NotMeasuredException, InterruptedException {
    return new ThroughputSearch(trials, seconds).result();
  }

  private Result result() throws NotMeasuredException, InterruptedException {
    Trial free = trials.run(TrialOrder.rate(Double.POSITIVE_INFINITY, seconds / 8)).trial();
    double start = free.receivedPerSecond();
    double generatorMax = ceiling(free.sentPerSecond());
    max = generatorMax;
    min = max * SLOWEST;
    Map<SearchGoal, SearchTarget> last = new EnumMap<>(SearchGoal.class);
    for (int phase = 0; phase < SearchTarget.PHASES; phase++) {
      for (SearchGoal goal : SearchGoal.values()) {
        SearchTarget target = SearchTarget.phases(goal, seconds).get(phase);
        search(goal, target, last.get(goal), start);
        last.put(goal, target);
      }
    }
    Map<SearchGoal, FoundRate> rates = new EnumMap<>(SearchGoal.class);
    for (Map.Entry<SearchGoal, SearchTarget> goal : last.entrySet()) {
      // The other goal's trials may have moved this one's bounds apart.
      search(goal.getKey(), goal.getValue(), goal.getValue(), start);
    }
    last.forEach((goal, target) -> rates.put(goal, found(goal, target)));
    return new Result(generatorMax, rates, trials.count() - trialsBefore);
  }

  /** One phase of one goal. */
  private void search(SearchGoal goal, SearchTarget target, SearchTarget before, double start)
      throws InterruptedException {
    // A later phase starts anew: what disturbed the one before may be over.
    failures.remove(goal);
    try {
      narrow(target, before, start);
      if (target.trialSeconds() == seconds) {
        checkShorterTrials(goal, target);
        resolveContradictions(target);
      }
    } catch (NotMeasuredException e) {
      failures.put(goal, e.getMessage());
    }
  }

  /** What the generator can offer, more than {@code sent}; sought up to 16 times that. */
  private double ceiling(double sent) throws NotMeasuredException, InterruptedException {
    double rate = sent;
    for (int doubling = 0; doubling < CEILING_DOUBLINGS; doubling++) {
      rate *= 2;
      Checked checked = trials.run(TrialOrder.rate(rate, seconds / 8));
      if (!checked.asOrdered()) {
        return checked.offeredPerSecond();
      }
    }
    return rate;
  }

  /**
   * Measures until the bounds are as close as the target wants.
   *
   * @param before the last phase's, whose bounds are tried first; null in the first
   */
  private void narrow(SearchTarget target, SearchTarget before, double start)
      throws NotMeasuredException, InterruptedException {
    double step = target.width();
    while (true) {
      OptionalDouble lower = loads.lower(target);
      OptionalDouble upper = loads.upper(target);
      if (lower.isPresent() && lower.getAsDouble() >= max) {
        return;
      }
      double next;
      if (lower.isPresent() && upper.isPresent()) {
        if (upper.getAsDouble() - lower.getAsDouble() <= target.width() * upper.getAsDouble()) {
          return;
        }
        next = Math.sqrt(lower.getAsDouble() * upper.getAsDouble());
      } else if (lower.isPresent()) {
        double hint = before == null ? max : loads.upper(before).orElse(max);
        next = lower.getAsDouble() / (1 - step);
        // A bound of shorter trials is about right: if it holds, no step is needed.
        if (hint > lower.getAsDouble()) {
          next = Math.min(next, hint);
        }
        step = Math.min(STEP_MAX, 2 * step);
      } else if (upper.isPresent()) {
        if (upper.getAsDouble() <= min) {
          return;
        }
        next = upper.getAsDouble() * (1 - step);
        step = Math.min(STEP_MAX, 2 * step);
      } else {
        next = before == null ? start : loads.lower(before).orElse(start);
      }
      measure(Math.clamp(next, min, max), target);
    }
  }

  /** Runs trials at a load until it passes or fails. */
  private void measure(double load, SearchTarget target)
      throws NotMeasuredException, InterruptedException {
    double tried = load;
    do {
      tried = trial(tried, target.trialSeconds());
    } while (loads.verdict(tried, target) == Verdict.OPEN);
  }

  /** One trial; returns the load for which it counts. */
  private double trial(double load, double trialSeconds)
      throws NotMeasuredException, InterruptedException {
    if (trials.count() - trialsBefore >= TRIALS_MAX) {
      throw new NotMeasuredException(
          "the search found no end in %d trials: the machine was too noisy".formatted(TRIALS_MAX));
    }
    Checked checked = trials.run(TrialOrder.rate(load, trialSeconds));
    double counted = load;
    if (!checked.asOrdered()) {
      max = checked.offeredPerSecond();
      min = Math.min(min, max);
      counted = max;
    }
    loads.add(counted, trialSeconds, checked.lossRatio());
    return counted;
  }

  /** A load that failed in short trials, far below the rate found, must pass in a long one. */
  private void checkShorterTrials(SearchGoal goal, SearchTarget target)
      throws NotMeasuredException, InterruptedException {
    for (SearchTarget shorter : SearchTarget.phases(goal, seconds)) {
      OptionalDouble failed = loads.upper(shorter);
      OptionalDouble lower = loads.lower(target);
      if (failed.isPresent()
          && lower.isPresent()
          && failed.getAsDouble() * CONTRADICTION <= lower.getAsDouble()
          && loads.verdict(failed.getAsDouble(), target) == Verdict.OPEN) {
        measure(failed.getAsDouble(), target);
      }
    }
  }

  private void resolveContradictions(SearchTarget target)
      throws NotMeasuredException, InterruptedException {
    for (int recheck = 0; ; recheck++) {
      OptionalDouble above = loads.contradiction(target, CONTRADICTION);
      if (above.isEmpty()) {
        return;
      }
      double fails = loads.upper(target).getAsDouble();
      if (recheck == RECHECKS_MAX) {
        throw new NotMeasuredException(
            "the machine was too noisy: loss above %.1f %% at %.3f Mpps, and not at %.3f Mpps, in %d repeats"
                .formatted(
                    100 * target.lossRatio(), fails / 1e6, above.getAsDouble() / 1e6, recheck));
      }
      trial(fails, target.trialSeconds());
      trial(fails, target.trialSeconds());
      narrow(target, target, fails);
    }
  }

  private FoundRate found(SearchGoal goal, SearchTarget target) {
    if (failures.containsKey(goal)) {
      return FoundRate.none(failures.get(goal));
    }
    OptionalDouble lower = loads.lower(target);
    OptionalDouble upper = loads.upper(target);
    if (lower.isEmpty()) {
      return FoundRate.none(
          "more than %.1f %% is lost even at %.4f Mpps, %.1f %% of the generator's rate"
              .formatted(100 * target.lossRatio(), min / 1e6, 100 * SLOWEST));
    }
    return new FoundRate(
        lower.getAsDouble(),
        upper.isPresent() ? upper.getAsDouble() : null,
        loads.leastLossRatio(lower.getAsDouble(), target),
        upper.isPresent() && lower.getAsDouble() < max ? Limit.DEVICE : Limit.GENERATOR,
        null);
  }
}

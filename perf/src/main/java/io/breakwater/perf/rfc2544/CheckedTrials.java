package io.breakwater.perf.rfc2544;

import io.breakwater.perf.generator.Generator;
import io.breakwater.perf.generator.GeneratorLostException;
import io.breakwater.perf.generator.Trial;
import io.breakwater.perf.generator.TrialOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;

/**
 * Trials whose traffic was what was ordered. One that was not, because the machine did something
 * else meanwhile or the generator was lost, is repeated {@link #ATTEMPTS_MAX} times at most; a lost
 * generator is started anew, {@link #RESTARTS_MAX} times in all.
 *
 * <p>A trial is as ordered when packets were offered within 1 % of the ordered rate (or exactly as
 * many as ordered, in a burst), and no more came back than were sent. A generator that falls short
 * by about the same each time is at its limit: that is a result, and {@link Checked#asOrdered} says
 * so.
 *
 * <p>A trial with a loss that a standstill of the generator explains, as it then had to send at
 * once what had become due, is repeated, too; if that stays, the trial with the least loss counts.
 *
 * <p>Used by one thread. Owns the generator.
 */
final class CheckedTrials implements AutoCloseable {

  static final double RATE_TOLERANCE = 0.01;

  private static final int ATTEMPTS_MAX = 3;
  private static final int RESTARTS_MAX = 2;

  /** Attempts that fall short, but by amounts that differ by more, were disturbed. */
  private static final double SHORT_SPREAD_MAX = 0.25;

  /**
   * A generator may let packets wait for so long when the link's ring is full, as a switch would:
   * an overloaded trial ends that much later, though all was offered.
   */
  private static final double WAIT_SECONDS_MAX = 0.002;

  /** After a shorter standstill no more is due than a receive ring holds. */
  private static final double STALL_SECONDS_MIN = 0.0005;

  /**
   * A trial that counts.
   *
   * @param offered packets that the device should have taken
   * @param asOrdered false if the generator could not send as fast as that
   */
  record Checked(Trial trial, long offered, boolean asOrdered) {

    double offeredPerSecond() {
      return offered / trial.seconds();
    }

    /** Of the packets offered. */
    long lost() {
      return offered - trial.received();
    }

    double lossRatio() {
      return (double) lost() / offered;
    }
  }

  private final GeneratorSource source;
  private final boolean wire;
  private Generator generator;
  private int restarts;
  private int count;
  private int repeated;

  /**
   * Starts a generator.
   *
   * @param wire whether the link is one between two NICs: a packet that it refuses is the
   *     generator's to blame. A virtual link refuses packets when the device is behind; on a wire
   *     they would have been sent, and lost by its receive ring.
   */
  CheckedTrials(GeneratorSource source, boolean wire) throws InterruptedException {
    this.source = source;
    this.wire = wire;
    this.generator = source.start();
  }

  Generator generator() {
    return generator;
  }

  /** Trials so far, those that were repeated with them. */
  int count() {
    return count;
  }

  /** Trials so far that did not count. */
  int repeated() {
    return repeated;
  }

  Checked run(TrialOrder order) throws NotMeasuredException, InterruptedException {
    List<Checked> tooShort = new ArrayList<>();
    List<Checked> stalled = new ArrayList<>();
    String wrong = "";
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      Trial trial = attempt(order);
      wrong = wrong(order, trial);
      if (!wrong.isEmpty()) {
        if (fallsShort(order, trial)) {
          tooShort.add(new Checked(trial, offered(trial), false));
        }
        continue;
      }
      Checked checked = new Checked(trial, offered(trial), true);
      if (!generatorsFault(checked)) {
        repeated += attempt;
        return checked;
      }
      stalled.add(checked);
    }
    if (isLimit(tooShort)) {
      return Collections.max(tooShort, Comparator.comparingDouble(Checked::offeredPerSecond));
    }
    if (!stalled.isEmpty()) {
      repeated += ATTEMPTS_MAX - 1;
      return Collections.min(stalled, Comparator.comparingLong(Checked::lost));
    }
    repeated += ATTEMPTS_MAX;
    throw new NotMeasuredException(
        "the machine was too noisy: in %d attempts %s".formatted(ATTEMPTS_MAX, wrong));
  }

  /** Whether no more was lost than became due while the generator stood still. */
  private static boolean generatorsFault(Checked checked) {
    double stallSeconds = checked.trial().detail().stallMaxNs() / 1e9;
    return checked.lost() > 0
        && stallSeconds >= STALL_SECONDS_MIN
        && checked.lost() <= stallSeconds * checked.offeredPerSecond();
  }

  private static boolean isLimit(List<Checked> tooShort) {
    DoubleSummaryStatistics rates =
        tooShort.stream().mapToDouble(Checked::offeredPerSecond).summaryStatistics();
    return rates.getCount() == ATTEMPTS_MAX
        && rates.getMin() >= rates.getMax() * (1 - SHORT_SPREAD_MAX);
  }

  private Trial attempt(TrialOrder order) throws NotMeasuredException, InterruptedException {
    while (true) {
      count++;
      try {
        return generator.run(order);
      } catch (GeneratorLostException e) {
        repeated++;
        if (restarts == RESTARTS_MAX) {
          throw new NotMeasuredException(
              "the generator was lost %d times: %s".formatted(restarts + 1, e.getMessage()));
        }
        restarts++;
        generator.close();
        generator = source.start();
      }
    }
  }

  /** What is not as ordered, or nothing. */
  private String wrong(TrialOrder order, Trial trial) {
    if (offered(trial) == 0) {
      return "nothing was sent";
    }
    if (trial.received() > trial.sent()) {
      return "more packets came back than were sent: received=%d sent=%d"
          .formatted(trial.received(), trial.sent());
    }
    if (order.packets() != 0) {
      return offered(trial) == order.packets()
          ? ""
          : "a burst was not sent as ordered: ordered=%d sent=%d"
              .formatted(order.packets(), offered(trial));
    }
    double ordered = order.packetsPerSecond();
    double actual = (double) offered(trial) / trial.seconds();
    if (Double.isInfinite(ordered)
        || actual >= leastPerSecond(order) && actual <= ordered * (1 + RATE_TOLERANCE)) {
      return "";
    }
    return "packets were not sent at the ordered rate: orderedPerSecond=%.0f sentPerSecond=%.0f"
        .formatted(ordered, actual);
  }

  private boolean fallsShort(TrialOrder order, Trial trial) {
    return order.packets() == 0
        && offered(trial) > 0
        && trial.received() <= trial.sent()
        && (double) offered(trial) / trial.seconds() < leastPerSecond(order);
  }

  private static double leastPerSecond(TrialOrder order) {
    return order.packetsPerSecond() / (1 + RATE_TOLERANCE + WAIT_SECONDS_MAX / order.seconds());
  }

  private long offered(Trial trial) {
    return wire ? trial.sent() : trial.offered();
  }

  @Override
  public void close() {
    generator.close();
  }
}

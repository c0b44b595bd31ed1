package io.breakwater.perf.rfc2544;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.breakwater.perf.generator.TrialOrder;
import io.breakwater.perf.rfc2544.CheckedTrials.Checked;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * RFC 2544 section 26.4 as updated by RFC 9004 section 6: the longest burst, as fast as the
 * generator can send, that loses nothing. It tells how much the device can buffer.
 *
 * <p>Found by doubling and then halving the interval, to 1 % or one packet. A burst with loss is
 * sent again, and only if it loses again it is too long (the "loss verification" that RFC 9004
 * recommends against disturbances). The search is made {@link #SEARCHES_PER_ROUND} times in each
 * round; the result is their average, least and most.
 *
 * <p>Nothing is subtracted from the burst's length. While a burst arrives the device forwards, so
 * the burst is longer than the buffer: {@link Result#correctedBufferPackets} is RFC 9004's
 * correction, beside it.
 */
final class BackToBack {

  static final int SEARCHES_PER_ROUND = 5;

  private static final long SHORTEST = 1;
  private static final long FIRST = 64;
  private static final double PRECISION = 0.01;

  /**
   * What was found.
   *
   * @param searches how many found a length
   * @param averagePackets of the longest bursts without loss; null if none was found
   * @param burstPacketsPerSecond how fast the bursts were sent, on average; null if they were of
   *     one packet
   * @param correctedBufferPackets average times (1 - throughput / burst rate): what had to wait;
   *     null without a throughput
   * @param bufferSeconds how long the bursts were: average / burst rate, which RFC 9004 calls the
   *     implied buffer time
   * @param unbounded rounds that found no end: a burst as long as a trial lost nothing
   * @param notMeasured why a search has no result
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Result(
      int searches,
      Double averagePackets,
      Long minPackets,
      Long maxPackets,
      Double burstPacketsPerSecond,
      Double bufferSeconds,
      Double correctedBufferPackets,
      int unbounded,
      List<String> notMeasured) {}

  /** Of a test that could not be made. */
  static Result none(String why) {
    return new Result(0, null, null, null, null, null, null, 0, List.of(why));
  }

  private final long longest;
  private final List<Long> lengths = new ArrayList<>();
  private final List<Double> rates = new ArrayList<>();
  private final List<String> notMeasured = new ArrayList<>();
  private int unbounded;

  /** Of the burst that passed last. */
  private double passedPerSecond;

  /**
   * No burst yet.
   *
   * @param longest that is tried
   */
  BackToBack(long longest) {
    this.longest = Math.max(SHORTEST, longest);
  }

  /** One round. */
  void run(CheckedTrials trials) throws InterruptedException {
    for (int i = 0; i < SEARCHES_PER_ROUND; i++) {
      try {
        if (!search(trials)) {
          // As many of the longest bursts again would take as many trials' time.
          unbounded++;
          return;
        }
      } catch (NotMeasuredException e) {
        notMeasured.add(e.getMessage());
      }
    }
  }

  /** False if even the longest burst loses nothing. */
  private boolean search(CheckedTrials trials) throws NotMeasuredException, InterruptedException {
    // From what was found before, it is nearer.
    long start = lengths.isEmpty() ? FIRST : Math.max(SHORTEST, lengths.getLast());
    long passes = 0;
    long fails = longest + 1;
    for (long length = Math.min(start, longest); fails > longest; ) {
      if (!passes(trials, length)) {
        fails = length;
      } else if (length == longest) {
        return false;
      } else {
        passes = length;
        length = Math.min(longest, 2 * length);
      }
    }
    while (passes == 0) {
      long length = fails / 2;
      if (length < SHORTEST) {
        throw new NotMeasuredException("bursts of a single packet are lost");
      }
      if (passes(trials, length)) {
        passes = length;
      } else {
        fails = length;
      }
    }
    while (fails - passes > Math.max(1, PRECISION * fails)) {
      long length = (passes + fails) / 2;
      if (passes(trials, length)) {
        passes = length;
      } else {
        fails = length;
      }
    }
    lengths.add(passes);
    if (Double.isFinite(passedPerSecond)) {
      rates.add(passedPerSecond);
    }
    return true;
  }

  private boolean passes(CheckedTrials trials, long packets)
      throws NotMeasuredException, InterruptedException {
    TrialOrder order = TrialOrder.burst(packets);
    Checked burst = trials.run(order);
    if (burst.lost() != 0) {
      burst = trials.run(order);
    }
    if (burst.lost() != 0) {
      return false;
    }
    passedPerSecond = burst.offeredPerSecond();
    return true;
  }

  /**
   * Of all rounds.
   *
   * @param throughput that the device keeps up with; null if it was not measured
   */
  Result result(Double throughput) {
    if (lengths.isEmpty()) {
      return new Result(0, null, null, null, null, null, null, unbounded, List.copyOf(notMeasured));
    }
    double average = lengths.stream().mapToLong(Long::longValue).average().orElseThrow();
    OptionalDouble rate = rates.stream().mapToDouble(Double::doubleValue).average();
    boolean corrects = rate.isPresent() && throughput != null && throughput < rate.getAsDouble();
    return new Result(
        lengths.size(),
        average,
        lengths.stream().min(Long::compare).orElseThrow(),
        lengths.stream().max(Long::compare).orElseThrow(),
        rate.isPresent() ? rate.getAsDouble() : null,
        rate.isPresent() ? average / rate.getAsDouble() : null,
        corrects ? average * (1 - throughput / rate.getAsDouble()) : null,
        unbounded,
        List.copyOf(notMeasured));
  }
}

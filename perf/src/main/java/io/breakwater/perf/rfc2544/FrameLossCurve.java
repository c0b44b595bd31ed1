package io.breakwater.perf.rfc2544;

import io.breakwater.perf.generator.TrialOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * RFC 2544 section 26.3: which part of the packets is lost at 100 % of the highest rate, at 90 %
 * and so on, until two trials in succession lose none.
 *
 * <p>The highest rate is the generator's, measured by the search; of a virtual link there is no
 * other. Rounds may end at different steps; a step has the rounds that came to it.
 */
final class FrameLossCurve {

  private static final int STEP_PERCENT = 10;
  private static final int LOSSLESS_AT_END = 2;

  /**
   * One step.
   *
   * @param percentOfMax of the highest rate
   * @param lossPercent of the packets sent
   */
  public record Point(int percentOfMax, double packetsPerSecond, Repeated lossPercent) {}

  private final double max;
  private final double seconds;
  private final NavigableMap<Integer, Repeated.Rounds> steps = new TreeMap<>();

  /**
   * No trial yet.
   *
   * @param max packets a second at 100 %
   * @param seconds of a trial
   */
  FrameLossCurve(double max, double seconds) {
    this.max = max;
    this.seconds = seconds;
  }

  /** One round. */
  void run(CheckedTrials trials) throws InterruptedException {
    int lossless = 0;
    for (int percent = 100; percent > 0 && lossless < LOSSLESS_AT_END; percent -= STEP_PERCENT) {
      Repeated.Rounds step = steps.computeIfAbsent(percent, key -> new Repeated.Rounds());
      try {
        double lossRatio = trials.run(TrialOrder.rate(rate(percent), seconds)).lossRatio();
        step.add(100 * lossRatio);
        lossless = lossRatio == 0 ? lossless + 1 : 0;
      } catch (NotMeasuredException e) {
        step.addFailure(e.getMessage());
        lossless = 0;
      }
    }
  }

  /** From the highest rate down. */
  List<Point> points() {
    List<Point> points = new ArrayList<>();
    steps
        .descendingMap()
        .forEach((percent, step) -> points.add(new Point(percent, rate(percent), step.repeated())));
    return points;
  }

  private double rate(int percent) {
    return max * percent / 100;
  }
}

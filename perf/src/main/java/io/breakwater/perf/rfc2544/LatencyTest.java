package io.breakwater.perf.rfc2544;

import io.breakwater.perf.generator.Trial;
import io.breakwater.perf.generator.TrialOrder;
import io.breakwater.perf.rfc2544.CheckedTrials.Checked;
import io.breakwater.perf.rfc2544.LatencyAt.CurvePoint;
import io.breakwater.perf.rfc2544.LatencyAt.PercentileUs;
import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramIterationValue;

/**
 * Latency at parts of a rate: RFC 2544 section 26.2 asks for one marked packet at the throughput;
 * here every packet that carries a time stamp counts, at {@link #PERCENTS} of the rate, as at the
 * rate itself a queue is always full.
 *
 * <p>Latency starts when a packet was due ({@link Trial#latency}), so waiting that a stalled
 * generator would hide is in it, and nothing has to be corrected afterwards.
 *
 * <p>Rounds are added to one histogram; each round's percentiles are kept beside it.
 */
final class LatencyTest {

  static final List<Integer> PERCENTS = List.of(10, 50, 90);
  static final List<Double> PERCENTILES = List.of(50.0, 90.0, 99.0, 99.9, 99.99, 99.999);

  static final double NANOSECONDS_PER_US = 1_000;

  /** Up to a minute, to 3 digits. */
  private static final long LONGEST_NS = 60_000_000_000L;

  private static final int DIGITS = 3;

  /** Points of the curve for each halving of the distance to 100 %. */
  private static final int CURVE_STEPS = 2;

  private final int percent;
  private final double packetsPerSecond;
  private final Histogram histogram = new Histogram(LONGEST_NS, DIGITS);
  private final List<Repeated.Rounds> percentiles = new ArrayList<>();
  private final Repeated.Rounds max = new Repeated.Rounds();
  private final List<String> notMeasured = new ArrayList<>();

  LatencyTest(int percent, double packetsPerSecond) {
    this.percent = percent;
    this.packetsPerSecond = packetsPerSecond;
    PERCENTILES.forEach(one -> percentiles.add(new Repeated.Rounds()));
  }

  /** One round. */
  void run(CheckedTrials trials, double seconds) throws InterruptedException {
    try {
      Checked checked = trials.run(TrialOrder.rate(packetsPerSecond, seconds).withLatency());
      if (!checked.asOrdered()) {
        throw new NotMeasuredException(
            "with time stamps the generator sends only %.3f Mpps"
                .formatted(checked.offeredPerSecond() / 1e6));
      }
      Histogram round =
          checked
              .trial()
              .latency()
              .filter(latency -> latency.getTotalCount() > 0)
              .orElseThrow(() -> new NotMeasuredException("no time stamp came back"));
      add(round);
    } catch (NotMeasuredException e) {
      notMeasured.add(e.getMessage());
    }
  }

  private void add(Histogram round) {
    histogram.add(round);
    for (int i = 0; i < PERCENTILES.size(); i++) {
      percentiles.get(i).add(us(round.getValueAtPercentile(PERCENTILES.get(i))));
    }
    max.add(us(round.getMaxValue()));
  }

  LatencyAt result() {
    List<PercentileUs> list = new ArrayList<>();
    for (int i = 0; i < PERCENTILES.size(); i++) {
      list.add(new PercentileUs(PERCENTILES.get(i), percentiles.get(i).repeated()));
    }
    return new LatencyAt(
        percent,
        packetsPerSecond,
        list,
        max.repeated(),
        curve(histogram),
        List.copyOf(notMeasured),
        histogram);
  }

  private static List<CurvePoint> curve(Histogram histogram) {
    List<CurvePoint> curve = new ArrayList<>();
    for (HistogramIterationValue value : histogram.percentiles(CURVE_STEPS)) {
      curve.add(
          new CurvePoint(value.getPercentileLevelIteratedTo(), us(value.getValueIteratedTo())));
    }
    return curve;
  }

  private static double us(long ns) {
    return ns / NANOSECONDS_PER_US;
  }
}

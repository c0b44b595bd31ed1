package io.breakwater.perf.rfc2544;

import io.breakwater.perf.report.PageSection;
import io.breakwater.perf.report.ReportPart;
import io.breakwater.perf.rfc2544.FoundRate.Limit;
import io.breakwater.perf.rfc2544.LatencyAt.PercentileUs;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/**
 * What {@link Rfc2544Study} found.
 *
 * @param generatorMax packets a second that the generator can offer to the link
 * @param latencyBase the rate of whose parts latency was measured
 * @param latency empty if there was no such rate, or the generator has no time stamps
 * @param frameLoss from the highest rate down
 * @param trials all that were run
 * @param repeatedTrials those that did not count, because they were not as ordered
 */
public record Rfc2544Part(
    Setup setup,
    Repeated generatorMax,
    Rate ndr,
    Rate pdr,
    SearchGoal latencyBase,
    List<LatencyAt> latency,
    List<FrameLossCurve.Point> frameLoss,
    BackToBack.Result backToBack,
    int trials,
    int repeatedTrials)
    implements ReportPart {

  private static final int HGRM_TICKS_PER_HALF = 5;

  /**
   * What was measured, and how.
   *
   * @param commands that started generator and appliance
   * @param seconds of a trial
   * @param ceiling packets a second that come back over the link without an appliance: none can be
   *     measured above it
   */
  public record Setup(
      String generator,
      String traffic,
      List<String> commands,
      double seconds,
      int rounds,
      Repeated ceiling) {}

  /**
   * A rate of all rounds.
   *
   * @param limit {@link Limit#GENERATOR} if it was that in any round
   */
  public record Rate(
      double lossRatio, Repeated packetsPerSecond, Limit limit, List<FoundRate> rounds) {

    String text() {
      return packetsPerSecond.text("%.3f", 1e6) + limitText();
    }

    String limitText() {
      return packetsPerSecond.measured() && limit == Limit.GENERATOR
          ? ", the generator's limit: the device may be faster"
          : "";
    }
  }

  String baseName() {
    return latencyBase.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public void print(PrintWriter out) {
    out.printf(
        Locale.ROOT,
        "%nRFC 2544, %s, generator %s; trials of %s s; medians of %d rounds (least to most)%n",
        setup.traffic(),
        setup.generator(),
        setup.seconds(),
        setup.rounds());
    out.printf("  ceiling of generator and link   %s%n", setup.ceiling().text("%.3f", 1e6));
    out.printf("  generator's most, Mpps          %s%n", generatorMax.text("%.3f", 1e6));
    out.printf("  no-drop rate (NDR), Mpps        %s%n", ndr.text());
    out.printf("  partial-drop rate 0.5%%, Mpps    %s%n", pdr.text());
    printLatency(out);
    out.printf("  frame loss by rate:");
    for (FrameLossCurve.Point point : frameLoss) {
      out.printf(
          Locale.ROOT,
          " %d%%: %s",
          point.percentOfMax(),
          point.lossPercent().measured()
              ? String.format(Locale.ROOT, "%.3f%%", point.lossPercent().median())
              : "not measured");
    }
    out.printf("%n  back to back, packets: %s%n", Rfc2544Page.bursts(backToBack));
    out.printf(
        "  %d trials, %d more were not as ordered%n", trials - repeatedTrials, repeatedTrials);
  }

  private void printLatency(PrintWriter out) {
    if (latency.isEmpty()) {
      out.println("  latency: not measured, there is no rate or the generator has no time stamps");
      return;
    }
    out.printf("  %-30s", "latency, us");
    LatencyTest.PERCENTILES.forEach(one -> out.printf(" %9s", Rfc2544Page.percent(one)));
    out.printf(" %9s%n", "max");
    for (LatencyAt at : latency) {
      out.printf(
          Locale.ROOT,
          "  %-30s",
          "%d%% of %s, %.3f Mpps"
              .formatted(at.percentOfRate(), latencyBase, at.packetsPerSecond() / 1e6));
      if (at.measured()) {
        for (PercentileUs one : at.percentiles()) {
          out.printf(" %9s", Rfc2544Page.us(one.us()));
        }
        out.printf(" %9s%n", Rfc2544Page.us(at.maxUs()));
      } else {
        out.printf(" not measured: %s%n", String.join("; ", at.notMeasured()));
      }
    }
  }

  @Override
  public List<PageSection> sections() {
    return new Rfc2544Page(this).sections();
  }

  /** One {@code .hgrm} for each load: HdrHistogram's percentile distribution, in microseconds. */
  @Override
  public void keep(Path folder) throws IOException {
    for (LatencyAt at : latency) {
      if (at.measured()) {
        try (PrintStream out =
            new PrintStream(
                Files.newOutputStream(folder.resolve(at.fileName(baseName()))),
                false,
                StandardCharsets.US_ASCII)) {
          at.histogram()
              .outputPercentileDistribution(
                  out, HGRM_TICKS_PER_HALF, LatencyTest.NANOSECONDS_PER_US);
        }
      }
    }
  }
}

package io.breakwater.perf.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The result of a whole {@code bench}: for each profile the round with the median rate of each
 * side, and all rounds; and what its studies found, by their labels.
 */
public record BenchReport(
    String machine,
    String workload,
    List<Comparison> profiles,
    @JsonProperty(access = JsonProperty.Access.READ_ONLY)
        @JsonInclude(JsonInclude.Include.NON_EMPTY)
        Map<String, ReportPart> studies) {

  /** Studies are not read back from JSON: then there are none. */
  public BenchReport {
    studies = studies == null ? Map.of() : studies;
  }

  /**
   * Where on a scale a measurement was made.
   *
   * @param scale what grows: "prefixes"
   */
  public record Point(String scale, long value) {

    public String label() {
      return "%,d %s".formatted(value, scale);
    }
  }

  /**
   * One profile, or one point of a profile that scales something.
   *
   * @param point null for a profile without a scale
   * @param ratio packets a second of Java by those of C
   */
  public record Comparison(
      String profile,
      Point point,
      double ratio,
      Measurement java,
      Measurement reference,
      List<Measurement> javaRounds,
      List<Measurement> referenceRounds) {

    public static Comparison of(
        String profile,
        Point point,
        List<Measurement> javaRounds,
        List<Measurement> referenceRounds) {
      Measurement java = median(javaRounds);
      Measurement reference = median(referenceRounds);
      return new Comparison(
          profile,
          point,
          java.mpps() / reference.mpps(),
          java,
          reference,
          javaRounds,
          referenceRounds);
    }

    /** The profile's name, or where on its scale this is. */
    public String label() {
      return point == null ? profile : point.label();
    }

    private static Measurement median(List<Measurement> rounds) {
      return rounds.stream()
          .sorted(Comparator.comparingDouble(Measurement::mpps))
          .toList()
          .get(rounds.size() / 2);
    }
  }

  public void print(PrintWriter out) {
    out.printf("%n%s%n%s%n%n", machine, workload);
    if (!profiles.isEmpty()) {
      printProfiles(out);
    }
    studies.values().forEach(part -> part.print(out));
    out.flush();
  }

  private void printProfiles(PrintWriter out) {
    out.printf(
        "%-21s %-5s %8s %8s %8s %8s %7s %9s %6s%n",
        "profile", "side", "Mpps", "cycles", "I/O", "net", "ratio", "allocated", "core");
    for (Comparison comparison : profiles) {
      printSide(out, comparison.label(), "Java", comparison.java(), comparison.ratio());
      printSide(out, "", "C", comparison.reference(), 1);
    }
    out.printf(
        "%nCycles are ticks of the time stamp counter for each packet; net is without packet I/O and"
            + " traffic source; allocated is bytes for each packet;%ncore is how much of the core's"
            + " time the thread got: rates are for what it got.%n%n");
    for (Comparison comparison : profiles) {
      out.printf("%s, Java's cycles by stage:", comparison.label());
      for (Map.Entry<String, Double> stage : comparison.java().stageCyclesPerPacket().entrySet()) {
        out.printf(Locale.ROOT, " %s %.1f", stage.getKey(), stage.getValue());
      }
      out.println();
    }
  }

  private static void printSide(
      PrintWriter out, String profile, String side, Measurement measurement, double ratio) {
    out.printf(
        Locale.ROOT,
        "%-21s %-5s %8.2f %8.1f %8.1f %8.1f %7.2f %9.3f %5.0f%%%n",
        profile,
        side,
        measurement.mpps(),
        measurement.cyclesPerPacket(),
        measurement.ioCyclesPerPacket(),
        measurement.netCyclesPerPacket(),
        ratio,
        measurement.allocatedBytesPerPacket(),
        100 * measurement.coreShare());
  }
}

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
   * @param scale what grows, in the plural: "prefixes"
   */
  public record Point(String scale, long value) {

    /** Of each tenant's firewall; 0 is the same without firewalls. */
    public static final String RULES = "rules";

    public String label() {
      String unit =
          value == 1 && scale.endsWith("s") ? scale.substring(0, scale.length() - 1) : scale;
      return "%,d %s".formatted(value, unit);
    }
  }

  /**
   * One profile, or one point of a profile that scales something.
   *
   * @param point null for a profile without a scale
   * @param notMeasured why there is no number; null if there is one
   * @param ratio packets a second of Java by those of C; null without a number, like the next two
   * @param java the round with the median rate
   * @param javaRounds all that were measured: without a number they show why, or there are none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Comparison(
      String profile,
      Point point,
      String notMeasured,
      Double ratio,
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
          null,
          java.mpps() / reference.mpps(),
          java,
          reference,
          javaRounds,
          referenceRounds);
    }

    /** There is no number, for this reason. */
    public static Comparison notMeasured(
        String profile,
        Point point,
        String reason,
        List<Measurement> javaRounds,
        List<Measurement> referenceRounds) {
      return new Comparison(profile, point, reason, null, null, null, javaRounds, referenceRounds);
    }

    /** Whether there is a number. */
    public boolean measured() {
      return notMeasured == null;
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
        "%-21s %-5s %8s %8s %8s %8s %8s %8s %7s %9s %6s%n",
        "profile",
        "side",
        "Mpps",
        "ceiling",
        "cycles",
        "I/O",
        "net",
        "instr.",
        "ratio",
        "allocated",
        "core");
    for (Comparison comparison : profiles) {
      if (comparison.measured()) {
        printSide(out, comparison.label(), "Java", comparison.java(), comparison.ratio());
        printSide(out, "", "C", comparison.reference(), 1);
      } else {
        out.printf("%-21s not measured: %s%n", comparison.label(), comparison.notMeasured());
      }
    }
    out.printf(
        "%nCycles (ticks of the time stamp counter) and instructions are for each packet; net is"
            + " without packet I/O and traffic source;%nceiling is the rate of that alone, with no"
            + " work in between; allocated is bytes for each packet;%ncore is how much of the"
            + " core's time the thread got: rates are for what it got.%n");
    ReportNotes.of(this).forEach(out::println);
    out.println();
    for (Comparison comparison : profiles) {
      if (comparison.measured()) {
        printStages(out, comparison);
      }
    }
  }

  private static void printStages(PrintWriter out, Comparison comparison) {
    out.printf("%s, Java's cycles by stage:", comparison.label());
    for (Map.Entry<String, Double> stage : comparison.java().stageCyclesPerPacket().entrySet()) {
      out.printf(Locale.ROOT, " %s %.1f", stage.getKey(), stage.getValue());
    }
    out.println();
  }

  private static void printSide(
      PrintWriter out, String profile, String side, Measurement measurement, double ratio) {
    out.printf(
        Locale.ROOT,
        "%-21s %-5s %8.2f %8.2f %8.1f %8.1f %8.1f %8s %7.2f %9.3f %5.0f%%%n",
        profile,
        side,
        measurement.mpps(),
        measurement.ceilingMpps(),
        measurement.cyclesPerPacket(),
        measurement.ioCyclesPerPacket(),
        measurement.netCyclesPerPacket(),
        instructions(measurement),
        ratio,
        measurement.allocatedBytesPerPacket(),
        100 * measurement.coreShare());
  }

  static String instructions(Measurement measurement) {
    return measurement.counted() == null
        ? "-"
        : String.format(Locale.ROOT, "%.0f", measurement.counted().instructions());
  }
}

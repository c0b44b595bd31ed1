package io.breakwater.perf.compare;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.ExitStatus;
import io.breakwater.perf.compare.BenchDifference.Series;
import io.breakwater.perf.compare.BenchDifference.Verdict;
import io.breakwater.perf.report.BenchReport;
import io.breakwater.perf.report.BenchReport.Comparison;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code bench compare}: whether Java got slower between two results of {@code bench --json}.
 *
 * <p>The C reference is the yardstick and is shown, but only Java's verdict makes the exit status:
 * a slower C is a slower machine, or another C program.
 */
@Command(
    name = "compare",
    description = {
      "Tell a change from noise in two results of bench --json.",
      "Exit status 1 says that Java got slower in a profile, or that it failed."
    })
public final class BenchCompareCommand implements Callable<Integer> {

  private static final String ROW = "%-21s %-6s %9s %9s %8s %8s  %s%n";

  @Spec private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "BEFORE", description = "The older result.")
  private Path before;

  @Parameters(index = "1", paramLabel = "AFTER", description = "The newer result.")
  private Path after;

  @Override
  public Integer call() {
    BenchReport older = BenchReportFile.read(before);
    BenchReport newer = BenchReportFile.read(after);
    List<BenchDifference> differences = differences(older, newer);
    if (differences.isEmpty() && !anyInBoth(older, newer)) {
      throw CommandException.wrongInput(
          "no profile is in both files: before=%s has %s; after=%s has %s"
              .formatted(before, labels(older), after, labels(newer)));
    }
    PrintWriter out = spec.commandLine().getOut();
    printTable(out, differences);
    printMismatches(out, older, newer);
    out.flush();
    return differences.stream().anyMatch(one -> one.verdict() == Verdict.SLOWER)
        ? ExitStatus.FAILED
        : ExitStatus.DONE;
  }

  private static List<BenchDifference> differences(BenchReport older, BenchReport newer) {
    boolean sameMachine = Objects.equals(older.machine(), newer.machine());
    List<BenchDifference> differences = new ArrayList<>();
    for (Comparison one : older.profiles()) {
      counterpart(one, newer)
          .filter(other -> BenchReportFile.hasRounds(one) && BenchReportFile.hasRounds(other))
          .ifPresent(other -> differences.add(BenchDifference.of(one, other, sameMachine)));
    }
    return differences;
  }

  private static boolean anyInBoth(BenchReport older, BenchReport newer) {
    return older.profiles().stream().anyMatch(one -> counterpart(one, newer).isPresent());
  }

  private static Optional<Comparison> counterpart(Comparison one, BenchReport report) {
    return report.profiles().stream()
        .filter(other ->
            other.profile().equals(one.profile()) && Objects.equals(other.point(), one.point()))
        .findFirst();
  }

  private static String labels(BenchReport report) {
    return String.join(", ", report.profiles().stream().map(Comparison::label).toList());
  }

  private static void printTable(PrintWriter out, List<BenchDifference> differences) {
    out.printf(ROW, "profile", "side", "before", "after", "change", "p", "verdict");
    for (BenchDifference one : differences) {
      printRow(out, one.label(), "Java", "%.1f", one.java(), one.explanation());
      printRow(out, "", "C", "%.1f", one.reference(), text(one.reference()));
      printRow(out, "", "Java/C", "%.3f", one.ratio(), text(one.ratio()));
    }
    out.println();
    Map<String, StageDifferences> stages = new LinkedHashMap<>();
    differences.forEach(one -> stages.put(one.label(), one.stages()));
    StageTable.print(out, "Java's stages, cycles per packet at the machine's usual speed:", stages);
    out.printf(
        Locale.ROOT,
        "%nDecided by an exact two-sided Mann-Whitney U test of the rounds' cycles per packet:"
            + " p < %.2f and medians at least %.0f%% apart; Java counts as slower or faster only"
            + " when its own cycles and its ratio to C in paired rounds both do, or a stage does; only"
            + " Java's verdict makes the exit status. %s%n",
        BenchDifference.ALPHA,
        100 * BenchDifference.CHANGE_MIN,
        StageTable.DECISION);
  }

  private static String text(Series series) {
    return BenchDifference.seriesText(series);
  }

  private static void printRow(
      PrintWriter out, String label, String side, String format, Series series, String verdict) {
    out.printf(
        ROW,
        label,
        side,
        String.format(Locale.ROOT, format, series.before()),
        String.format(Locale.ROOT, format, series.after()),
        String.format(Locale.ROOT, "%+.1f%%", 100 * series.change()),
        series.verdict() == Verdict.TOO_FEW ? "-" : String.format(Locale.ROOT, "%.4f", series.p()),
        verdict);
  }

  /** What makes the two files less than comparable. */
  private void printMismatches(PrintWriter out, BenchReport older, BenchReport newer) {
    printDifference(out, "Machines", older.machine(), newer.machine());
    printDifference(out, "Workloads", older.workload(), newer.workload());
    printNotMeasured(out, before, older);
    printNotMeasured(out, after, newer);
    printUnmatched(out, before, older, newer);
    printUnmatched(out, after, newer, older);
  }

  private static void printDifference(PrintWriter out, String what, String older, String newer) {
    if (!Objects.equals(older, newer)) {
      out.printf("%s differ:%n  before: %s%n  after:  %s%n", what, older, newer);
    }
  }

  private static void printNotMeasured(PrintWriter out, Path file, BenchReport report) {
    for (Comparison one : report.profiles()) {
      if (!one.measured()) {
        out.printf("Not measured in %s: %s: %s%n", file, one.label(), one.notMeasured());
      }
    }
  }

  private static void printUnmatched(
      PrintWriter out, Path file, BenchReport report, BenchReport other) {
    for (Comparison one : report.profiles()) {
      if (counterpart(one, other).isEmpty()) {
        out.printf("Only in %s: %s%n", file, one.label());
      }
    }
  }
}

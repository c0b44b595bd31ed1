package io.breakwater.perf.stall;

import io.breakwater.perf.report.ReportPart;
import io.breakwater.perf.study.Study;
import io.breakwater.perf.study.StudySettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/**
 * {@code stalls}: how long the worker's loop stands still, beside a loop in C on the same core in
 * the same run; in the steady state, and while a thousand tenants are reloaded once a second. Long
 * gaps are laid over what the JVM recorded of itself.
 *
 * <p>Rounds of all sides alternate. A round takes {@value #SECONDS_MIN} seconds at least, half of
 * them on an empty port and half under traffic: less shows too few of the rare gaps that are
 * sought.
 */
public final class StallStudy implements Study {

  private static final double SECONDS_MIN = 10;

  @Override
  public String label() {
    return "stalls";
  }

  @Override
  public String description() {
    return "how long the loop stands still, beside C's, also while tenants are reloaded";
  }

  @Override
  public ReportPart run(StudySettings settings, Consumer<String> progress)
      throws InterruptedException {
    double seconds = Math.max(settings.seconds(), SECONDS_MIN) / StallLoad.values().length;
    progress.accept(
        String.format(
            Locale.ROOT,
            "stalls: %d rounds of three sides, %.0f s each and their start",
            settings.rounds(),
            seconds * StallLoad.values().length));
    try {
      Path folder = Files.createTempDirectory("breakwater-stalls");
      try {
        var rounds = new StallRounds(settings.core(), settings.otherCore(), seconds, folder);
        rounds.prepare();
        return measure(rounds, settings.rounds(), progress);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static StallReport measure(StallRounds runner, int rounds, Consumer<String> progress)
      throws InterruptedException {
    Map<StallSide, List<List<GapRound>>> measured = new EnumMap<>(StallSide.class);
    for (int round = 1; round <= rounds; round++) {
      for (StallSide side : StallSide.values()) {
        List<GapRound> found = runner.run(side);
        measured.computeIfAbsent(side, key -> new ArrayList<>()).add(found);
        progress.accept(progressLine(side, round, rounds, found));
      }
    }
    return report(runner.seconds(), measured);
  }

  private static String progressLine(StallSide side, int round, int rounds, List<GapRound> found) {
    StringBuilder line =
        new StringBuilder("stalls, round %d of %d, %s:".formatted(round, rounds, side.label()));
    for (GapRound one : found) {
      line.append(
          String.format(
              Locale.ROOT,
              " %s p99.9999 %.1f us, longest %.0f us, %d over 100 us;",
              one.load(),
              one.percentileUs(99.9999),
              one.longestUs(),
              one.gapsOver100Us()));
    }
    return line.toString();
  }

  private static StallReport report(double seconds, Map<StallSide, List<List<GapRound>>> measured) {
    List<StallSeries> series = new ArrayList<>();
    List<StallVerdict> verdicts = new ArrayList<>();
    for (StallLoad load : StallLoad.values()) {
      StallSeries reference = series(load, StallSide.REFERENCE, measured);
      series.add(reference);
      for (StallSide side : List.of(StallSide.STEADY, StallSide.RELOADING)) {
        StallSeries java = series(load, side, measured);
        series.add(java);
        verdicts.add(StallVerdict.of(reference, java));
      }
    }
    return new StallReport(seconds, series, verdicts);
  }

  private static StallSeries series(
      StallLoad load, StallSide side, Map<StallSide, List<List<GapRound>>> measured) {
    return new StallSeries(
        load.label(),
        side.label(),
        measured.get(side).stream()
            .flatMap(List::stream)
            .filter(round -> round.load().equals(load.label()))
            .toList());
  }

  private static void delete(Path folder) throws IOException {
    Files.walkFileTree(
        folder,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, IOException failure)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}

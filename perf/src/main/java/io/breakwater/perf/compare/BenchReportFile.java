package io.breakwater.perf.compare;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.CommandException;
import io.breakwater.perf.report.BenchReport;
import io.breakwater.perf.report.BenchReport.Comparison;
import io.breakwater.perf.report.Measurement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A {@link BenchReport} as {@code bench --json} wrote it. Members that this version does not know
 * are passed over, so that results of other versions can be compared; what is needed is required.
 */
final class BenchReportFile {

  /** Far above what anyone waits for; it bounds the work of {@link MannWhitney}. */
  static final int ROUNDS_MAX = 100;

  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private BenchReportFile() {}

  /**
   * Reads and checks it.
   *
   * @throws CommandException if it cannot be read or is not a result of {@code bench}
   */
  static BenchReport read(Path file) {
    BenchReport report;
    try {
      report = JSON.readValue(Files.readString(file), BenchReport.class);
    } catch (JsonProcessingException e) {
      throw notAResult(file, e.getOriginalMessage().lines().findFirst().orElse("no JSON"));
    } catch (NoSuchFileException e) {
      throw CommandException.wrongInput("no such file: file=" + file, e);
    } catch (IOException e) {
      throw CommandException.wrongInput("cannot read: file=%s: %s".formatted(file, e), e);
    }
    if (report == null || report.profiles() == null || report.profiles().isEmpty()) {
      throw notAResult(file, "it has no profiles");
    }
    Set<String> labels = new HashSet<>();
    for (Comparison comparison : report.profiles()) {
      check(file, comparison);
      if (!labels.add(comparison.profile() + " " + comparison.label())) {
        throw notAResult(file, "it has twice: profile=" + comparison.label());
      }
    }
    return report;
  }

  private static void check(Path file, Comparison comparison) {
    if (comparison == null || comparison.profile() == null) {
      throw notAResult(file, "a profile has no name");
    }
    if (!hasRounds(comparison) && !comparison.measured()) {
      return;
    }
    int java = checkedRounds(file, comparison, "javaRounds", comparison.javaRounds());
    int reference =
        checkedRounds(file, comparison, "referenceRounds", comparison.referenceRounds());
    if (java != reference) {
      throw notAResult(
          file,
          "rounds must be in pairs: profile=%s javaRounds=%d referenceRounds=%d"
              .formatted(comparison.label(), java, reference));
    }
  }

  /** What was too noisy for a number may have some. */
  static boolean hasRounds(Comparison comparison) {
    return comparison.javaRounds() != null && !comparison.javaRounds().isEmpty();
  }

  private static int checkedRounds(
      Path file, Comparison comparison, String name, List<Measurement> rounds) {
    if (rounds == null || rounds.isEmpty() || rounds.size() > ROUNDS_MAX) {
      throw notAResult(
          file,
          "there must be 1 to %d rounds: profile=%s %s=%d"
              .formatted(ROUNDS_MAX, comparison.label(), name, rounds == null ? 0 : rounds.size()));
    }
    for (Measurement round : rounds) {
      if (round == null
          || !(round.cyclesPerPacket() > 0)
          || !Double.isFinite(round.cyclesPerPacket())
          || !round.stageCyclesPerPacket().values().stream().allMatch(BenchReportFile::isCycles)) {
        throw notAResult(
            file, "a round has no cycles: profile=%s in %s".formatted(comparison.label(), name));
      }
    }
    return rounds.size();
  }

  private static boolean isCycles(Double value) {
    return value != null && value >= 0 && Double.isFinite(value);
  }

  private static CommandException notAResult(Path file, String why) {
    return CommandException.wrongInput(
        "not a result of bench --json: file=%s: %s".formatted(file, why));
  }
}

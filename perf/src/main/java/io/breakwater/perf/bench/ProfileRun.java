package io.breakwater.perf.bench;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.ExitStatus;
import io.breakwater.perf.compare.PairedDifference;
import io.breakwater.perf.compare.PairedRound;
import io.breakwater.perf.report.BenchReport.Comparison;
import io.breakwater.perf.report.Measurement;
import io.breakwater.perf.report.NoiseRule;
import io.breakwater.perf.traffic.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The rounds of one case: Java and C in turn. If there is another build of Java to compare with, it
 * and this one share Java's part of the round, slice by slice.
 *
 * <p>After a round that failed there are no more, and no number: the reason stands in its place.
 */
final class ProfileRun implements AutoCloseable {

  private final BenchProfile profile;
  private final BenchProfile.Step step;
  private final BenchRounds rounds;
  private final Optional<Build> other;
  private final Path folder;
  private final List<Measurement> java = new ArrayList<>();
  private final List<PairedRound> pairs = new ArrayList<>();
  private final List<Measurement> reference = new ArrayList<>();
  private int repeated;
  private String failure;

  /** Makes the case's input for the C reference: a file. */
  ProfileRun(
      BenchProfile profile, BenchProfile.Step step, BenchRounds rounds, Optional<Build> other) {
    this.profile = profile;
    this.step = step;
    this.rounds = rounds;
    this.other = other;
    BenchCase measured = step.measured();
    Workload workload = measured.workload();
    try {
      folder = Files.createTempDirectory("breakwater-bench");
      measured.write(workload, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * One round of each side.
   *
   * @param number from 1 to {@code count}
   */
  void round(int number, int count, Progress progress) throws InterruptedException {
    if (failure != null) {
      progress.skip(1);
      return;
    }
    String title = "%s, round %d of %d".formatted(label(), number, count);
    try {
      measure(number, title, progress);
      // Half as many rounds more, at most, in the hope of a better minute.
      while (isNoisy() && repeated < count / 2) {
        repeated++;
        progress.now(title + ", again, as it was too noisy");
        java.removeLast();
        reference.removeLast();
        measure(number, title, progress);
      }
      progress.end(title + result());
    } catch (CommandException e) {
      if (e.exitStatus() != ExitStatus.FAILED) {
        throw e;
      }
      failure = e.getMessage().strip();
      progress.end(title + ": " + failure);
    }
  }

  private void measure(int number, String title, Progress progress) throws InterruptedException {
    progress.begin(title + ": Java");
    Measurement mine;
    if (other.isPresent()) {
      pairs.add(rounds.pair(step.measured(), other.get(), Build.THIS, number % 2 == 1));
      mine = pairs.getLast().afterMedian();
    } else {
      mine = rounds.java(step.measured(), Build.THIS);
    }
    progress.now(title + ": C");
    reference.add(rounds.reference(step.measured(), folder, mine.hugepages()));
    java.add(mine);
  }

  /** A pair of two builds is not: its own rule leaves it out. */
  private boolean isNoisy() {
    return other.isEmpty()
        && NoiseRule.broken(List.of(java.getLast()), List.of(reference.getLast())).isPresent();
  }

  private String result() {
    String before =
        pairs.isEmpty()
            ? ""
            : String.format(
                Locale.ROOT, "before %.2f Mpps, ", pairs.getLast().beforeMedian().mpps());
    return String.format(
        Locale.ROOT,
        ": %sJava %.2f Mpps, C %.2f Mpps",
        before,
        java.getLast().mpps(),
        reference.getLast().mpps());
  }

  private String label() {
    return step.point() == null ? profile.label() : step.point().label();
  }

  /** Whether the last round's packet memory was in them. */
  boolean hugepages() {
    return !java.isEmpty() && java.getLast().hugepages();
  }

  /** Whether a round ended without a result. */
  boolean failed() {
    return failure != null;
  }

  Comparison comparison() {
    Optional<String> reason =
        failure != null ? Optional.of(failure) : NoiseRule.broken(java, reference);
    return reason
        .map(why -> Comparison.notMeasured(profile.label(), step.point(), why, java, reference))
        .orElseGet(() -> Comparison.of(profile.label(), step.point(), java, reference));
  }

  /**
   * The other build beside this one, if there is one. Noise that would spoil a number falls on both
   * sides of a pair.
   */
  Optional<PairedDifference> difference() {
    return pairs.isEmpty() ? Optional.empty() : Optional.of(PairedDifference.of(label(), pairs));
  }

  @Override
  public void close() {
    try {
      Workload.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

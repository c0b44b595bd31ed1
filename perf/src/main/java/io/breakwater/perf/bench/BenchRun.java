package io.breakwater.perf.bench;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.ExitStatus;
import io.breakwater.perf.acl.AclPeer;
import io.breakwater.perf.acl.AclReport;
import io.breakwater.perf.compare.AgainstReport;
import io.breakwater.perf.compare.PairedDifference;
import io.breakwater.perf.generator.GeneratorLostException;
import io.breakwater.perf.report.BenchReport.Comparison;
import io.breakwater.perf.report.NotMeasured;
import io.breakwater.perf.report.ReportPart;
import io.breakwater.perf.study.Study;
import io.breakwater.perf.study.StudySettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Measures one profile or study after the other, and keeps what was found. What fails leaves its
 * reason in the place of its result, and the others go on.
 */
final class BenchRun {

  private final BenchRounds rounds;
  private final int count;
  private final Optional<Build> other;
  private final StudySettings settings;
  private final Progress progress;
  private final List<Comparison> comparisons = new ArrayList<>();
  private final List<PairedDifference> differences = new ArrayList<>();
  private final List<AclReport.Row> acl = new ArrayList<>();
  private final Map<String, ReportPart> studies = new LinkedHashMap<>();
  private int exitStatus = ExitStatus.DONE;

  /**
   * @param count rounds of each side
   * @param other a build to compare with
   * @param settings of the studies
   */
  BenchRun(
      BenchRounds rounds,
      int count,
      Optional<Build> other,
      StudySettings settings,
      Progress progress) {
    this.rounds = rounds;
    this.count = count;
    this.other = other;
    this.settings = settings;
    this.progress = progress;
  }

  /**
   * The steps of a scale take turns as both sides do: so the drift of the machine does not bend the
   * curve.
   */
  void measure(BenchProfile profile) throws InterruptedException {
    List<ProfileRun> runs = new ArrayList<>();
    Optional<AclPeer> peer = profile.aclPeer();
    try {
      for (BenchProfile.Step step : profile.steps()) {
        runs.add(new ProfileRun(profile, step, rounds, other));
      }
      for (int number = 1; number <= count; number++) {
        for (ProfileRun run : runs) {
          run.round(number, count, progress);
        }
        if (peer.isPresent()) {
          peer.get().round(rounds.cores().getFirst(), runs.getLast().hugepages());
        }
      }
    } finally {
      runs.forEach(ProfileRun::close);
      peer.ifPresent(AclPeer::close);
    }
    peer.map(AclPeer::row).ifPresent(acl::add);
    for (ProfileRun run : runs) {
      comparisons.add(run.comparison());
      if (run.failed()) {
        exitStatus = Math.max(exitStatus, ExitStatus.FAILED);
      }
      run.difference().ifPresent(differences::add);
    }
  }

  void measure(Study study) throws InterruptedException {
    try {
      studies.put(study.label(), study.run(settings, progress));
    } catch (CommandException e) {
      if (e.exitStatus() == ExitStatus.WRONG_INPUT && comparisons.isEmpty() && studies.isEmpty()) {
        throw e;
      }
      fail(study, e, e.exitStatus());
    } catch (GeneratorLostException e) {
      fail(study, e, ExitStatus.FAILED);
    }
  }

  private void fail(Study study, RuntimeException e, int status) {
    progress.accept(study.label() + ": " + e.getMessage());
    studies.put(study.label(), new NotMeasured(study.label(), e.getMessage()));
    exitStatus = Math.max(exitStatus, status);
  }

  List<Comparison> comparisons() {
    return comparisons;
  }

  /**
   * What the studies found, by their labels, what other programs took for a profile's work, and the
   * comparison with the other build.
   *
   * @param folder of the other build, or null
   */
  Map<String, ReportPart> parts(String folder) {
    Map<String, ReportPart> parts = new LinkedHashMap<>();
    if (!differences.isEmpty()) {
      parts.put("against", new AgainstReport(folder, List.copyOf(differences)));
    }
    if (!acl.isEmpty()) {
      parts.put(AclReport.LABEL, new AclReport(acl));
    }
    parts.putAll(studies);
    return parts;
  }

  /** {@link ExitStatus#FAILED} when something failed, or this build is slower than the other. */
  int exitStatus() {
    boolean slower = differences.stream().anyMatch(PairedDifference::slower);
    return Math.max(exitStatus, slower ? ExitStatus.FAILED : ExitStatus.DONE);
  }
}

package io.breakwater.perf.fullrate;

import io.breakwater.appliance.report.Snapshot;
import io.breakwater.perf.fullrate.GeneratorsReport.Round;
import io.breakwater.perf.fullrate.GeneratorsReport.Setup;
import io.breakwater.perf.generator.FixedTraffic;
import io.breakwater.perf.generator.Generator;
import io.breakwater.perf.generator.GeneratorLostException;
import io.breakwater.perf.generator.Generators;
import io.breakwater.perf.generator.Links;
import io.breakwater.perf.generator.TestBed;
import io.breakwater.perf.generator.Trial;
import io.breakwater.perf.generator.TrialOrder;
import io.breakwater.perf.report.ReportPart;
import io.breakwater.perf.study.Study;
import io.breakwater.perf.study.StudySettings;
import io.breakwater.perf.traffic.TrafficProfile;
import io.breakwater.perf.traffic.Workload;
import io.breakwater.perf.traffic.WorkloadConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The chosen generator at full rate against an appliance in its own process: what it sends, what
 * the appliance counts of it, and what comes back; and first, what the generator sends into a port
 * that takes everything, so that one sees which of the two was the limit.
 */
public final class GeneratorsStudy implements Study {

  /** How often the appliance's counters are looked at until they stand still. */
  private static final int LOOKS_MAX = 50;

  private static final long LOOK_MS = 100;

  @Override
  public String label() {
    return "generators";
  }

  @Override
  public String description() {
    return "a generator at full rate against an appliance, with what each of them counts";
  }

  @Override
  public ReportPart run(StudySettings settings, Consumer<String> progress)
      throws InterruptedException {
    TrafficProfile profile = TrafficProfile.usual();
    Workload workload = profile.workload();
    double ceiling = ceiling(settings, profile);
    progress.accept("generators: into nowhere %.2f Mpps; starting an appliance".formatted(ceiling));
    Optional<FixedTraffic> fixed = FixedTraffic.of(settings.generator().kind());
    try (TestBed bed =
            TestBed.start(
                fixed.isPresent() ? workload.withPrefix(fixed.get().destinations()) : workload,
                settings.generator().link(),
                fixed.map(FixedTraffic::applianceMac).orElse(Workload.OWN_MAC),
                List.of(settings.core()),
                WorkloadConfiguration.MTU_BYTES,
                List.of());
        Generator generator =
            Generators.start(settings.generator(), profile, bed.link(), settings.otherCore())) {
      Setup setup =
          new Setup(
              generator.label(),
              settings.generator().link(),
              "gre-encap, " + profile.text(),
              bed.commandLine(),
              generator.commandLine(),
              generator.abilities().contains(Generator.Ability.RECEIVE));
      List<Round> rounds = new ArrayList<>();
      String problem = "";
      try {
        for (int round = 1; round <= settings.rounds(); round++) {
          rounds.add(round(bed, generator, settings.seconds()));
          progress.accept(
              "generators, round %d of %d: %s"
                  .formatted(round, settings.rounds(), rounds.getLast().line()));
        }
      } catch (GeneratorLostException e) {
        problem = e.getMessage();
      }
      return new GeneratorsReport(setup, ceiling, rounds, problem);
    }
  }

  /** In millions of packets a second. */
  private static double ceiling(StudySettings settings, TrafficProfile profile)
      throws InterruptedException {
    try (Generator generator =
        Generators.start(settings.generator(), profile, Links.nowhere(), settings.otherCore())) {
      return generator.run(fullRate(settings.seconds())).sentPerSecond() / 1e6;
    }
  }

  private static Round round(TestBed bed, Generator generator, double seconds)
      throws InterruptedException {
    Snapshot before = settled(bed);
    Trial trial = generator.run(fullRate(seconds));
    return Round.of(trial, before, settled(bed));
  }

  private static TrialOrder fullRate(double seconds) {
    return TrialOrder.rate(Double.POSITIVE_INFINITY, seconds);
  }

  /** When all that was on its way has been counted. */
  private static Snapshot settled(TestBed bed) throws InterruptedException {
    Snapshot last = bed.snapshot();
    for (int look = 0; look < LOOKS_MAX; look++) {
      Thread.sleep(LOOK_MS);
      Snapshot next = bed.snapshot();
      if (next.stats().received() == last.stats().received()) {
        return next;
      }
      last = next;
    }
    return last;
  }
}

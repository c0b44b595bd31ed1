package io.breakwater.perf.rfc2544;

import io.breakwater.appliance.CommandException;
import io.breakwater.perf.generator.EchoBed;
import io.breakwater.perf.generator.Generator;
import io.breakwater.perf.generator.Generator.Ability;
import io.breakwater.perf.generator.Generators;
import io.breakwater.perf.generator.TestBed;
import io.breakwater.perf.generator.TrialOrder;
import io.breakwater.perf.report.ReportPart;
import io.breakwater.perf.rfc2544.Rfc2544Part.Setup;
import io.breakwater.perf.study.Study;
import io.breakwater.perf.study.StudySettings;
import io.breakwater.perf.traffic.TrafficProfile;
import java.util.List;
import java.util.function.Consumer;

/**
 * The benchmarks of RFC 2544 section 26 that a router has, on a whole appliance in its own process
 * with a generator in another: throughput, latency, frame loss and back-to-back frames, with {@code
 * gre-encap}'s traffic in frames of 64 bytes.
 *
 * <p>System recovery (26.5) and reset (26.6) are not here: the first asks for 110 % of a rate that
 * the device survives by dropping, which the frame-loss curve shows, the second is start-up, a
 * study of its own.
 */
public final class Rfc2544Study implements Study {

  @Override
  public String label() {
    return "rfc2544";
  }

  @Override
  public String description() {
    return "no-drop and partial-drop rate, latency, frame loss and longest burst of a whole"
        + " appliance, with a generator";
  }

  @Override
  public ReportPart run(StudySettings settings, Consumer<String> progress)
      throws InterruptedException {
    TrafficProfile profile = TrafficProfile.usual();
    progress.accept(label() + ": what generator and link can, without an appliance");
    Repeated ceiling = ceiling(settings, profile);
    progress.accept(
        label()
            + ": "
            + ceiling.text("%.3f", 1e6)
            + " Mpps; starting an appliance and a generator");
    TestBed bed = TestBed.start(profile.workload(), settings.generator().link(), settings.core());
    ReportPart part = null;
    // The appliance ends before the generator: net_memif frees its rings when the other end leaves,
    // also those that a worker is just polling.
    try (CheckedTrials trials = trials(settings, profile, bed);
        bed) {
      part = measure(settings, profile, bed, trials, ceiling, progress);
    } catch (CommandException e) {
      if (part == null) {
        throw e;
      }
      progress.accept(label() + ": all is measured, but then: " + e.getMessage());
    }
    return part;
  }

  private ReportPart measure(
      StudySettings settings,
      TrafficProfile profile,
      TestBed bed,
      CheckedTrials trials,
      Repeated ceiling,
      Consumer<String> progress)
      throws InterruptedException {
    Generator generator = trials.generator();
    if (!generator.abilities().contains(Ability.RECEIVE)) {
      throw CommandException.wrongInput(
          "rfc2544 needs a generator that counts what comes back: generator=" + generator.label());
    }
    Setup setup =
        new Setup(
            generator.label(),
            "gre-encap, %s, link %s".formatted(profile.text(), settings.generator().link()),
            List.of(bed.commandLine(), generator.commandLine()),
            settings.seconds(),
            settings.rounds(),
            ceiling);
    return new Rfc2544Rounds(
            trials, setup, line -> progress.accept(label() + ": " + line), System::nanoTime)
        .run();
  }

  private static CheckedTrials trials(StudySettings settings, TrafficProfile profile, TestBed bed)
      throws InterruptedException {
    try {
      return new CheckedTrials(
          () -> Generators.start(settings.generator(), profile, bed.link(), settings.otherCore()),
          bed.link().generatorPci());
    } catch (RuntimeException | InterruptedException e) {
      bed.close();
      throw e;
    }
  }

  /** What comes back of all that the generator can send, when the far end only sends it back. */
  private static Repeated ceiling(StudySettings settings, TrafficProfile profile)
      throws InterruptedException {
    Repeated.Rounds rounds = new Repeated.Rounds();
    try (EchoBed bed = EchoBed.start(settings.generator().link(), settings.core());
        CheckedTrials trials =
            new CheckedTrials(
                () ->
                    Generators.start(
                        settings.generator(), profile, bed.link(), settings.otherCore()),
                bed.link().generatorPci())) {
      TrialOrder order = TrialOrder.rate(Double.POSITIVE_INFINITY, settings.seconds() / 4);
      for (int round = 0; round < settings.rounds(); round++) {
        try {
          rounds.add(trials.run(order).trial().receivedPerSecond());
        } catch (NotMeasuredException e) {
          rounds.addFailure(e.getMessage());
        }
      }
    }
    return rounds.repeated();
  }
}

package io.breakwater.perf.onset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.CommandException;
import io.breakwater.perf.process.ChildProcess;
import io.breakwater.perf.report.ReportPart;
import io.breakwater.perf.study.Study;
import io.breakwater.perf.study.StudySettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * {@code bench onset}: clean traffic turns into each attack in mid-run. Is there a moment in which
 * the packet path is slower than it will be, because the attack takes ways that no packet took
 * before?
 *
 * <p>Each round is a process of its own ({@link OnsetRound}).
 */
public final class OnsetStudy implements Study {

  private static final long TIMEOUT_SECONDS = 180;

  private final List<Attack> attacks;

  /** Of all attacks. */
  public OnsetStudy() {
    this(List.of(Attack.values()));
  }

  OnsetStudy(List<Attack> attacks) {
    this.attacks = attacks;
  }

  @Override
  public String label() {
    return "onset";
  }

  @Override
  public String description() {
    return "the worst 10 ms when clean traffic turns into an attack";
  }

  @Override
  public ReportPart run(StudySettings settings, Consumer<String> progress)
      throws InterruptedException {
    List<OnsetResult> results = new ArrayList<>();
    for (Attack attack : attacks) {
      List<OnsetMeasurement> rounds = new ArrayList<>();
      for (int round = 1; round <= settings.rounds(); round++) {
        OnsetMeasurement measured = measure(attack, settings);
        rounds.add(measured);
        progress.accept(
            String.format(
                Locale.ROOT,
                "onset of %s, round %d of %d: worst 10 ms %.2f of the steady rate, %d"
                    + " deoptimizations",
                attack.label(),
                round,
                settings.rounds(),
                measured.ratio(),
                measured.deoptimizations().size()));
      }
      results.add(OnsetResult.of(attack, rounds));
    }
    return OnsetReport.of(results);
  }

  private static OnsetMeasurement measure(Attack attack, StudySettings settings)
      throws InterruptedException {
    try {
      Path log = Files.createTempFile("breakwater-onset", ".log");
      try {
        List<String> command =
            ChildProcess.java(
                OnsetRound.class,
                List.of(Deoptimizations.option(log)),
                List.of(
                    attack.label(),
                    Double.toString(settings.seconds()),
                    Integer.toString(settings.core()),
                    Integer.toString(settings.otherCore()),
                    log.toString()));
        long timeoutSeconds = TIMEOUT_SECONDS + (long) (2 * settings.seconds());
        String output = ChildProcess.run("onset of " + attack.label(), command, timeoutSeconds);
        return JsonMapper.builder().build().readValue(output, OnsetMeasurement.class);
      } finally {
        Files.delete(log);
      }
    } catch (JsonProcessingException e) {
      throw CommandException.failure("a round printed no result: attack=" + attack.label(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

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
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * {@code bench onset}: clean traffic turns into each attack in mid-run. Is there a moment in which
 * the packet path is slower than it will be, because the attack takes ways that no packet took
 * before?
 *
 * <p>Each round is a process of its own that meets all attacks ({@link OnsetRound}), and begins
 * with another.
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
    Map<Attack, List<OnsetMeasurement>> rounds = new EnumMap<>(Attack.class);
    for (int round = 1; round <= settings.rounds(); round++) {
      List<Attack> inTurn = new ArrayList<>(attacks);
      // So that each attack is among the first in some round.
      Collections.rotate(inTurn, -(round - 1) * attacks.size() / settings.rounds());
      for (OnsetMeasurement measured : round(inTurn, settings).attacks()) {
        rounds.computeIfAbsent(measured.attack(), _ -> new ArrayList<>()).add(measured);
        progress.accept(
            String.format(
                Locale.ROOT,
                "onset of %s, round %d of %d: worst 10 ms %.2f of the steady rate, %d"
                    + " deoptimizations",
                measured.attack().label(),
                round,
                settings.rounds(),
                measured.ratio(),
                measured.deoptimizations().size()));
      }
    }
    return OnsetReport.of(
        attacks.stream().map(attack -> OnsetResult.of(attack, rounds.get(attack))).toList());
  }

  /**
   * All attacks in this order, in a process of its own.
   *
   * @param options of its JVM, beside ours
   */
  static OnsetMeasurement.Round round(
      List<Attack> attacks, StudySettings settings, String... options) throws InterruptedException {
    String labels = attacks.stream().map(Attack::label).collect(Collectors.joining(","));
    try {
      Path log = Files.createTempFile("breakwater-onset", ".log");
      try {
        List<String> all = new ArrayList<>(List.of(options));
        all.add(Deoptimizations.option(log));
        List<String> command =
            ChildProcess.java(
                OnsetRound.class,
                all,
                List.of(
                    labels,
                    Double.toString(settings.seconds()),
                    Integer.toString(settings.core()),
                    Integer.toString(settings.otherCore()),
                    log.toString()));
        long timeoutSeconds = TIMEOUT_SECONDS + (long) (2 * settings.seconds() * attacks.size());
        String output = ChildProcess.run("onset", command, timeoutSeconds);
        return JsonMapper.builder().build().readValue(output, OnsetMeasurement.Round.class);
      } finally {
        Files.delete(log);
      }
    } catch (JsonProcessingException e) {
      throw CommandException.failure("a round printed no result: attacks=" + labels, e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.breakwater.perf.startup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.breakwater.appliance.Breakwater;
import io.breakwater.appliance.CommandException;
import io.breakwater.perf.process.ChildProcess;
import io.breakwater.perf.report.ReportPart;
import io.breakwater.perf.study.Study;
import io.breakwater.perf.study.StudySettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * {@code bench start-up}: how long the appliance takes from the exec of its process to the first
 * packet and to its full rate, with and without JDK 25's cache of loaded classes (JEP 483, 514).
 *
 * <p>Both ways in turn, each start in processes of its own ({@link StartUpRound}). The cache is the
 * one that the build has made, and that this process was itself started with.
 */
public final class StartUpStudy implements Study {

  private static final long TIMEOUT_SECONDS = 150;
  private static final String CACHE_OPTION = "-XX:AOTCache=";

  @Override
  public String label() {
    return "start-up";
  }

  @Override
  public String description() {
    return "from exec to the first packet and to full rate, with and without an AOT cache";
  }

  @Override
  public ReportPart run(StudySettings settings, Consumer<String> progress)
      throws InterruptedException {
    requireCache();
    try {
      Path folder = Files.createTempDirectory("breakwater-start-up");
      try {
        List<StartUpMeasurement> without = new ArrayList<>();
        List<StartUpMeasurement> with = new ArrayList<>();
        for (int round = 1; round <= settings.rounds(); round++) {
          without.add(start(settings, folder, false));
          with.add(start(settings, folder, true));
          progress.accept(
              String.format(
                  Locale.ROOT,
                  "start-up, round %d of %d: first packet after %.2f s, with an AOT cache %.2f s",
                  round,
                  settings.rounds(),
                  without.getLast().firstPacketMs() / 1_000,
                  with.getLast().firstPacketMs() / 1_000));
        }
        return new StartUpReport(
            List.of(
                new StartUpReport.Way("no AOT cache", without),
                new StartUpReport.Way("AOT cache", with)));
      } finally {
        delete(folder);
      }
    } catch (JsonProcessingException e) {
      throw CommandException.failure("a round printed no result: side=start-up", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireCache() {
    boolean cached =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .anyMatch(option -> option.startsWith(CACHE_OPTION));
    if (!cached) {
      throw CommandException.failure(
          "this build has no AOT cache to start with: why is in target/aot-cache.log");
    }
  }

  private static StartUpMeasurement start(StudySettings settings, Path folder, boolean cached)
      throws IOException, InterruptedException {
    Path socket = folder.resolve("memif.sock");
    Path file = folder.resolve("appliance.yaml");
    Files.deleteIfExists(socket);
    Files.writeString(
        file,
        StartUpAppliance.configuration(settings.core(), folder, StartUpAppliance.device(socket)));
    List<String> arguments = new ArrayList<>();
    arguments.add(Double.toString(settings.seconds()));
    arguments.add(Integer.toString(settings.otherCore()));
    arguments.add(socket.toString());
    List<String> command =
        ChildProcess.java(Breakwater.class, List.of(), List.of("run", "-c", file.toString()));
    if (!cached) {
      // Not -XX:AOTMode=off: that gives up the JDK's own archive of its classes, too.
      command.removeIf(word -> word.startsWith(CACHE_OPTION));
    }
    arguments.addAll(command);
    String output =
        ChildProcess.run(
            "start-up",
            ChildProcess.java(StartUpRound.class, List.of(), arguments),
            TIMEOUT_SECONDS + (long) settings.seconds());
    return JsonMapper.builder().build().readValue(output, StartUpMeasurement.class);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

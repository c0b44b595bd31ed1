package io.breakwater.perf.bench;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.CommandProvider;
import io.breakwater.appliance.report.JsonOutput;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.perf.compare.BenchCompareCommand;
import io.breakwater.perf.generator.GeneratorChoice;
import io.breakwater.perf.report.BenchReport;
import io.breakwater.perf.report.HtmlReport;
import io.breakwater.perf.report.Machine;
import io.breakwater.perf.report.ReportPart;
import io.breakwater.perf.study.StudySettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code bench}: how many packets one core takes through the appliance, beside a C program that
 * does the same job on the same frames.
 *
 * <p>Rounds of both sides alternate, so that whatever else the machine does falls on both; the
 * result is each side's median.
 */
@Command(
    name = "bench",
    subcommands = BenchCompareCommand.class,
    description = {
      "Measure the packet path on one core, without a NIC, beside a C program that does the same"
          + " job in the same run.",
      "Profiles: forward, gre-encap, gre-decap (these by default), imix; and scales of gre-encap:"
          + " frame-sizes, tenants, prefixes, flows, workers.",
      "With --against two builds take turns: exit status 1 says that this one is"
          + " slower, or that something failed."
    })
public final class BenchCommand implements Callable<Integer>, CommandProvider {

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PROFILE", arity = "0..*", description = "What to measure.")
  private List<String> profiles = List.of();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "2",
      description = "Measured time of each round (default: ${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds of each side (default: 3; with --against 10).")
  private Integer wantedRounds;

  @Option(
      names = "--core",
      paramLabel = "CPU",
      description =
          "CPU of the packet path, and where it needs one more, any other. By default the last"
              + " isolated one, else the last.")
  private Integer core;

  @Option(
      names = "--against",
      paramLabel = "FOLDER",
      description =
          "Another build: a tree in which ./breakwater has been run. In each round a process of that"
              + " build and one of this take turns, and the report tells a change from noise, of the"
              + " whole and of each stage.")
  private Path against;

  @Option(
      names = "--generator",
      paramLabel = "NAME",
      defaultValue = "builtin",
      description = "Who sends, where a study needs a generator: ${COMPLETION-CANDIDATES}.")
  private GeneratorChoice.Kind generatorKind;

  @Option(
      names = "--generator-program",
      paramLabel = "FILE",
      description = "The generator's executable, if it is not on the PATH.")
  private Path generatorProgram;

  @Option(
      names = "--link",
      paramLabel = "LINK",
      defaultValue = "memif",
      description =
          "Between generator and appliance: memif, virtio-user, or two PCI addresses with a comma"
              + " (default: ${DEFAULT-VALUE}).")
  private String link;

  @Option(names = "--json", paramLabel = "FILE", description = "Write all results there, too.")
  private Path json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Write a page with tables and plots there.")
  private Path html;

  @Option(
      names = "--hgrm",
      paramLabel = "FOLDER",
      description =
          "Keep latency histograms there, as HdrHistogram's percentile distributions (.hgrm).")
  private Path hgrm;

  @Override
  public Object command() {
    return this;
  }

  @Override
  public Integer call() throws InterruptedException {
    List<String> chosen =
        profiles.isEmpty()
            ? BenchProfile.DEFAULT.stream().map(BenchProfile::label).toList()
            : profiles;
    chosen.forEach(BenchCommand::requireKnown);
    requireAtLeast("--seconds", 0.1, seconds);
    int rounds = wantedRounds != null ? wantedRounds : against == null ? 3 : 10;
    requireAtLeast("--rounds", 1, rounds);
    Optional<Build> other = Optional.ofNullable(against).map(Build::in);
    BenchRounds runner = new BenchRounds(cores(), seconds);
    chosen.forEach(label -> requireCores(label, runner.cores()));
    BenchRun run =
        new BenchRun(
            runner,
            rounds,
            other,
            new StudySettings(
                runner.cores().getFirst(), otherCore(runner.cores()), seconds, rounds, generator()),
            progress(rounds * stepsOf(chosen)));
    for (String label : chosen) {
      Optional<BenchProfile> profile = BenchProfile.named(label);
      if (profile.isPresent()) {
        run.measure(profile.get());
      } else {
        run.measure(Studies.named(label).orElseThrow());
      }
    }
    BenchReport report =
        new BenchReport(
            Machine.describe(),
            "CPU %d, and others where a profile has more workers than one; unless a profile says otherwise 64-byte frames, 1,000 tenants, 10,000 prefixes, 100,000 flows; medians of %d rounds of %s s."
                .formatted(runner.cores().getFirst(), rounds, seconds),
            run.comparisons(),
            run.parts(String.valueOf(against)));
    report.print(spec.commandLine().getOut());
    if (hgrm != null) {
      keep(report.studies());
    }
    if (json != null) {
      write(json, JsonOutput.text(report));
    }
    if (html != null) {
      write(html, HtmlReport.page(report, commandLine(), ZonedDateTime.now()));
    }
    return run.exitStatus();
  }

  private static void requireKnown(String label) {
    if (BenchProfile.named(label).isPresent() || Studies.named(label).isPresent()) {
      return;
    }
    ComingProfiles.about(label)
        .ifPresent(sentence -> {
          throw CommandException.wrongInput(sentence);
        });
    List<String> known = new ArrayList<>(BenchProfile.labels());
    known.addAll(Studies.labels());
    throw CommandException.wrongInput(
        "no such profile: profile=%s; there are %s".formatted(label, String.join(", ", known)));
  }

  /** Before anything is measured: the last profile may need more than the first. */
  private static void requireCores(String label, List<Integer> cores) {
    int needed = BenchProfile.named(label).map(BenchProfile::coresMin).orElse(1);
    if (needed > cores.size()) {
      throw CommandException.wrongInput(
          "the profile needs more CPUs than this process may use: profile=%s needed=%d available=%s"
              .formatted(label, needed, cores));
    }
  }

  private static int stepsOf(List<String> labels) {
    return labels.stream()
        .flatMap(label -> BenchProfile.named(label).stream())
        .mapToInt(profile -> profile.steps().size())
        .sum();
  }

  private GeneratorChoice generator() {
    return new GeneratorChoice(generatorKind, Optional.ofNullable(generatorProgram), link);
  }

  private Progress progress(int rounds) {
    return new Progress(
        spec.commandLine().getErr(), Progress.standardErrorIsTerminal(), rounds, System::nanoTime);
  }

  private void requireAtLeast(String option, double least, double value) {
    if (!(value >= least)) {
      throw new ParameterException(
          spec.commandLine(), "%s must be at least %s: value=%s".formatted(option, least, value));
    }
  }

  /** The one asked for comes first, then the isolated ones, from the last on, then the others. */
  private List<Integer> cores() {
    Set<Integer> cores = new LinkedHashSet<>();
    if (core != null) {
      if (!Files.isDirectory(Path.of("/sys/devices/system/cpu/cpu" + core))) {
        throw CommandException.wrongInput("there is no such CPU: core=" + core);
      }
      cores.add(core);
    }
    cores.addAll(CpuAffinity.isolatedCores().reversed());
    cores.addAll(CpuAffinity.current().reversed());
    return List.copyOf(cores);
  }

  /** One that the packet path does not use, if there is one. */
  private static int otherCore(List<Integer> cores) {
    return cores.get(cores.size() > 1 ? 1 : 0);
  }

  private void keep(Map<String, ReportPart> studies) {
    try {
      Files.createDirectories(hgrm);
      for (ReportPart part : studies.values()) {
        part.keep(hgrm);
      }
    } catch (IOException e) {
      throw CommandException.failure("cannot write the histograms: " + e.getMessage(), e);
    }
  }

  private String commandLine() {
    return "./breakwater "
        + String.join(" ", spec.root().commandLine().getParseResult().originalArgs());
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw CommandException.failure("cannot write the report: " + e.getMessage(), e);
    }
  }
}

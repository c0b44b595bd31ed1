package io.breakwater.perf.bench;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.CommandProvider;
import io.breakwater.appliance.ExitStatus;
import io.breakwater.appliance.report.JsonOutput;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.perf.compare.BenchCompareCommand;
import io.breakwater.perf.generator.GeneratorChoice;
import io.breakwater.perf.report.BenchReport;
import io.breakwater.perf.report.BenchReport.Comparison;
import io.breakwater.perf.report.HtmlReport;
import io.breakwater.perf.report.Machine;
import io.breakwater.perf.report.Measurement;
import io.breakwater.perf.report.ReportPart;
import io.breakwater.perf.study.StudySettings;
import io.breakwater.perf.traffic.Workload;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
          + " frame-sizes, tenants, prefixes, flows."
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
      defaultValue = "3",
      description = "Rounds of each side (default: ${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--core",
      paramLabel = "CPU",
      description = "CPU of the packet path. By default the last isolated one, else the last.")
  private Integer core;

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
    requireAtLeast("--rounds", 1, rounds);
    BenchRounds runner = new BenchRounds(core == null ? lastCore() : core, seconds);
    StudySettings settings =
        new StudySettings(runner.core(), otherCore(runner.core()), seconds, rounds, generator());
    List<Comparison> comparisons = new ArrayList<>();
    Map<String, ReportPart> studies = new LinkedHashMap<>();
    for (String label : chosen) {
      Optional<BenchProfile> profile = BenchProfile.named(label);
      if (profile.isPresent()) {
        for (BenchProfile.Step step : profile.get().steps()) {
          comparisons.add(compare(profile.get(), step, runner));
        }
      } else {
        studies.put(label, Studies.named(label).orElseThrow().run(settings, this::progress));
      }
    }
    BenchReport report =
        new BenchReport(
            Machine.describe(),
            "One core (CPU %d); unless a profile says otherwise 64-byte frames, 1,000 tenants, 10,000 prefixes, 100,000 flows; medians of %d rounds of %s s."
                .formatted(runner.core(), rounds, seconds),
            comparisons,
            studies);
    report.print(spec.commandLine().getOut());
    if (hgrm != null) {
      keep(studies);
    }
    if (json != null) {
      write(json, JsonOutput.text(report));
    }
    if (html != null) {
      write(html, HtmlReport.page(report, commandLine(), ZonedDateTime.now()));
    }
    return ExitStatus.DONE;
  }

  private static void requireKnown(String label) {
    if (BenchProfile.named(label).isEmpty() && Studies.named(label).isEmpty()) {
      List<String> known =
          new ArrayList<>(Arrays.stream(BenchProfile.values()).map(BenchProfile::label).toList());
      known.addAll(Studies.labels());
      throw CommandException.wrongInput(
          "no such profile: profile=%s; there are %s".formatted(label, String.join(", ", known)));
    }
  }

  private GeneratorChoice generator() {
    return new GeneratorChoice(generatorKind, Optional.ofNullable(generatorProgram), link);
  }

  private void progress(String line) {
    PrintWriter err = spec.commandLine().getErr();
    err.println(line);
    err.flush();
  }

  private void requireAtLeast(String option, double least, double value) {
    if (!(value >= least)) {
      throw new ParameterException(
          spec.commandLine(), "%s must be at least %s: value=%s".formatted(option, least, value));
    }
  }

  private static int lastCore() {
    List<Integer> isolated = CpuAffinity.isolatedCores();
    return isolated.isEmpty() ? CpuAffinity.current().getLast() : isolated.getLast();
  }

  /** One that the packet path does not use, if there is one. */
  private static int otherCore(int core) {
    return CpuAffinity.current().stream().filter(cpu -> cpu != core).findFirst().orElse(core);
  }

  private Comparison compare(BenchProfile profile, BenchProfile.Step step, BenchRounds runner)
      throws InterruptedException {
    BenchCase measured = step.measured();
    String label = step.point() == null ? profile.label() : step.point().label();
    List<Measurement> java = new ArrayList<>();
    List<Measurement> reference = new ArrayList<>();
    try {
      Path folder = Files.createTempDirectory("breakwater-bench");
      try {
        Workload workload = measured.workload();
        workload.write(folder, measured.frames(workload), measured.strideBytes());
        for (int round = 1; round <= rounds; round++) {
          java.add(runner.java(measured));
          reference.add(runner.reference(measured, folder, java.getLast().hugepages()));
          progress(
              "%s, round %d of %d: Java %.2f Mpps, C %.2f Mpps"
                  .formatted(
                      label, round, rounds, java.getLast().mpps(), reference.getLast().mpps()));
          requireNoDrops(java.getLast());
          requireNoDrops(reference.getLast());
        }
      } finally {
        Workload.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Comparison.of(profile.label(), step.point(), java, reference);
  }

  /** A path that drops good frames is wrong, and its speed means nothing. */
  private static void requireNoDrops(Measurement measurement) {
    if (measurement.dropped() != 0) {
      throw CommandException.failure(
          "good frames were dropped: profile=%s dropped=%d of %d"
              .formatted(measurement.profile(), measurement.dropped(), measurement.packets()));
    }
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

package io.breakwater.appliance.command;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.ExitStatus;
import io.breakwater.appliance.capture.CaptureException;
import io.breakwater.appliance.daemon.PoolPlan;
import io.breakwater.appliance.replay.Replay;
import io.breakwater.appliance.report.JsonOutput;
import io.breakwater.appliance.report.ReplayReport;
import io.breakwater.config.Appliance;
import io.breakwater.config.Port;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.LongConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code replay}: runs a capture through the packet path. Needs no NIC and no DPDK. */
@Command(
    name = "replay",
    description = {
      "Run a capture (pcap or pcapng, Ethernet) through the packet path, on the capture's own"
          + " clock: deterministic, identical from run to run.",
      "All frames of IN arrive on one port; what leaves, by any port, is written to OUT (pcap) in"
          + " order, with the time of the input frame. Frames of our own that no input frame"
          + " caused, such as ARP requests, are not written.",
      "Nobody answers ARP in a replay: a neighbour without a pinned mac has 02:00:00:00:00:01; the"
          + " ports have 02:00:00:00:00:02.",
      "Frames that were captured short (snapshot length) are judged by the bytes that are there. A"
          + " damaged capture is processed up to the damage, and ends with exit status 2."
    })
public final class ReplayCommand implements Callable<Integer> {

  private static final long PROGRESS_NS = 2_000_000_000L;

  @Spec private CommandSpec spec;

  @Mixin private ConfigurationOption configuration;

  @Option(
      names = "--in",
      paramLabel = "IN",
      required = true,
      description = "The capture to read: pcap or pcapng.")
  private Path in;

  @Option(
      names = "--out",
      paramLabel = "OUT",
      required = true,
      description = "The capture to write; replaced if it exists.")
  private Path out;

  @Option(
      names = "--port",
      paramLabel = "NAME",
      description = "The port on which the frames arrive; by default the first.")
  private String portName;

  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = "Write what became of the frames, as JSON.")
  private Path reportFile;

  @Option(names = "--json", description = "Print the report, as JSON, instead of a summary.")
  private boolean json;

  @Override
  public Integer call() {
    Optional<Appliance> appliance = configuration.load();
    if (appliance.isEmpty()) {
      return ExitStatus.WRONG_INPUT;
    }
    checkOutputs();
    int port = portIndex(appliance.get());
    try {
      Replay.Result result =
          new Replay(appliance.get(), port, PoolPlan.dataRoomBytes(appliance.get()), progress())
              .run(in, out);
      print(result);
      return result.error().isPresent() ? ExitStatus.WRONG_INPUT : ExitStatus.DONE;
    } catch (CaptureException e) {
      throw CommandException.wrongInput(e.getMessage(), e);
    } catch (IOException e) {
      throw CommandException.failure("reading or writing failed: " + e, e);
    }
  }

  /** Opening the output empties it: that must not be the input. */
  private void checkOutputs() {
    for (Path output : reportFile == null ? List.of(out) : List.of(out, reportFile)) {
      try {
        if (Files.exists(output) && Files.exists(in) && Files.isSameFile(in, output)) {
          throw CommandException.wrongInput("--in must not be an output: file=" + output);
        }
      } catch (IOException e) {
        throw CommandException.failure("a file cannot be examined: " + e, e);
      }
    }
  }

  private int portIndex(Appliance appliance) {
    List<String> names = appliance.ports().stream().map(Port::name).toList();
    int index = portName == null ? 0 : names.indexOf(portName);
    if (index < 0) {
      throw CommandException.wrongInput(
          "--port must name a port of the configuration: port=%s ports=%s"
              .formatted(portName, String.join(",", names)));
    }
    return index;
  }

  private LongConsumer progress() {
    PrintWriter err = spec.commandLine().getErr();
    long[] nextNs = {System.nanoTime() + PROGRESS_NS};
    return frames -> {
      long nowNs = System.nanoTime();
      if (nowNs - nextNs[0] >= 0) {
        nextNs[0] = nowNs + PROGRESS_NS;
        err.println("replay: " + frames + " frames");
        err.flush();
      }
    };
  }

  private void print(Replay.Result result) throws IOException {
    PrintWriter stdout = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    String text = JsonOutput.text(result.report());
    if (reportFile != null) {
      try {
        Files.writeString(reportFile, text);
      } catch (IOException e) {
        throw CommandException.wrongInput(
            reportFile + ": the report cannot be written: " + e.getMessage(), e);
      }
    }
    stdout.print(json ? text : summary(result.report()));
    stdout.flush();
    if (result.cutFrames() > 0) {
      err.println(
          in
              + ": warning: frames were captured short and judged by the bytes that are there:"
              + " frames="
              + result.cutFrames());
    }
    result.error().ifPresent(e -> err.println(e.getMessage()));
    err.flush();
  }

  private String summary(ReplayReport r) {
    StringBuilder text = new StringBuilder();
    text.append(
        "%s: received %d = delivered %d + answered %d + consumed %d + host %d + dropped %d; sent %d%n"
            .formatted(
                in,
                r.received(),
                r.delivered(),
                r.answered(),
                r.consumed(),
                r.host(),
                r.dropped(),
                r.sent()));
    r.drops().forEach((reason, packets) -> text.append("  %s %d%n".formatted(reason, packets)));
    return text.toString();
  }
}

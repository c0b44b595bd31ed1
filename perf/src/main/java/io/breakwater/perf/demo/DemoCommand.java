package io.breakwater.perf.demo;

import io.breakwater.appliance.CommandException;
import io.breakwater.appliance.CommandProvider;
import io.breakwater.appliance.ExitStatus;
import io.breakwater.appliance.report.JsonOutput;
import io.breakwater.dpdk.CpuAffinity;
import io.breakwater.dpdk.DpdkException;
import io.breakwater.dpdk.Eal;
import io.breakwater.dpdk.EalOptions;
import io.breakwater.dpdk.PacketPool;
import io.breakwater.perf.demo.DemoTraffic.Kind;
import io.breakwater.workers.worker.WarmUp;
import java.io.Console;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code demo}: a whole appliance at work, without a NIC, without root, without a file to write.
 *
 * <p>Two tenants, two in-memory ports; a generator sends them legitimate traffic and attacks, and
 * takes back what comes out. At the end both sides' numbers are compared: exit status 0 says that
 * they agree.
 */
@Command(
    name = "demo",
    description = {
      "Run a complete appliance with two tenants on in-memory ports: legitimate traffic and attacks"
          + " in, what is clean out, and a summary that adds up.",
      "Needs no NIC, no root and no configuration."
    })
public final class DemoCommand implements Callable<Integer>, CommandProvider {

  private static final int PACKETS = 16_383;
  private static final int ROOM_BYTES = 2_048;
  private static final int CACHE = 256;
  private static final int MEMORY_MIB = 128;
  private static final long WARM_UP_TIMEOUT_NS = 20_000_000_000L;

  @Spec private CommandSpec spec;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      defaultValue = "10",
      description = "How long traffic flows (default: ${DEFAULT-VALUE}).")
  private int seconds;

  @Option(names = "--json", description = "Print the summary as JSON, and nothing else.")
  private boolean json;

  @Override
  public Object command() {
    return this;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (seconds < 1) {
      throw new ParameterException(
          spec.commandLine(), "--seconds must be at least 1: value=" + seconds);
    }
    PrintWriter out = json ? new PrintWriter(Writer.nullWriter()) : spec.commandLine().getOut();
    DemoSummary summary;
    try {
      summary = run(out);
    } catch (DpdkException e) {
      throw CommandException.failure(e.getMessage(), e);
    }
    if (json) {
      spec.commandLine().getOut().print(JsonOutput.text(summary));
      spec.commandLine().getOut().flush();
    } else {
      summary.print(out);
    }
    return summary.addsUp() ? ExitStatus.DONE : ExitStatus.FAILED;
  }

  private DemoSummary run(PrintWriter out) throws InterruptedException {
    String prefix = "demo-" + ProcessHandle.current().pid();
    try (Eal eal = Eal.start(EalOptions.of(prefix, MEMORY_MIB));
        PacketPool pool = PacketPool.create("packets", PACKETS, ROOM_BYTES, CACHE)) {
      List<Integer> cores = CpuAffinity.current();
      int workerCore = cores.getLast();
      OptionalInt generatorCore =
          cores.size() > 1 ? OptionalInt.of(cores.getFirst()) : OptionalInt.empty();
      out.printf("%s%n%s%n", eal.version(), DemoAppliance.configurationText());
      out.printf("Warming up: every stage is compiled before a port goes up ...%n");
      out.flush();
      WarmUp.Result warmUp = WarmUp.run(pool, WARM_UP_TIMEOUT_NS);
      out.printf(
          "%,d synthetic packets in %.1f s. Worker on CPU %d; traffic for %d s.%n%n",
          warmUp.packets(), warmUp.elapsedNs() / 1e9, workerCore, seconds);
      return drive(new DemoAppliance(pool, workerCore), pool, generatorCore, out);
    }
  }

  private DemoSummary drive(
      DemoAppliance appliance, PacketPool pool, OptionalInt generatorCore, PrintWriter out)
      throws InterruptedException {
    try (appliance) {
      List<Kind> kinds = DemoTraffic.kinds(appliance.macs());
      DemoGenerator generator =
          new DemoGenerator(pool, appliance.farEnds(), kinds, appliance::received, generatorCore);
      Thread thread = new Thread(generator, "generator");
      long startNs = System.nanoTime();
      thread.start();
      watch(new DemoView(out, onTerminal(), appliance), thread);
      generator.stop();
      double elapsed = (System.nanoTime() - startNs) / 1e9;
      thread.join();
      appliance.stop();
      requireHealthy("generator", generator.failure());
      requireHealthy("worker", appliance.worker().failure());
      return DemoSummary.of(elapsed, appliance, generator, kinds);
    }
  }

  private void watch(DemoView view, Thread generator) throws InterruptedException {
    for (int second = 1; second <= seconds && generator.isAlive(); second++) {
      generator.join(1_000);
      view.show(second);
    }
  }

  private boolean onTerminal() {
    Console console = System.console();
    return !json && console != null && console.isTerminal();
  }

  private static void requireHealthy(String who, Throwable failure) {
    if (failure != null) {
      throw new IllegalStateException("the " + who + " failed", failure);
    }
  }
}

package io.breakwater.perf.stall;

import io.breakwater.config.Appliance;
import io.breakwater.config.source.ConfigurationFiles;
import io.breakwater.config.source.Reload;
import io.breakwater.perf.process.Preparation;
import io.breakwater.workers.pipeline.ForwardingCompiler;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Slots;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Reloads as the daemon does on a SIGHUP: reads all tenants' files, decides what goes live,
 * compiles it, gives it to the workers, gives up slots. Every tenant changes every time: two sets
 * of files take turns. Control thread only.
 */
final class TenantReload {

  private static final long PUBLISH_TIMEOUT_NS = 60_000_000_000L;
  private static final int REHEARSALS = 8;

  private final WorkloadFiles files;
  private final Slots slots;
  private final ForwardingCompiler compiler;
  private final long[] macs;
  private Appliance running;
  private ForwardingTables tables;
  private int next = 1;

  TenantReload(WorkloadFiles files, long[] macs) {
    this.files = files;
    this.macs = macs;
    ConfigurationFiles.Result loaded = ConfigurationFiles.load(files.main(0));
    running =
        loaded
            .configuration()
            .orElseThrow(() ->
                new IllegalStateException("the study's files are wrong: " + loaded.problems()));
    slots = new Slots(running.limits());
    compiler = new ForwardingCompiler(slots, macs);
    tables = compiler.compile(running);
  }

  /** Without effect, as the daemon does before its ports go up. */
  void rehearse() {
    for (int i = 0; i < Preparation.of(REHEARSALS); i++) {
      Path other = files.main(i & 1);
      new ForwardingCompiler(new Slots(running.limits()), macs)
          .compile(Reload.apply(running, other).configuration());
    }
  }

  /** Takes how long, in nanoseconds. */
  long reload(Consumer<ForwardingTables> publish) {
    long startNs = System.nanoTime();
    Reload.Result result = Reload.apply(running, files.main(next));
    if (!result.problems().isEmpty() || result.changes().size() < running.tenants().size()) {
      throw new IllegalStateException(
          "a reload did not change every tenant: changes=%d tenants=%d problems=%s"
              .formatted(result.changes().size(), running.tenants().size(), result.problems()));
    }
    running = result.configuration();
    tables = compiler.compile(running);
    publish.accept(tables);
    slots.retain(running, tables);
    next = 1 - next;
    return System.nanoTime() - startNs;
  }

  Appliance running() {
    return running;
  }

  ForwardingTables tables() {
    return tables;
  }

  Slots slots() {
    return slots;
  }

  static long publishTimeoutNs() {
    return PUBLISH_TIMEOUT_NS;
  }
}

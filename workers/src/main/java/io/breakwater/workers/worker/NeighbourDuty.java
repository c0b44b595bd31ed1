package io.breakwater.workers.worker;

import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.stage.NeighbourDiscovery;
import io.breakwater.workers.stage.Originator;

/**
 * What a worker does for neighbours between bursts: the first one runs the state machine and takes
 * the others' reports, the others do nothing.
 *
 * <p>Called only from the worker's thread.
 */
final class NeighbourDuty {

  /** Of the workers that are not the first. */
  static final NeighbourDuty NONE = new NeighbourDuty(null, null, new NeighbourReports[0]);

  private final NeighbourDiscovery discovery;
  private final Originator originator;
  private final NeighbourReports[] reports;

  NeighbourDuty(NeighbourDiscovery discovery, Originator originator, NeighbourReports[] reports) {
    this.discovery = discovery;
    this.originator = originator;
    this.reports = reports;
  }

  void configure(ForwardingTables tables) {
    if (discovery != null) {
      discovery.configure(tables.neighbours());
    }
  }

  void tick(long nowNs, ForwardingTables tables) {
    if (discovery == null) {
      return;
    }
    for (NeighbourReports report : reports) {
      report.drainTo(discovery);
    }
    discovery.tick(nowNs, tables.ports(), originator);
  }
}

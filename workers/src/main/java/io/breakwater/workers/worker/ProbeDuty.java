package io.breakwater.workers.worker;

import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.stage.ProbeFrames;
import io.breakwater.workers.stage.ProbeSender;

/**
 * What a worker does for tunnels' health between bursts: the first one sends their probes, the
 * others do nothing.
 *
 * <p>Called only from the worker's thread.
 */
final class ProbeDuty {

  /** Of the workers that are not the first. */
  static final ProbeDuty NONE = new ProbeDuty(null, null);

  private final ProbeSender sender;
  private final ProbeFrames frames;

  ProbeDuty(ProbeSender sender, ProbeFrames frames) {
    this.sender = sender;
    this.frames = frames;
  }

  void tick(long nowNs, ForwardingTables tables) {
    if (sender != null) {
      sender.tick(
          nowNs, tables.probes(), tables.tunnels(), tables.nextHops(), tables.ports(), frames);
    }
  }
}

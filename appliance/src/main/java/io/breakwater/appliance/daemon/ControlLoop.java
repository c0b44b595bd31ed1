package io.breakwater.appliance.daemon;

import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * What the control thread does while the workers forward: obeys signals, and looks now and then at
 * links, neighbours, workers and counters.
 *
 * <p>A look every {@value #TICK_MS} ms costs microseconds; a signal is obeyed at once.
 */
final class ControlLoop {

  private static final Logger LOG = LogManager.getLogger("breakwater");

  private static final long TICK_MS = 100;
  private static final long TICK_NS = TICK_MS * 1_000_000;
  private static final long LINK_NS = 1_000_000_000L;
  private static final long STATISTICS_NS = 10_000_000_000L;

  private final PacketPath path;
  private final Signals signals;
  private final LinkWatch links;
  private final NeighbourJournal neighbours;

  ControlLoop(PacketPath path, EventLog events, Signals signals) {
    this.path = path;
    this.signals = signals;
    this.links = new LinkWatch(path.ports(), events);
    this.neighbours = new NeighbourJournal(path.ports(), events);
  }

  /** Returns why the appliance is to stop: a signal's name, or what broke. */
  String run() {
    long startNs = System.nanoTime();
    long nextLinkNs = startNs;
    long nextStatisticsNs = startNs + STATISTICS_NS;
    StatisticsLine statistics = new StatisticsLine(startNs);
    while (true) {
      if (!signals.stopSignal().isEmpty()) {
        return signals.stopSignal();
      }
      if (path.failure() != null) {
        return path.failure();
      }
      long nowNs = System.nanoTime();
      path.workers().neighbourEvents().drainTo(neighbours);
      if (nowNs - nextLinkNs >= 0) {
        nextLinkNs = nowNs + LINK_NS;
        links.poll();
      }
      if (nowNs - nextStatisticsNs >= 0) {
        nextStatisticsNs = nowNs + STATISTICS_NS;
        LOG.info(
            "{}",
            statistics.next(path.receivedPackets(), path.fates(), path.missedPackets(), nowNs));
      }
      try {
        if (signals.await(TICK_NS)) {
          path.reload();
        }
      } catch (InterruptedException e) {
        return "interrupted";
      }
    }
  }
}

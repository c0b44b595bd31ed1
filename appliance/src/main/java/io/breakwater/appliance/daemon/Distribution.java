package io.breakwater.appliance.daemon;

import io.breakwater.appliance.journal.JournalEvent.DistributionChanged;
import io.breakwater.appliance.report.Snapshot.RssRow;
import io.breakwater.config.Workers;
import io.breakwater.dpdk.Port;
import io.breakwater.workers.table.FlowSpread;
import io.breakwater.workers.worker.SpreadModes;
import io.breakwater.workers.worker.SpreadModes.Mode;
import java.util.ArrayList;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/**
 * Decides who spreads each port's packets over the workers, and watches whether it is done right.
 *
 * <p>{@code workers.distribution: auto} leaves to the hardware what it is said to do as is wanted,
 * until packets show that it does not. Control thread only.
 */
final class Distribution {

  private static final Logger LOG = LogManager.getLogger("breakwater");

  private final Workers.Distribution wanted;
  private final int workers;
  private final List<OpenPort> openPorts;
  private final EventLog events;
  private final FlowSpread spread;
  private final SpreadModes modes;
  private final List<PortSpread> ports = new ArrayList<>();

  Distribution(
      Workers.Distribution wanted, int workers, List<OpenPort> openPorts, EventLog events) {
    this.events = events;
    this.wanted = wanted;
    this.workers = workers;
    this.openPorts = List.copyOf(openPorts);
    spread = new FlowSpread(workers, places(openPorts, workers));
    modes = new SpreadModes(openPorts.size());
  }

  /** As many as the shortest table of the hardware, so that all tables can say the same. */
  private static int places(List<OpenPort> ports, int workers) {
    int least =
        ports.stream()
            .map(OpenPort::device)
            .filter(device -> device.rxQueues() > 1)
            .mapToInt(Port::rssTableEntries)
            .filter(entries -> entries >= workers)
            .min()
            .orElse(FlowSpread.PLACES_MAX);
    return Math.min(FlowSpread.PLACES_MAX, Integer.highestOneBit(least));
  }

  FlowSpread spread() {
    return spread;
  }

  SpreadModes modes() {
    return modes;
  }

  /** Asks the drivers, after the ports have started and before the workers have. */
  void ask() {
    for (OpenPort port : openPorts) {
      ports.add(new PortSpread(port.port(), port.device(), workers, spread));
    }
  }

  /** Lets the workers hand over what they are to: all of them run. */
  void begin() {
    for (int i = 0; i < ports.size(); i++) {
      modes.set(i, mode(ports.get(i)));
      if (workers > 1) {
        tell(i);
      }
    }
  }

  private void tell(int port) {
    RssRow row = row(port);
    LOG.info(
        "port {}: {} receive queues of {}, spread by {}; hardware {}{}",
        row.port(),
        row.rxQueues(),
        row.driver(),
        row.spreadBy(),
        row.hardware(),
        row.note().isEmpty() ? "" : ": " + row.note());
  }

  private Mode mode(PortSpread port) {
    if (workers == 1) {
      return Mode.NOTHING;
    }
    return switch (wanted) {
      case RSS -> Mode.NOTHING;
      case SOFTWARE -> Mode.EVERYTHING;
      case AUTO -> port.isTrusted() ? Mode.TUNNELLED : Mode.EVERYTHING;
    };
  }

  /** Compares what has come in since the last look, and draws the consequence. */
  void look() {
    for (int i = 0; i < ports.size(); i++) {
      boolean complete = ports.get(i).look();
      Mode mode = mode(ports.get(i));
      if (modes.of(i) != mode) {
        modes.set(i, mode);
        LOG.warn("port {}: the hardware does not spread as it said", ports.get(i).name());
        events.record(changed(row(i), openPorts.get(i).deviceName()));
      } else if (complete) {
        tell(i);
      }
    }
  }

  /** What the journal is told when the workers take over what the hardware was to do. */
  static DistributionChanged changed(RssRow row, String device) {
    return new DistributionChanged(row.port(), device, row.spreadBy(), row.hardware());
  }

  /** The workers have stopped. */
  void close() {
    ports.forEach(PortSpread::close);
  }

  List<PortSpread> ports() {
    return List.copyOf(ports);
  }

  List<RssRow> rows() {
    List<RssRow> rows = new ArrayList<>();
    for (int i = 0; i < ports.size(); i++) {
      rows.add(row(i));
    }
    return rows;
  }

  private RssRow row(int port) {
    return ports.get(port).row(modes.of(port));
  }
}

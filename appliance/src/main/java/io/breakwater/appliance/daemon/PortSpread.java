package io.breakwater.appliance.daemon;

import io.breakwater.appliance.report.Snapshot.RssRow;
import io.breakwater.dpdk.PacketSample;
import io.breakwater.dpdk.Port;
import io.breakwater.dpdk.PortRss;
import io.breakwater.workers.table.FlowSpread;
import io.breakwater.workers.worker.SpreadModes.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How one port's packets get to the workers: what its hardware does, found out at start and from
 * the first packets, and what the workers do themselves. Control thread only.
 */
final class PortSpread {

  private final String name;
  private final Port device;
  private final FlowSpread spread;
  private final int[] table;
  private final String obstacle;
  private final RssCheck check;
  private final List<PacketSample> samples = new ArrayList<>();
  private boolean sampling;

  /**
   * Asks the driver, and gives it the indirection table that is wanted. The port is started, and
   * nobody polls it yet.
   */
  PortSpread(String name, Port device, int workers, FlowSpread spread) {
    this.name = name;
    this.device = device;
    this.spread = spread;
    int[] wanted = RssCheck.table(device.rssTableEntries(), spread);
    Optional<PortRss> rss = device.rss();
    if (rss.isPresent() && wanted.length > 0 && device.setRssTable(wanted)) {
      rss = device.rss();
    }
    obstacle = RssCheck.obstacle(device.rxQueues(), workers, rss, spread).orElse("");
    table = rss.map(PortRss::table).orElse(new int[0]);
    check = new RssCheck(table);
    if (rss.isPresent()) {
      startSamples();
    }
  }

  private void startSamples() {
    sampling = true;
    for (int queue = 0; queue < device.rxQueues(); queue++) {
      samples.add(device.sample(queue, RssCheck.PACKETS));
    }
  }

  String name() {
    return name;
  }

  /** Whether the hardware spreads as is wanted, as far as is known. */
  boolean isTrusted() {
    return obstacle.isEmpty() && !check.refutes();
  }

  /**
   * Compares what has come since the last look.
   *
   * @return whether the verdict is final since now
   */
  boolean look() {
    if (!sampling) {
      return false;
    }
    for (int queue = 0; queue < samples.size(); queue++) {
      for (PacketSample.Packet packet : samples.get(queue).read()) {
        check.add(queue, packet);
      }
    }
    if (check.isComplete()) {
      sampling = false;
      samples.forEach(PacketSample::end);
      return true;
    }
    return false;
  }

  /** The workers have stopped. */
  void close() {
    if (sampling) {
      sampling = false;
      samples.forEach(PacketSample::end);
    }
    samples.forEach(PacketSample::close);
    samples.clear();
  }

  /** The queue that a packet comes in by, or -1 where the driver decides in its own way. */
  int queue(int half) {
    if (device.rxQueues() == 1) {
      return 0;
    }
    return isTrusted() ? spread.worker(half) : -1;
  }

  /** What the hardware was found to do. */
  String hardware() {
    return samples.isEmpty() && check.compared() == 0 ? "unsupported" : check.verdict();
  }

  /** Why, in words; may be empty. */
  String note() {
    if (!obstacle.isEmpty()) {
      return obstacle;
    }
    boolean unhashed = check.compared() > 0 && check.hashed() == 0;
    return unhashed ? "by the queue only: packets carry no hash" : "";
  }

  RssRow row(Mode mode) {
    return new RssRow(
        name,
        device.driverName(),
        device.rxQueues(),
        hardware(),
        check.compared(),
        check.hashed(),
        switch (mode) {
          case NOTHING -> "hardware";
          case TUNNELLED -> "hardware, tunnels software";
          case EVERYTHING -> "software";
        },
        note());
  }
}

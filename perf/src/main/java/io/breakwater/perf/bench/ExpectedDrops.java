package io.breakwater.perf.bench;

import io.breakwater.perf.ruleset.Filtering;
import io.breakwater.perf.traffic.Workload;
import io.breakwater.workers.packet.DropReason;
import java.util.Optional;

/**
 * How many of a case's frames its firewalls are to drop, or are to meet another end than delivery.
 * The source sends all frames in order, over and over: so the packets of any time are known to one
 * round of them, and a firewall that judges a single flow wrongly is soon found out.
 *
 * @param frames in the source
 * @param dropped of these
 * @param code of the fate or reason that these end with
 */
record ExpectedDrops(int frames, int dropped, int code) {

  static ExpectedDrops of(BenchCase measured, Workload workload) {
    Optional<Flood> flood = measured.job().flood();
    if (flood.isPresent()) {
      return new ExpectedDrops(measured.flows(), measured.flows(), flood.get().code());
    }
    Optional<Filtering> filtering = measured.filtering(workload);
    return new ExpectedDrops(
        measured.flows(),
        filtering.map(measured::droppedFrames).orElse(0),
        DropReason.FIREWALL_DENY.code());
  }

  /** Of so many packets, those that must have met another fate than they should. */
  long wrong(long packets, long droppedPackets) {
    long least = packets / frames * dropped;
    return Math.max(0, Math.max(least - droppedPackets, droppedPackets - least - dropped));
  }
}

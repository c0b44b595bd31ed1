package io.breakwater.perf.bench;

import io.breakwater.perf.ruleset.Filtering;
import io.breakwater.perf.traffic.Workload;
import java.util.Optional;

/**
 * How many of a case's frames its firewalls are to drop. The source sends all frames in order, over
 * and over: so the packets of any time are known to one round of them, and a firewall that judges a
 * single flow wrongly is soon found out.
 *
 * @param frames in the source
 * @param dropped of these
 */
record ExpectedDrops(int frames, int dropped) {

  static ExpectedDrops of(BenchCase measured, Workload workload) {
    Optional<Filtering> filtering = measured.filtering(workload);
    return new ExpectedDrops(measured.flows(), filtering.map(measured::droppedFrames).orElse(0));
  }

  /** Of so many packets, those that must have met another fate than they should. */
  long wrong(long packets, long droppedPackets) {
    long least = packets / frames * dropped;
    return Math.max(0, Math.max(least - droppedPackets, droppedPackets - least - dropped));
  }
}

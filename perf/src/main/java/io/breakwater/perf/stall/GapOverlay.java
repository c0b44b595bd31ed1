package io.breakwater.perf.stall;

import io.breakwater.perf.stall.JvmEvent.Kind;
import io.breakwater.workers.worker.PollGap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A worker's longest gaps laid over what the JVM recorded in the same time.
 *
 * <p>An event that touches a gap, or lies within {@value #MARGIN_NS} ns of it, is named as its
 * cause if it stops workers, else as what ran beside. A gap without a cause is the machine's (its
 * kernel, its hypervisor) or that of a thread that took the core.
 *
 * @param startCycles where the measured time begins
 */
record GapOverlay(JvmRecording.Result recorded, long startCycles, long endCycles) {

  /** How far the two clocks may be apart. */
  private static final long MARGIN_NS = 3_000;

  private static final int EVENTS_MAX = 2_000;

  List<LongGap> longGaps(List<PollGap> gaps) {
    return gaps.stream()
        .filter(gap -> gap.startCycles() >= startCycles && gap.startCycles() < endCycles)
        .map(this::longGap)
        .toList();
  }

  private LongGap longGap(PollGap gap) {
    long fromNs = recorded.clock().ns(gap.startCycles());
    long toNs = recorded.clock().ns(gap.startCycles() + gap.cycles());
    List<JvmEvent> met =
        recorded.events().stream()
            .filter(event -> event.overlaps(fromNs - MARGIN_NS, toNs + MARGIN_NS))
            .toList();
    return new LongGap(seconds(fromNs), (toNs - fromNs) / 1e3, text(met, true), text(met, false));
  }

  /** Each kind once, with its different details. */
  private static String text(List<JvmEvent> events, boolean stopsWorkers) {
    Map<Kind, List<JvmEvent>> byKind = new LinkedHashMap<>();
    for (JvmEvent event : events) {
      if (event.kind().stopsWorkers() == stopsWorkers) {
        byKind.computeIfAbsent(event.kind(), kind -> new ArrayList<>()).add(event);
      }
    }
    return byKind.values().stream()
        .map(ofKind ->
            ofKind.stream().map(JvmEvent::text).distinct().collect(Collectors.joining(", ")))
        .collect(Collectors.joining("; "));
  }

  /** What happened within the measured time, without compilations, which are many. */
  List<GapRound.TimelineEvent> timeline() {
    long fromNs = recorded.clock().ns(startCycles);
    long toNs = recorded.clock().ns(endCycles);
    return recorded.events().stream()
        .filter(event -> event.kind() != Kind.COMPILATION && event.overlaps(fromNs, toNs))
        .limit(EVENTS_MAX)
        .map(event ->
            new GapRound.TimelineEvent(
                event.kind().label(),
                seconds(event.startNs()),
                (event.endNs() - event.startNs()) / 1e3))
        .toList();
  }

  private double seconds(long ns) {
    return (ns - recorded.clock().ns(startCycles)) * 1e-9;
  }
}

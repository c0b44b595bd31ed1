package io.breakwater.appliance.daemon;

import io.breakwater.appliance.journal.JournalEvent.TunnelMtuLowered;
import io.breakwater.appliance.journal.JournalEvent.TunnelMtuRestored;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.pipeline.Slots.TunnelId;
import io.breakwater.workers.pipeline.TunnelMtus;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Follows the path MTUs of tunnels: takes in what workers were told, tells the journal what
 * changed, and says when the workers need new tables.
 *
 * <p>The first change is acted on at once; after that, changes wait until {@link #PAUSE_NS} have
 * passed, so that a flood of forged reports costs no more than tables once a second. Control thread
 * only; time is an argument.
 */
final class TunnelMtuWatch {

  static final long PAUSE_NS = 1_000_000_000L;

  private final TunnelMtus mtus;
  private final Slots slots;
  private final EventLog events;

  /** Tunnels that changed since tables were last asked for. */
  private final TreeSet<Integer> lowered = new TreeSet<>();

  private final TreeSet<Integer> restored = new TreeSet<>();
  private boolean paused;
  private long pauseEndNs;

  TunnelMtuWatch(TunnelMtus mtus, Slots slots, EventLog events) {
    this.mtus = mtus;
    this.slots = slots;
    this.events = events;
  }

  /** A router on the tunnel's path says that no larger packet passes. */
  void exceeded(int tunnel, int mtuBytes, long nowNs) {
    if (mtus.lower(tunnel, mtuBytes, nowNs)) {
      lowered.add(tunnel);
    }
  }

  /** Whether new tables are due; then what is in them has been told. */
  boolean isChanged(long nowNs) {
    for (int tunnel : mtus.expire(nowNs)) {
      lowered.remove(tunnel);
      restored.add(tunnel);
    }
    paused &= nowNs - pauseEndNs < 0;
    if (paused || lowered.isEmpty() && restored.isEmpty()) {
      return false;
    }
    paused = true;
    pauseEndNs = nowNs + PAUSE_NS;
    restored.removeAll(lowered);
    for (int tunnel : lowered) {
      name(tunnel)
          .ifPresent(id ->
              events.record(new TunnelMtuLowered(id.tenant(), id.tunnel(), mtus.bytes(tunnel))));
    }
    for (int tunnel : restored) {
      name(tunnel)
          .ifPresent(id ->
              events.record(new TunnelMtuRestored(id.tenant(), id.tunnel(), mtus.bytes(tunnel))));
    }
    lowered.clear();
    restored.clear();
    return true;
  }

  /** Empty if the tunnel is gone since. */
  private Optional<TunnelId> name(int slot) {
    return slots.tunnels().slots().entrySet().stream()
        .filter(entry -> entry.getValue() == slot)
        .map(Map.Entry::getKey)
        .findFirst();
  }
}

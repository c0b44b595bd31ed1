package io.breakwater.appliance.daemon;

import io.breakwater.config.Tenant;
import io.breakwater.config.protection.SynFlood;
import io.breakwater.config.protection.When;
import io.breakwater.workers.protection.ProtectionState;
import io.breakwater.workers.protection.TcpWorker.Count;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Engages the SYN guard of a tenant whose SYNs are below its threshold, but at a quarter of it or
 * above, and of which too few become connections ({@code syn-flood.completion}): what a slow flood
 * shows, and a crowd does not.
 *
 * <p>Handshakes are counted where TCP connections are followed: with {@code tcp-state: off} it
 * finds nothing. Control thread only.
 */
final class HandshakeWatch {

  private static final long SECOND_NS = 1_000_000_000L;

  /** Of the threshold, from which on the share is looked at. */
  private static final int PART = 4;

  private final ProtectionState state;
  private final Map<String, Watched> tenants = new HashMap<>();

  HandshakeWatch(ProtectionState state) {
    this.state = state;
  }

  /** One tenant, and what was counted when it was looked at last. */
  private static final class Watched {

    private int slot;
    private SynFlood guard;
    private long begun;
    private long completed;
    private long lookedNs;
  }

  /** Takes up a configuration whose tables all workers use. */
  void configure(Collection<Tenant> running, ToIntFunction<String> slots, long nowNs) {
    Map<String, Watched> before = new HashMap<>(tenants);
    tenants.clear();
    for (Tenant tenant : running) {
      SynFlood guard = tenant.protection().map(one -> one.synFlood()).orElse(null);
      if (guard == null || guard.when() != When.ATTACK) {
        continue;
      }
      int slot = slots.applyAsInt(tenant.name());
      Watched watched = before.getOrDefault(tenant.name(), new Watched());
      tenants.put(tenant.name(), watched);
      if (watched.guard == null || watched.slot != slot) {
        watched.slot = slot;
        read(watched, nowNs);
      }
      watched.guard = guard;
    }
  }

  /** To be called about once a second. */
  void look(long nowNs) {
    for (Watched watched : tenants.values()) {
      long begun = watched.begun;
      long completed = watched.completed;
      long sinceNs = nowNs - watched.lookedNs;
      read(watched, nowNs);
      begun = watched.begun - begun;
      completed = watched.completed - completed;
      double begunPerSecond = (double) begun * SECOND_NS / Math.max(1, sinceNs);
      if (begunPerSecond * PART >= watched.guard.thresholdPerSecond()
          && completed * 100 < begun * watched.guard.completionPercent()) {
        long holdNs = watched.guard.holdSeconds() * SECOND_NS;
        state.synGuard().tenants().engage(watched.slot, holdNs, nowNs);
      }
    }
  }

  private void read(Watched watched, long nowNs) {
    watched.begun = state.tcpStates().count(watched.slot, Count.BEGUN);
    watched.completed = state.tcpStates().count(watched.slot, Count.COMPLETED);
    watched.lookedNs = nowNs;
  }
}

package io.breakwater.appliance.daemon;

import io.breakwater.appliance.explain.TunnelStates;
import io.breakwater.appliance.health.HealthMachine;
import io.breakwater.appliance.health.ProbeResults;
import io.breakwater.appliance.journal.JournalEvent;
import io.breakwater.appliance.journal.JournalEvent.TunnelDegraded;
import io.breakwater.appliance.journal.JournalEvent.TunnelDown;
import io.breakwater.appliance.journal.JournalEvent.TunnelRecovered;
import io.breakwater.config.Appliance;
import io.breakwater.config.Tenant;
import io.breakwater.config.Tunnel;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.pipeline.Slots.TunnelId;
import io.breakwater.workers.table.ProbePlan;
import io.breakwater.workers.worker.WorkerGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Watches the tunnels' health: takes the answers to their probes from the workers, and says which
 * tunnels' states have changed.
 *
 * <p>A tunnel is healthy when it is first seen; its state survives reloads. Control thread only.
 */
final class TunnelWatch {

  private static final long NS_PER_MS = 1_000_000L;

  private final Slots slots;
  private final WorkerGroup workers;
  private final ProbeResults results;

  /** By tunnel slot; null for what is not probed. */
  private final HealthMachine[] machines;

  private final TunnelId[] tunnels;

  /** The slots that have a machine. */
  private int[] probed = {};

  TunnelWatch(Slots slots, WorkerGroup workers) {
    this.slots = slots;
    this.workers = workers;
    results = new ProbeResults(workers.probeLog(), slots.tunnels().bound());
    machines = new HealthMachine[slots.tunnels().bound()];
    tunnels = new TunnelId[slots.tunnels().bound()];
  }

  /** Takes up a configuration whose tables all workers use. */
  void configure(Appliance configuration, ForwardingTables tables) {
    boolean[] isProbed = isProbed(tables.probes());
    TunnelId[] before = tunnels.clone();
    Arrays.fill(tunnels, null);
    for (Tenant tenant : configuration.tenants().values()) {
      for (Tunnel tunnel : tenant.tunnels()) {
        TunnelId id = new TunnelId(tenant.name(), tunnel.name());
        int slot = slots.tunnels().slot(id);
        tunnels[slot] = id;
        results.setTimeout(slot, tunnel.health().timeoutMs() * NS_PER_MS);
      }
    }
    int count = 0;
    int[] live = new int[machines.length];
    for (int slot = 0; slot < machines.length; slot++) {
      if (!isProbed[slot]) {
        machines[slot] = null;
        continue;
      }
      live[count++] = slot;
      if (machines[slot] == null || !tunnels[slot].equals(before[slot])) {
        machines[slot] = new HealthMachine();
        results.reset(slot);
      }
    }
    probed = Arrays.copyOf(live, count);
  }

  private boolean[] isProbed(ProbePlan plan) {
    boolean[] isProbed = new boolean[machines.length];
    for (int rate = 0; rate < ProbePlan.RATES; rate++) {
      for (int i = 0; i < plan.count(rate); i++) {
        isProbed[plan.tunnel(plan.wordsOf(rate, i))] = true;
      }
    }
    return isProbed;
  }

  /** Takes what has come in; returns the slots of the tunnels whose states are others now. */
  List<Integer> poll() {
    workers.drainProbeAnswers(results);
    long nowNs = workers.nowNs();
    List<Integer> changed = new ArrayList<>();
    for (int slot : probed) {
      if (results.decide(slot, machines[slot], nowNs)) {
        changed.add(slot);
      }
    }
    return changed;
  }

  /** The slots of the tenants that some tunnels belong to. */
  static Set<Integer> tenantsOf(List<Integer> changed, ForwardingTables tables) {
    Set<Integer> tenants = new LinkedHashSet<>();
    changed.forEach(slot -> tenants.add(tables.tenantByTunnel()[slot]));
    return tenants;
  }

  /** What to add to the priority of a tunnel. */
  int penalty(int slot) {
    return machines[slot] == null ? 0 : machines[slot].state().penalty();
  }

  /** A tunnel's present state as an event. */
  JournalEvent event(int slot) {
    HealthMachine machine = machines[slot];
    String tenant = tunnels[slot].tenant();
    String tunnel = tunnels[slot].tunnel();
    long lost = machine.changeLost();
    long probes = machine.changeProbes();
    long roundTripUs = roundTripUs(slot);
    return switch (machine.state()) {
      case HEALTHY -> new TunnelRecovered(tenant, tunnel, lost, probes, roundTripUs);
      case DEGRADED -> new TunnelDegraded(tenant, tunnel, lost, probes, roundTripUs);
      case DOWN -> new TunnelDown(tenant, tunnel, lost, probes, roundTripUs);
    };
  }

  /** A tunnel's state, for people. */
  String stateName(int slot) {
    return machines[slot] == null ? TunnelStates.NOT_PROBED : machines[slot].state().toString();
  }

  /** The states of all tunnels that are probed, at this moment. */
  TunnelStates states() {
    Map<Integer, TunnelStates.State> states = new HashMap<>();
    for (int slot : probed) {
      states.put(slot, new TunnelStates.State(stateName(slot), penalty(slot)));
    }
    return new TunnelStates(states);
  }

  int probes(int slot) {
    return machines[slot] == null ? 0 : machines[slot].probes();
  }

  int lost(int slot) {
    return machines[slot] == null ? 0 : machines[slot].lost();
  }

  long roundTripUs(int slot) {
    return results.roundTripNs(slot) / 1_000;
  }
}

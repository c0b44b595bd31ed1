package io.breakwater.workers.pipeline;

import io.breakwater.workers.table.TunnelTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * Which tunnels of a tenant carry its flows: those of the best effective priority, which is the
 * configured one and a penalty for bad health. The lowest wins, whatever it is: with all tunnels
 * down traffic still tries the best.
 *
 * <p>Of a group, the tunnels of one configured priority, all are in the tenant's row, so that
 * health only decides who takes part (see {@link io.breakwater.workers.table.MaglevRow}). Penalties
 * must be such that no priority with a smaller one reaches another with a larger one.
 *
 * <p>Made for each configuration, and used by the control thread.
 */
final class TunnelChoices {

  private record Candidate(TunnelTable.Entry entry, int priority) {}

  private final Map<Integer, List<Candidate>> candidatesByTenant = new HashMap<>();

  void add(int tenant, TunnelTable.Entry tunnel, int priority) {
    candidatesByTenant
        .computeIfAbsent(tenant, unused -> new ArrayList<>())
        .add(new Candidate(tunnel, priority));
  }

  /** Writes the choices of all tenants. */
  void choose(TunnelTable.Builder table, IntUnaryOperator penaltyByTunnel) {
    choose(table, candidatesByTenant.keySet(), penaltyByTunnel);
  }

  /**
   * Writes the choices of some tenants.
   *
   * @param penaltyByTunnel by tunnel slot
   */
  void choose(
      TunnelTable.Builder table, Collection<Integer> tenants, IntUnaryOperator penaltyByTunnel) {
    for (int tenant : tenants) {
      choose(table, tenant, candidatesByTenant.get(tenant), penaltyByTunnel);
    }
  }

  private static void choose(
      TunnelTable.Builder table,
      int tenant,
      List<Candidate> candidates,
      IntUnaryOperator penaltyByTunnel) {
    Map<Integer, Integer> countByPriority = new HashMap<>();
    Candidate best = candidates.getFirst();
    for (Candidate candidate : candidates) {
      countByPriority.merge(candidate.priority, 1, Integer::sum);
      best =
          effective(candidate, penaltyByTunnel) < effective(best, penaltyByTunnel)
              ? candidate
              : best;
    }
    int groupMax = countByPriority.values().stream().mapToInt(Integer::intValue).max().orElse(1);
    List<TunnelTable.Entry> group = new ArrayList<>();
    boolean[] takesPart = new boolean[countByPriority.get(best.priority)];
    for (Candidate candidate : candidates) {
      if (candidate.priority == best.priority) {
        takesPart[group.size()] =
            effective(candidate, penaltyByTunnel) == effective(best, penaltyByTunnel);
        group.add(candidate.entry);
      }
    }
    table.choice(tenant, groupMax, group, takesPart);
  }

  private static int effective(Candidate candidate, IntUnaryOperator penaltyByTunnel) {
    return candidate.priority + penaltyByTunnel.applyAsInt(candidate.entry.slot());
  }
}

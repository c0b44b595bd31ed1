package io.breakwater.workers.pipeline;

import io.breakwater.workers.table.TunnelTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * Which tunnels of a tenant carry its flows: those of the best effective priority, which is the
 * configured one and a penalty for bad health. The lowest wins, whatever it is: with all tunnels
 * down traffic still tries the best.
 *
 * <p>Of a group, the tunnels of one configured priority, all are in the tenant's row, so that
 * health only decides who takes part (see {@link io.breakwater.workers.table.MaglevRow}). Penalties
 * must be such that no priority with a smaller one reaches another with a larger one.
 *
 * <p>Made for each configuration, and used by the control thread. Making a row takes longer than
 * all else that is compiled of a tenant, so a row that the table before has is copied from there.
 */
final class TunnelChoices {

  private record Candidate(TunnelTable.Entry entry, int priority) {}

  /**
   * What a tenant's row was made from.
   *
   * @param groupMax tunnels of the largest group
   * @param takesPart by index in the group
   */
  private record Chosen(int groupMax, List<TunnelTable.Entry> group, boolean[] takesPart) {

    boolean hasRowOf(Chosen other) {
      return other != null
          && groupMax == other.groupMax
          && Arrays.equals(takesPart, other.takesPart)
          && IntStream.range(0, group.size())
              .allMatch(i -> countsAs(group.get(i), other.group.get(i)));
    }

    private static boolean countsAs(TunnelTable.Entry one, TunnelTable.Entry other) {
      return one.identity() == other.identity() && one.weight() == other.weight();
    }
  }

  private final Map<Integer, List<Candidate>> candidatesByTenant = new HashMap<>();
  private final Map<Integer, Chosen> chosenByTenant = new HashMap<>();

  /** By tunnel slot: what the last choice reckoned with. */
  private final int[] penalties;

  /**
   * @param tunnels slots are below it
   */
  TunnelChoices(int tunnels) {
    penalties = new int[tunnels];
  }

  void add(int tenant, TunnelTable.Entry tunnel, int priority) {
    candidatesByTenant
        .computeIfAbsent(tenant, unused -> new ArrayList<>())
        .add(new Candidate(tunnel, priority));
  }

  /**
   * Writes the choices of all tenants.
   *
   * @param penaltyByTunnel by tunnel slot
   * @param before whose rows are taken over where they are the same; may be null
   */
  void choose(TunnelTable.Builder table, IntUnaryOperator penaltyByTunnel, CompiledTunnels before) {
    Map<Integer, Chosen> old = before == null ? Map.of() : before.choices().chosenByTenant;
    candidatesByTenant.forEach((tenant, candidates) -> {
      Chosen chosen = choose(candidates, penaltyByTunnel);
      if (chosen.hasRowOf(old.get(tenant))) {
        table.choice(tenant, chosen.groupMax, chosen.group, before.table());
        chosenByTenant.put(tenant, chosen);
      } else {
        write(table, tenant, chosen);
      }
    });
  }

  /**
   * Writes the choices of some tenants.
   *
   * @param penaltyByTunnel by tunnel slot
   */
  void choose(
      TunnelTable.Builder table, Collection<Integer> tenants, IntUnaryOperator penaltyByTunnel) {
    for (int tenant : tenants) {
      write(table, tenant, choose(candidatesByTenant.get(tenant), penaltyByTunnel));
    }
  }

  private void write(TunnelTable.Builder table, int tenant, Chosen chosen) {
    table.choice(tenant, chosen.groupMax, chosen.group, chosen.takesPart);
    chosenByTenant.put(tenant, chosen);
  }

  /** The tenants with a tunnel whose penalty is not what the last choice reckoned with. */
  Set<Integer> outdated(IntUnaryOperator penaltyByTunnel, int[] tenantByTunnel) {
    Set<Integer> tenants = new LinkedHashSet<>();
    for (int tunnel = 0; tunnel < penalties.length; tunnel++) {
      int tenant = tenantByTunnel[tunnel];
      if (tenant != 0 && penalties[tunnel] != penaltyByTunnel.applyAsInt(tunnel)) {
        tenants.add(tenant);
      }
    }
    return tenants;
  }

  private Chosen choose(List<Candidate> candidates, IntUnaryOperator penaltyByTunnel) {
    Map<Integer, Integer> countByPriority = new HashMap<>();
    for (Candidate candidate : candidates) {
      int slot = candidate.entry.slot();
      penalties[slot] = penaltyByTunnel.applyAsInt(slot);
      countByPriority.merge(candidate.priority, 1, Integer::sum);
    }
    Candidate best = candidates.getFirst();
    for (Candidate candidate : candidates) {
      best = effective(candidate) < effective(best) ? candidate : best;
    }
    int groupMax = countByPriority.values().stream().mapToInt(Integer::intValue).max().orElse(1);
    List<TunnelTable.Entry> group = new ArrayList<>();
    boolean[] takesPart = new boolean[countByPriority.get(best.priority)];
    for (Candidate candidate : candidates) {
      if (candidate.priority == best.priority) {
        takesPart[group.size()] = effective(candidate) == effective(best);
        group.add(candidate.entry);
      }
    }
    return new Chosen(groupMax, group, takesPart);
  }

  private int effective(Candidate candidate) {
    return candidate.priority + penalties[candidate.entry.slot()];
  }
}

package io.breakwater.workers.pipeline;

import io.breakwater.workers.table.NeighbourKey;
import io.breakwater.workers.table.NextHops;
import io.breakwater.workers.table.ProbePlan;
import io.breakwater.workers.table.TunnelFit;
import io.breakwater.workers.table.TunnelIndex;
import io.breakwater.workers.table.TunnelTable;
import java.util.Collection;
import java.util.function.IntUnaryOperator;

/**
 * The tables that {@link TunnelCompiler} makes, for {@link ForwardingTables}, and what it needs to
 * make them again.
 *
 * @param choices from which the table's choices were made
 * @param mtuChanges {@link TunnelMtus#changes} when they were made
 */
record CompiledTunnels(
    TunnelTable table,
    TunnelFit fit,
    TunnelIndex index,
    int[] tenantByTunnel,
    NextHops nextHops,
    NeighbourKey[] neighbours,
    ProbePlan probes,
    TunnelChoices choices,
    long mtuChanges) {

  /** The same with other choices for some tenants. */
  CompiledTunnels rechoose(Collection<Integer> tenants, IntUnaryOperator penaltyByTunnel) {
    var builder = new TunnelTable.Builder(table);
    choices.choose(builder, tenants, penaltyByTunnel);
    return new CompiledTunnels(
        builder.build(),
        fit,
        index,
        tenantByTunnel,
        nextHops,
        neighbours,
        probes,
        choices,
        mtuChanges);
  }

  /** The same with choices by these penalties: itself if they are by them. */
  CompiledTunnels chosenBy(IntUnaryOperator penaltyByTunnel) {
    Collection<Integer> outdated = choices.outdated(penaltyByTunnel, tenantByTunnel);
    return outdated.isEmpty() ? this : rechoose(outdated, penaltyByTunnel);
  }
}

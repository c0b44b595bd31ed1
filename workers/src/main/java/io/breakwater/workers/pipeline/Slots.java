package io.breakwater.workers.pipeline;

import io.breakwater.config.Appliance;
import io.breakwater.config.Limits;
import io.breakwater.config.Tenant;
import io.breakwater.workers.pipeline.firewall.FirewallRegistry;
import io.breakwater.workers.pipeline.firewall.PreparedFirewalls;
import io.breakwater.workers.table.NeighbourKey;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The stable slots of an appliance: those of its tenants, tunnels and configured neighbours.
 *
 * <p>Used by the control thread only. Made once; its bounds come from the configuration's limits.
 */
public final class Slots {

  /** Room for the rules of all tenants together, by the most tenants there may be. */
  private static final int RULES_PER_TENANT = 128;

  private static final int RULES_MIN = 1 << 16;

  private final SlotRegistry<String> tenants;
  private final SlotRegistry<TunnelId> tunnels;
  private final SlotRegistry<NeighbourKey> neighbours;

  private final FirewallRegistry firewalls;

  public Slots(Limits limits) {
    this(limits, new PreparedFirewalls());
  }

  /**
   * @param prepared firewalls that were compiled already
   */
  public Slots(Limits limits, PreparedFirewalls prepared) {
    tenants = new SlotRegistry<>("tenants", limits.tenants());
    tunnels = new SlotRegistry<>("tunnels", limits.tunnels());
    neighbours = new SlotRegistry<>("neighbours", limits.neighbours());
    firewalls =
        new FirewallRegistry(Math.max(RULES_MIN, RULES_PER_TENANT * limits.tenants()), prepared);
  }

  /** A tunnel's name is unique within its tenant only. */
  public record TunnelId(String tenant, String tunnel) {}

  public SlotRegistry<String> tenants() {
    return tenants;
  }

  public SlotRegistry<TunnelId> tunnels() {
    return tunnels;
  }

  public FirewallRegistry firewalls() {
    return firewalls;
  }

  public SlotRegistry<NeighbourKey> neighbours() {
    return neighbours;
  }

  /**
   * Gives up what the configuration no longer has; to be called when all workers run on tables made
   * from it.
   *
   * @param tables compiled from it, so that all it has has slots: of what there are as many as
   *     slots, nothing is to be given up
   */
  public void retain(Appliance configuration, ForwardingTables tables) {
    firewalls.retain();
    Collection<Tenant> liveTenants = configuration.tenants().values();
    if (tenants.live() > liveTenants.size()) {
      tenants.retain(configuration.tenants().keySet());
    }
    if (tunnels.live() > liveTenants.stream().mapToInt(tenant -> tenant.tunnels().size()).sum()) {
      tunnels.retain(
          liveTenants.stream()
              .flatMap(tenant ->
                  tenant.tunnels().stream()
                      .map(tunnel -> new TunnelId(tenant.name(), tunnel.name())))
              .collect(Collectors.toSet()));
    }
    Set<NeighbourKey> liveNeighbours = new HashSet<>(Arrays.asList(tables.neighbours()));
    liveNeighbours.remove(null);
    neighbours.retain(liveNeighbours);
  }
}

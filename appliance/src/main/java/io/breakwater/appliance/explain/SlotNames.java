package io.breakwater.appliance.explain;

import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.pipeline.Slots.TunnelId;
import java.util.Map;

/** Whose the slots of tenants and tunnels are at one moment. */
public record SlotNames(
    Map<String, Integer> tenants, Map<TunnelId, Integer> tunnels, int tunnelBound) {

  public SlotNames {
    tenants = Map.copyOf(tenants);
    tunnels = Map.copyOf(tunnels);
  }

  public static SlotNames of(Slots slots) {
    return new SlotNames(slots.tenants().slots(), slots.tunnels().slots(), slots.tunnels().bound());
  }
}

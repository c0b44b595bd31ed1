package io.breakwater.appliance.explain;

import java.util.Map;

/**
 * What is known of tunnels' health at one moment.
 *
 * @param probed by tunnel slot, those that are probed
 */
public record TunnelStates(Map<Integer, State> probed) {

  /** As {@code show tunnels} prints what nobody has probed. */
  public static final String NOT_PROBED = "not-probed";

  /** Nothing is known: as at the start, and in a replay. */
  public static final TunnelStates UNKNOWN = new TunnelStates(Map.of());

  /**
   * @param name as {@code show tunnels} prints it
   * @param penalty what it adds to the priority
   */
  public record State(String name, int penalty) {}

  public TunnelStates {
    probed = Map.copyOf(probed);
  }

  State of(int tunnel) {
    return probed.getOrDefault(tunnel, new State(NOT_PROBED, 0));
  }
}

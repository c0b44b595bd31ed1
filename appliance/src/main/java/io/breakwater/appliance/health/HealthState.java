package io.breakwater.appliance.health;

import java.util.Locale;

/**
 * How well a tunnel answers its probes, and what is added to its priority for it: lower wins, so
 * that a tunnel is used only while none is better, and with all of them down the best is tried.
 */
public enum HealthState {
  HEALTHY(0),
  DEGRADED(500_000),
  DOWN(1_000_000);

  private final int penalty;

  HealthState(int penalty) {
    this.penalty = penalty;
  }

  /** Larger than any priority that is configured, which is up to 65,535. */
  public int penalty() {
    return penalty;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}

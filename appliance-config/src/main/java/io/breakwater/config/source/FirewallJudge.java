package io.breakwater.config.source;

import io.breakwater.config.FirewallLimits;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.text.Problems;

/**
 * Judges whether a tenant's firewall costs more than it may: something that only who compiles it
 * knows. Several tenants' are judged at one time, by several threads.
 */
@FunctionalInterface
public interface FirewallJudge {

  /** Lets all pass. */
  FirewallJudge NONE = (tenant, firewall, limits, problems) -> {};

  /**
   * @param problems takes what is wrong, with the place of the rule or set that is to blame
   */
  void judge(String tenant, Firewall firewall, FirewallLimits limits, Problems problems);
}

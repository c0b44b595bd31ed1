package io.breakwater.workers.pipeline.firewall;

import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Place;
import java.util.Optional;

/**
 * What a firewall will cost, known before it goes live.
 *
 * @param rules of all chains
 * @param elements of all sets and maps; of sets that rules change, as many as they may hold
 * @param bytes of its tables: code, trees, sets and maps
 * @param cycles that the worst packet takes, by the compiler's reckoning
 * @param dearestRule where the rule stands that takes most of these, with what it jumps to
 * @param largestSet where the set or map stands that has most elements
 */
public record FirewallCost(
    int rules,
    long elements,
    long bytes,
    long cycles,
    Optional<Place> dearestRule,
    Optional<Place> largestSet) {

  /**
   * Reckons what a firewall will cost, by compiling it.
   *
   * @throws FirewallRefused if it can't be compiled within any bounds
   */
  public static FirewallCost of(Firewall firewall) {
    return new FirewallCompiler(firewall).compile().cost();
  }
}

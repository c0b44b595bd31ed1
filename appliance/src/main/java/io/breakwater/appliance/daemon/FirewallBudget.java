package io.breakwater.appliance.daemon;

import io.breakwater.config.FirewallLimits;
import io.breakwater.config.Tenant;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Place;
import io.breakwater.config.source.FirewallJudge;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import io.breakwater.workers.pipeline.firewall.FirewallCost;
import io.breakwater.workers.pipeline.firewall.FirewallRefused;
import io.breakwater.workers.pipeline.firewall.PreparedFirewalls;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Holds tenants' firewalls to {@code firewall-limits}, by what the compiler reckons before they go
 * live. What ran before and has not changed is not judged again. Several threads may judge.
 */
public final class FirewallBudget implements FirewallJudge {

  private final Map<String, Tenant> running;
  private final Function<Firewall, FirewallCost> reckoner;
  private final SortedMap<String, FirewallCost> costs = new ConcurrentSkipListMap<>();

  /** Of an appliance that does not run. */
  public FirewallBudget() {
    this(Map.of(), FirewallCost::of);
  }

  /** Of an appliance that is about to start: what is compiled to judge it is kept. */
  public FirewallBudget(PreparedFirewalls prepared) {
    this(Map.of(), prepared::cost);
  }

  /**
   * @param running what runs
   */
  FirewallBudget(Map<String, Tenant> running, Function<Firewall, FirewallCost> reckoner) {
    this.running = running;
    this.reckoner = reckoner;
  }

  /** What the firewalls that were judged will cost, by tenant. */
  public SortedMap<String, FirewallCost> costs() {
    return costs;
  }

  @Override
  public void judge(String tenant, Firewall firewall, FirewallLimits limits, Problems problems) {
    Tenant before = running.get(tenant);
    if (before != null && before.firewall().equals(Optional.of(firewall))) {
      return;
    }
    // Before it is compiled: that takes time, and here the rule to blame is known.
    if (firewall.rules().size() > limits.rules()) {
      Place first = firewall.rules().get(limits.rules()).place();
      exceeded(
          "rules",
          firewall.rules().size(),
          limits.rules(),
          "this rule is beyond it",
          first,
          problems);
      return;
    }
    try {
      FirewallCost cost = reckoner.apply(firewall);
      costs.put(tenant, cost);
      judge(cost, firewall, limits, problems);
    } catch (FirewallRefused e) {
      problems.add(position(start(firewall)), "firewall cannot be compiled: " + e.getMessage());
    }
  }

  private static void judge(
      FirewallCost cost, Firewall firewall, FirewallLimits limits, Problems problems) {
    Place start = start(firewall);
    Place largest = cost.largestSet().orElse(start);
    Place dearest = cost.dearestRule().orElse(start);
    if (cost.elements() > limits.elements()) {
      exceeded(
          "elements", cost.elements(), limits.elements(), "this one has most", largest, problems);
    } else if (cost.bytes() > limits.memoryBytes()) {
      exceeded(
          "memory",
          cost.bytes(),
          limits.memoryBytes(),
          "this takes most",
          cost.largestSet().isPresent() ? largest : dearest,
          problems);
    }
    if (cost.cycles() > limits.cycles()) {
      exceeded(
          "cycles",
          cost.cycles(),
          limits.cycles(),
          "the worst packet spends most in this rule and what it jumps to",
          dearest,
          problems);
    }
  }

  private static void exceeded(
      String what, long is, long limit, String blame, Place place, Problems problems) {
    problems.add(
        position(place),
        "firewall-limits.%s is exceeded: %s=%d limit=%d: %s"
            .formatted(what, what, is, limit, blame));
  }

  /** Where it says something first. */
  private static Place start(Firewall firewall) {
    return Stream.concat(
            firewall.chains().stream().map(chain -> chain.name().place()),
            firewall.sets().stream().map(set -> set.name().place()))
        .findFirst()
        .orElse(new Place("", 1, 1));
  }

  private static Position position(Place place) {
    return new Position(Path.of(place.source()), place.line(), place.column());
  }
}

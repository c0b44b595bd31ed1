package io.breakwater.appliance.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.breakwater.config.Tenant;
import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.firewall.Firewall.Chain;
import io.breakwater.config.firewall.Rule;
import io.breakwater.config.nft.RulesetText;
import io.breakwater.workers.pipeline.firewall.FirewallRegistry;
import io.breakwater.workers.pipeline.firewall.FirewallRegistry.Count;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A tenant's firewall and what it has counted: what {@code show firewall} prints.
 *
 * @param rules in the order of the tenant's file
 * @param counters those that have a name
 * @param ruleset all of it, as {@code nft list ruleset} prints it
 */
@JsonPropertyOrder({"tenant", "rules", "counters", "ruleset"})
public record FirewallReport(
    String tenant, List<RuleRow> rules, List<CounterRow> counters, String ruleset) {

  /** What stands before a tenant's name in a request to the control socket. */
  public static final String REQUEST = "firewall ";

  /**
   * A rule, and the packets and layer-3 bytes that it counted.
   *
   * @param chain with its table's family and name
   * @param place {@code FILE:LINE:COLUMN}
   * @param comment null if it has none
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonPropertyOrder({"chain", "rule", "place", "packets", "bytes", "comment"})
  public record RuleRow(
      String chain, String rule, String place, long packets, long bytes, String comment) {}

  /** A counter by the name that it has with its table's family and name. */
  @JsonPropertyOrder({"counter", "packets", "bytes"})
  public record CounterRow(String counter, long packets, long bytes) {}

  public static FirewallReport of(Tenant tenant, Firewall firewall, FirewallRegistry registry) {
    int rules = firewall.rules().size();
    List<CounterRow> counters =
        IntStream.range(0, firewall.counters().size())
            .mapToObj(i -> {
              Count count = registry.count(tenant.name(), rules + i);
              String name = firewall.counters().get(i).name().toString();
              return new CounterRow(name, count.packets(), count.bytes());
            })
            .toList();
    return new FirewallReport(
        tenant.name(),
        rules(tenant.name(), firewall, registry),
        counters,
        RulesetText.of(
            firewall,
            rule -> count(registry.count(tenant.name(), rule)),
            counter -> count(registry.count(tenant.name(), rules + counter))));
  }

  private static RulesetText.Count count(Count count) {
    return new RulesetText.Count(count.packets(), count.bytes());
  }

  private static List<RuleRow> rules(String tenant, Firewall firewall, FirewallRegistry registry) {
    record Placed(int index, RuleRow row) {}
    List<Placed> rows = new ArrayList<>();
    for (Chain chain : firewall.chains()) {
      for (Rule rule : chain.rules()) {
        Count count = registry.count(tenant, rule.index());
        rows.add(
            new Placed(
                rule.index(),
                new RuleRow(
                    chain.name().toString(),
                    rule.text(),
                    rule.place().toString(),
                    count.packets(),
                    count.bytes(),
                    rule.comment().orElse(null))));
      }
    }
    rows.sort(Comparator.comparingInt(Placed::index));
    return rows.stream().map(Placed::row).toList();
  }
}

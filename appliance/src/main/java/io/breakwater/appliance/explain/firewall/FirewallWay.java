package io.breakwater.appliance.explain.firewall;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;

/**
 * A packet's way through a tenant's firewall.
 *
 * @param verdict {@code accept}, {@code drop} or {@code reject}
 * @param by the rule that decided it, or that no base chain sees the packet, or the policies
 * @param chains the base chains that it came to, in order
 * @param differs set where the packet path decided otherwise, since packets before this one have
 *     used up limits or are in sets that rules change; null otherwise
 * @param flip the smallest change that would flip the verdict, if that was asked
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonPropertyOrder({"verdict", "by", "chains", "differs", "flip"})
public record FirewallWay(
    String verdict, String by, List<ChainWay> chains, Boolean differs, List<String> flip) {

  /**
   * A base chain.
   *
   * @param policy {@code accept} or {@code drop}
   * @param verdict how the chain ended
   * @param by {@code policy}, or the rule's place
   */
  @JsonPropertyOrder({"chain", "hook", "priority", "policy", "verdict", "by", "rules"})
  public record ChainWay(
      String chain,
      String hook,
      int priority,
      String policy,
      String verdict,
      String by,
      List<RuleStep> rules) {}

  /**
   * A rule that the packet came to.
   *
   * @param index in the order of the tenant's file
   * @param depth how many jumps deep
   * @param chain the name of its chain
   * @param place {@code FILE:LINE}
   * @param verdict what it decided: null if nothing
   * @param why it did not match; null if it did
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @JsonPropertyOrder({"index", "depth", "chain", "place", "rule", "matched", "verdict", "why"})
  public record RuleStep(
      int index,
      int depth,
      String chain,
      String place,
      String rule,
      boolean matched,
      String verdict,
      String why) {}
}

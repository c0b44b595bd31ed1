package io.breakwater.config.firewall;

import java.util.List;
import java.util.Optional;

/**
 * One rule: steps that are taken in turn. A match that is false, or a limit that does not let the
 * packet by, ends the rule, and the next rule's turn comes.
 *
 * <p>The implicit counter of a rule counts a packet when every {@link Step.Match} of it was true
 * and every limiting step let the packet by.
 *
 * @param index in the order of the tenant's file, over all chains
 * @param text as {@code nft list ruleset} prints it, without counter values and comment
 */
public record Rule(
    int index, String text, Place place, Optional<String> comment, List<Step> steps) {

  public Rule {
    steps = List.copyOf(steps);
  }
}

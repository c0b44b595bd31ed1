package io.breakwater.appliance.explain;

import io.breakwater.appliance.explain.Explanation.Candidate;
import io.breakwater.appliance.explain.Explanation.Fit;
import io.breakwater.appliance.explain.Explanation.Sent;
import io.breakwater.appliance.explain.Explanation.StageStep;
import io.breakwater.appliance.explain.Explanation.TunnelChoice;
import io.breakwater.appliance.explain.firewall.FirewallWay;
import io.breakwater.appliance.explain.firewall.FirewallWay.ChainWay;
import io.breakwater.appliance.explain.firewall.FirewallWay.RuleStep;
import io.breakwater.appliance.explain.packet.HexDump;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;

/** A packet's way for people: a line or some for each stage, in the packet's order. */
public final class ExplanationText {

  private static final int DUMP_BYTES_MAX = 256;
  private static final int RULES_MAX = 200;
  private static final String INDENT = " ".repeat(11);

  private final Explanation way;
  private final StringBuilder text = new StringBuilder();

  private ExplanationText(Explanation way) {
    this.way = way;
  }

  public static String of(Explanation way) {
    ExplanationText text = new ExplanationText(way);
    text.all();
    return text.text.toString();
  }

  private void all() {
    line("packet", way.packet() + ", on port " + way.port());
    line(
        "stages",
        way.stages().stream().map(ExplanationText::stage).collect(Collectors.joining(" > ")));
    if (way.cameOutOf() != null) {
      line("out of", "tunnel " + way.cameOutOf());
    }
    line(
        "tenant",
        way.whose() == null
            ? "the destination is no tenant's"
            : way.whose().tenant() + ": the destination is in " + way.whose().prefix());
    if (way.firewall() != null) {
      firewall(way.firewall());
    } else if (way.stages().stream().anyMatch(step -> step.stage().equals("firewall"))) {
      line("firewall", "the tenant has none");
    }
    if (way.tunnel() != null) {
      tunnel(way.tunnel());
    }
    if (way.fit() != null) {
      line("fit", fit(way.fit()));
    }
    for (Sent sent : way.sent()) {
      line("sent", sent.bytes() + " bytes by port " + sent.port() + ": " + sent.packet());
      text.append(HexDump.of(HexFormat.of().parseHex(sent.frame()), DUMP_BYTES_MAX, INDENT))
          .append('\n');
    }
    line("fate", fate());
  }

  private void line(String label, String content) {
    text.append("%-11s%s%n".formatted(label, content));
  }

  private static String stage(StageStep step) {
    return step.stage() + (step.dropped() ? " (dropped)" : "");
  }

  private void firewall(FirewallWay firewall) {
    line("firewall", firewall.verdict() + ", by " + firewall.by());
    for (ChainWay chain : firewall.chains()) {
      text.append(INDENT)
          .append(
              "chain %s (%s, priority %d, policy %s): %s by %s%n"
                  .formatted(
                      chain.chain(),
                      chain.hook(),
                      chain.priority(),
                      chain.policy(),
                      chain.verdict(),
                      chain.by()));
      rules(chain.rules());
    }
    if (firewall.differs() != null) {
      line(
          "",
          "The packet path decided otherwise: packets before this one have used up limits or are in"
              + " sets that rules change; the rules above are as a first packet finds them.");
    }
    if (firewall.flip() != null) {
      firewall.flip().forEach(flip -> line("why", flip));
    }
  }

  /** Of many rules that did not match the last ones are shown, and how many came before. */
  private void rules(List<RuleStep> rules) {
    int from = Math.max(0, rules.size() - RULES_MAX);
    if (from > 0) {
      text.append(INDENT).append("  ... %d rules before: see --json%n".formatted(from));
    }
    for (RuleStep rule : rules.subList(from, rules.size())) {
      text.append(INDENT)
          .append("  ".repeat(1 + rule.depth()))
          .append(rule.place())
          .append(' ')
          .append(
              rule.matched()
                  ? rule.rule()
                      + ": matched"
                      + (rule.verdict() == null ? "" : ": " + rule.verdict())
                  : rule.why())
          .append('\n');
    }
  }

  private void tunnel(TunnelChoice choice) {
    List<Candidate> taking =
        choice.tunnels().stream().filter(tunnel -> tunnel.sharePercent() > 0).toList();
    boolean alone = taking.size() == 1;
    line(
        "tunnel",
        alone
            ? choice.name() + ": the only one of the best priority"
            : choice.name()
                + ": place %d of %d in the tenant's row, by the flow's hash %s"
                    .formatted(choice.place(), choice.places(), choice.flowHash()));
    for (Candidate tunnel : choice.tunnels()) {
      text.append(INDENT).append("  ").append(candidate(tunnel)).append('\n');
    }
  }

  private static String candidate(Candidate tunnel) {
    int penalty = tunnel.effectivePriority() - tunnel.priority();
    return "%s: %s, priority %d%s, weight %d, %s"
        .formatted(
            tunnel.tunnel(),
            tunnel.state(),
            tunnel.priority(),
            penalty == 0 ? "" : " + " + penalty + " for its state",
            tunnel.weight(),
            tunnel.sharePercent() > 0
                ? tunnel.sharePercent() + "% of the tenant's flows"
                : "takes no part: others have a better priority");
  }

  private static String fit(Fit fit) {
    StringBuilder text = new StringBuilder();
    text.append("%d bytes, the tunnel takes %d".formatted(fit.bytes(), fit.mtu()));
    if (fit.bytes() > fit.mtu()) {
      text.append(
          fit.fragments() == 0 ? ": too big" : ": cut, " + fit.fragments() + " frames are sent");
    }
    if (fit.mssAfter() != null) {
      text.append(
          fit.mssAfter().equals(fit.mssBefore())
              ? "; MSS " + fit.mssBefore() + " is small enough"
              : "; MSS lowered from " + fit.mssBefore() + " to " + fit.mssAfter());
    }
    return text.toString();
  }

  private String fate() {
    return way.drop() == null
        ? way.fate()
        : "dropped, %s (%s): %s"
            .formatted(way.drop().reason(), way.drop().severity(), way.drop().meaning());
  }
}

package io.breakwater.perf.ruleset;

import io.breakwater.config.firewall.Firewall;
import io.breakwater.config.nft.FirewallReader;
import io.breakwater.config.text.Position;
import io.breakwater.config.text.Problems;
import io.breakwater.perf.traffic.FrameWriter;
import java.nio.file.Path;
import java.util.List;

/** Rulesets in the language of nftables, and as the product reads them. */
final class NftText {

  private static final Position PLACE = Position.startOf(Path.of("bench.nft"));

  private NftText() {}

  /** What no rule matches is dropped. */
  static String of(List<FilterRule> rules) {
    StringBuilder text = new StringBuilder("table inet filter {\n  chain prerouting {\n");
    text.append("    type filter hook prerouting priority 0; policy drop;\n");
    for (FilterRule rule : rules) {
      append(text.append("    "), rule);
      text.append(rule.accepts() ? "accept\n" : "drop\n");
    }
    return text.append("  }\n}\n").toString();
  }

  private static void append(StringBuilder text, FilterRule rule) {
    if (rule.source().length() > 0) {
      text.append("ip saddr ").append(rule.source()).append(' ');
    }
    if (rule.destination().length() > 0) {
      text.append("ip daddr ").append(rule.destination()).append(' ');
    }
    String protocol =
        switch (rule.protocol()) {
          case FrameWriter.TCP -> "tcp";
          case FrameWriter.UDP -> "udp";
          case FrameWriter.ICMP -> "icmp";
          default -> "";
        };
    if (!rule.sourcePorts().isAny()) {
      text.append(protocol).append(" sport ").append(rule.sourcePorts()).append(' ');
    }
    if (!rule.destinationPorts().isAny()) {
      text.append(protocol).append(" dport ").append(rule.destinationPorts()).append(' ');
    }
    if (!protocol.isEmpty() && rule.sourcePorts().isAny() && rule.destinationPorts().isAny()) {
      text.append("meta l4proto ").append(protocol).append(' ');
    }
  }

  /** What is from one of the addresses is dropped, all else passes. */
  static String ofBlocklist(List<AddressBlock> blocked) {
    StringBuilder text = new StringBuilder("table inet filter {\n  set blocklist {\n");
    text.append("    type ipv4_addr; flags interval;\n    elements = {\n");
    for (AddressBlock block : blocked) {
      text.append(block).append(",\n");
    }
    text.append("    }\n  }\n  chain prerouting {\n");
    text.append("    type filter hook prerouting priority 0; policy accept;\n");
    return text.append("    ip saddr @blocklist drop\n  }\n}\n").toString();
  }

  static Firewall read(String text) {
    Problems problems = new Problems();
    return FirewallReader.read(text, PLACE, problems)
        .orElseThrow(
            () -> new IllegalStateException("no ruleset of ours: " + problems.all().getFirst()));
  }
}

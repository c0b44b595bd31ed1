package io.breakwater.perf.ruleset;

import io.breakwater.perf.traffic.Flow;
import java.util.List;

/**
 * Rules and flows as the files of ClassBench's tools have them, which {@code dpdk-test-acl} reads
 * (DPDK's {@code app/test-acl/main.c}).
 */
final class ClassBenchText {

  private ClassBenchText() {}

  /** Addresses, ports, protocol with its mask; no verdict: the first that matches is found. */
  static String rules(List<FilterRule> rules) {
    StringBuilder text = new StringBuilder();
    for (FilterRule rule : rules) {
      text.append('@').append(block(rule.source())).append(' ').append(block(rule.destination()));
      text.append(' ').append(range(rule.sourcePorts()));
      text.append(' ').append(range(rule.destinationPorts()));
      text.append(' ').append(rule.protocol());
      text.append(rule.protocol() == FilterRule.ANY_PROTOCOL ? "/0x00\n" : "/0xff\n");
    }
    return text.toString();
  }

  private static String block(AddressBlock block) {
    return block.length() == 32 ? block + "/32" : block.toString();
  }

  private static String range(PortRange ports) {
    return ports.first() + " : " + ports.last();
  }

  /** Addresses as numbers, ports, protocol. */
  static String trace(List<Flow> flows) {
    StringBuilder text = new StringBuilder();
    for (Flow flow : flows) {
      text.append(Integer.toUnsignedString(flow.source())).append(' ');
      text.append(Integer.toUnsignedString(flow.destination())).append(' ');
      text.append(flow.sourcePort()).append(' ').append(flow.destinationPort()).append(' ');
      text.append(flow.protocol()).append('\n');
    }
    return text.toString();
  }
}

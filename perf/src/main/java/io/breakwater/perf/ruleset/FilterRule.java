package io.breakwater.perf.ruleset;

import io.breakwater.perf.traffic.Flow;

/**
 * A rule of five fields, as ClassBench has them (Taylor and Turner, "ClassBench: a packet
 * classification benchmark", IEEE/ACM Transactions on Networking, 2007), and a verdict.
 *
 * @param protocol by IANA's number; 0: any, and then any ports
 */
record FilterRule(
    AddressBlock source,
    AddressBlock destination,
    PortRange sourcePorts,
    PortRange destinationPorts,
    int protocol,
    boolean accepts) {

  static final int ANY_PROTOCOL = 0;

  boolean matches(Flow flow) {
    return source.contains(flow.source())
        && destination.contains(flow.destination())
        && sourcePorts.contains(flow.sourcePort())
        && destinationPorts.contains(flow.destinationPort())
        && (protocol == ANY_PROTOCOL || protocol == flow.protocol());
  }

  /** Base-2 logarithm of the number of 5-tuples that it matches. */
  double scope() {
    return 32
        - source.length()
        + 32
        - destination.length()
        + log2(sourcePorts.count())
        + log2(destinationPorts.count())
        + (protocol == ANY_PROTOCOL ? 8 : 0);
  }

  private static double log2(int count) {
    return Math.log(count) / Math.log(2);
  }

  /** The same with the other verdict. */
  FilterRule inverted() {
    return new FilterRule(source, destination, sourcePorts, destinationPorts, protocol, !accepts);
  }
}

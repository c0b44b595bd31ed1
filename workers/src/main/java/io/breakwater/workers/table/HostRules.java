package io.breakwater.workers.table;

import java.util.List;

/**
 * What the configuration says of packets for the host's own stack. Immutable.
 *
 * @param packetsPerSecond of each worker, by {@link HostClass}
 * @param endpointsByPort whether the kernel has the anycast endpoints on its side of a port
 */
public record HostRules(List<Integer> packetsPerSecond, List<Boolean> endpointsByPort) {

  public HostRules {
    packetsPerSecond = List.copyOf(packetsPerSecond);
    endpointsByPort = List.copyOf(endpointsByPort);
  }
}

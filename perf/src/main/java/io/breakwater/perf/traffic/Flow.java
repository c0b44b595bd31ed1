package io.breakwater.perf.traffic;

/**
 * A flow of TCP or UDP over IPv4 to a tenant. Addresses are in host order.
 *
 * @param tenant whose the destination is
 */
public record Flow(
    int tenant, int source, int destination, int sourcePort, int destinationPort, boolean tcp) {

  public int protocol() {
    return tcp ? FrameWriter.TCP : FrameWriter.UDP;
  }
}

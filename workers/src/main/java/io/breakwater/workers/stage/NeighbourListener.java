package io.breakwater.workers.stage;

/**
 * Takes what the stages learn of neighbours. The first worker hands it straight to its {@code
 * NeighbourDiscovery}, the others through a ring to that worker: the table has one writer.
 *
 * <p>IPv4 addresses: {@code high} 0, {@code low} unsigned. {@code port} is an index.
 */
public interface NeighbourListener {

  /**
   * An ARP reply or a neighbour advertisement told an Ethernet address: the answer to a question of
   * ours, or unasked.
   */
  void answered(int port, boolean ipv6, long high, long low, long mac);

  /** The neighbour asked us, and so told its own Ethernet address. */
  void asked(int port, boolean ipv6, long high, long low, long mac);

  /**
   * A packet is to go to this neighbour in a connected subnet, whose Ethernet address is not known.
   */
  void wanted(int port, boolean ipv6, long high, long low);
}

package io.breakwater.workers.stage;

/**
 * Takes what became of the neighbours that the configuration names, for the journal.
 *
 * <p>Called on the first worker's thread; an implementation hands the values to the control thread
 * and returns. IPv4 addresses: {@code high} 0, {@code low} unsigned. {@code port} is an index.
 */
public interface NeighbourEvents {

  /** Its Ethernet address became known, or another one took its place. */
  void resolved(int port, boolean ipv6, long high, long low, long mac);

  /** It was known and no longer answers. */
  void lost(int port, boolean ipv6, long high, long low);
}

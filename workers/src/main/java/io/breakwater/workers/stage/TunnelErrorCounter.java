package io.breakwater.workers.stage;

/** Counts the ICMP errors about tunnels. */
public interface TunnelErrorCounter {

  /**
   * One came that quotes a packet in a tunnel of ours, whatever becomes of it.
   *
   * @param tunnel its slot
   */
  void error(int tunnel);
}

package io.breakwater.workers.stage;

/** Counts what comes out of tunnels. */
public interface TunnelReceiveCounter {

  /**
   * @param tunnel its slot
   * @param outerBytes length of the outer IP packet
   */
  void received(int tunnel, int outerBytes);
}

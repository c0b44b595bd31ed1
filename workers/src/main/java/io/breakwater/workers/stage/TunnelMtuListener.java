package io.breakwater.workers.stage;

/** Is told when a router on a tunnel's path says that its packets are too big. */
public interface TunnelMtuListener {

  /**
   * Called on the worker's thread.
   *
   * @param tunnel its slot
   * @param mtuBytes largest inner packet that still fits, less than the tunnel has now
   */
  void exceeded(int tunnel, int mtuBytes);
}

package io.breakwater.workers.firewall;

/** Told of packets that a {@code log} statement meets; called on the packet path. */
public interface FirewallLog {

  /** For where nobody reads. */
  FirewallLog NONE = (tenant, rule, packet) -> {};

  /**
   * @param tenant slot
   * @param rule index in the tenant's file
   */
  void logged(int tenant, int rule, PacketView packet);
}

package io.breakwater.workers.firewall;

/** Told of packets that a {@code log} statement meets; called on the packet path. */
public interface FirewallLog {

  /** For where nobody reads. */
  FirewallLog NONE = (tenant, ruleSlot, packet, nowNs) -> {};

  /**
   * @param tenant slot
   * @param ruleSlot the slot of the rule's counter, which tells it from all other tenants' rules
   * @param packet not kept
   */
  void logged(int tenant, int ruleSlot, PacketView packet, long nowNs);
}

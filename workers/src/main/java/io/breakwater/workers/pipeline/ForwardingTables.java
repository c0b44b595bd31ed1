package io.breakwater.workers.pipeline;

import io.breakwater.workers.firewall.FirewallTable;
import io.breakwater.workers.protection.ProtectionTable;
import io.breakwater.workers.table.HostRules;
import io.breakwater.workers.table.NeighbourKey;
import io.breakwater.workers.table.NextHops;
import io.breakwater.workers.table.OwnAddresses;
import io.breakwater.workers.table.PortSettings;
import io.breakwater.workers.table.PrefixTable;
import io.breakwater.workers.table.ProbePlan;
import io.breakwater.workers.table.TunnelFit;
import io.breakwater.workers.table.TunnelIndex;
import io.breakwater.workers.table.TunnelTable;

/**
 * Everything that the packet path takes from the configuration, compiled: one immutable object
 * graph, made by {@link ForwardingCompiler}, published whole, and picked up by a worker between two
 * turns.
 *
 * @param generation 1 for the first, one more with each reload and with each change of tunnels'
 *     health
 * @param ipv4Destinations values are {@link io.breakwater.workers.table.Destination}s
 * @param ipv6Destinations values are {@link io.breakwater.workers.table.Destination}s
 * @param own our own addresses and endpoints
 * @param tunnels headers and choices
 * @param fit how packets are made to fit each tunnel
 * @param tunnelIndex tunnels by (remote, local, key)
 * @param tenantByTunnel tenant slot by tunnel slot
 * @param egressByTenant by tenant slot
 * @param protection of tenants
 * @param firewalls of tenants
 * @param nextHops routes of the appliance itself
 * @param neighbours the configured neighbours by slot, null where none is
 * @param ports in the configuration's order
 * @param reassignedTenants slots that had another tenant before: workers begin to count anew
 * @param reassignedTunnels the same of tunnels
 * @param host what the kernel is given
 * @param probes what the first worker probes tunnels with
 * @param dropBogons whether private and documentation sources are dropped
 */
public record ForwardingTables(
    long generation,
    PrefixTable ipv4Destinations,
    PrefixTable ipv6Destinations,
    OwnAddresses own,
    TunnelTable tunnels,
    TunnelFit fit,
    TunnelIndex tunnelIndex,
    int[] tenantByTunnel,
    boolean[] egressByTenant,
    ProtectionTable protection,
    FirewallTable firewalls,
    NextHops nextHops,
    NeighbourKey[] neighbours,
    PortSettings[] ports,
    int[] reassignedTenants,
    int[] reassignedTunnels,
    HostRules host,
    ProbePlan probes,
    boolean dropBogons) {

  private static final int[] NONE = {};

  /** The same but for the tenants' choices of tunnels; all slots are whose they were. */
  public ForwardingTables withTunnels(long generation, TunnelTable tunnels) {
    return with(generation, tunnels, protection, firewalls);
  }

  /** The same with another protection; all slots are whose they were. */
  public ForwardingTables withProtection(long generation, ProtectionTable protection) {
    return with(generation, tunnels, protection, firewalls);
  }

  /** The same with other firewalls, for who looks what they would do. */
  public ForwardingTables withFirewalls(FirewallTable firewalls) {
    return with(generation, tunnels, protection, firewalls);
  }

  private ForwardingTables with(
      long generation, TunnelTable tunnels, ProtectionTable protection, FirewallTable firewalls) {
    return new ForwardingTables(
        generation,
        ipv4Destinations,
        ipv6Destinations,
        own,
        tunnels,
        fit,
        tunnelIndex,
        tenantByTunnel,
        egressByTenant,
        protection,
        firewalls,
        nextHops,
        neighbours,
        ports,
        NONE,
        NONE,
        host,
        probes,
        dropBogons);
  }
}

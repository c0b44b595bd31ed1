package io.breakwater.workers.pipeline.protection;

import io.breakwater.config.IpAddress;
import io.breakwater.config.IpPrefix;
import io.breakwater.config.Tenant;
import io.breakwater.config.protection.Protection;
import io.breakwater.config.protection.Reaction;
import io.breakwater.config.protection.StaticChecks;
import io.breakwater.workers.protection.PacketCheck;
import io.breakwater.workers.protection.StaticTable;
import java.util.Collection;
import java.util.function.ToIntFunction;

/** Compiles tenants' reactions to packets that no honest sender makes. */
final class StaticCompiler {

  private StaticCompiler() {}

  /** Every tenant with protection is in the table, even one that checks nothing. */
  static StaticTable compile(
      Collection<Tenant> tenants, ToIntFunction<String> slots, int slotBound) {
    var table = new StaticTable.Builder(slotBound);
    for (Tenant tenant : tenants) {
      tenant
          .protection()
          .map(Protection::checks)
          .ifPresent(checks -> add(table, tenant, slots.applyAsInt(tenant.name()), checks));
    }
    return table.build();
  }

  private static void add(StaticTable.Builder table, Tenant tenant, int slot, StaticChecks checks) {
    table
        .react(slot, PacketCheck.TCP_FLAGS, reaction(checks.tcpFlags()))
        .react(slot, PacketCheck.TINY_FRAGMENT, reaction(checks.tinyFragments()))
        .react(slot, PacketCheck.OVERLAPPING_FRAGMENT, reaction(checks.overlappingFragments()))
        .react(slot, PacketCheck.SOURCE_PORT_ZERO, reaction(checks.sourcePortZero()))
        .react(slot, PacketCheck.OWN_SOURCE, reaction(checks.ownSource()));
    if (checks.ownSource() == Reaction.OFF) {
      return;
    }
    for (IpPrefix prefix : tenant.prefixes()) {
      IpAddress address = prefix.address();
      if (address.family() == IpAddress.Family.IPV4) {
        table.ownIpv4(slot, (int) address.low(), prefix.length());
      } else {
        table.ownIpv6(slot, address.high(), prefix.length());
      }
    }
  }

  private static int reaction(Reaction reaction) {
    return switch (reaction) {
      case OFF -> StaticTable.OFF;
      case OBSERVE -> StaticTable.OBSERVE;
      case DROP -> StaticTable.DROP;
      case LIMIT -> throw new IllegalArgumentException("a check of single packets has no rate");
    };
  }
}

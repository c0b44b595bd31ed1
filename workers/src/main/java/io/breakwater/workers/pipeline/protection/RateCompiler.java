package io.breakwater.workers.pipeline.protection;

import io.breakwater.config.Tenant;
import io.breakwater.config.protection.Protection;
import io.breakwater.config.protection.TrafficRates;
import io.breakwater.workers.protection.RateTable;
import io.breakwater.workers.protection.TrafficClass;
import java.util.Collection;
import java.util.function.ToIntFunction;

/** Compiles tenants' rates of classes of traffic, and of single sources. */
final class RateCompiler {

  private RateCompiler() {}

  static RateTable compile(Collection<Tenant> tenants, ToIntFunction<String> slots, int slotBound) {
    var table = new RateTable.Builder(slotBound);
    for (Tenant tenant : tenants) {
      tenant
          .protection()
          .map(Protection::rates)
          .ifPresent(rates -> add(table, slots.applyAsInt(tenant.name()), rates));
    }
    return table.build();
  }

  private static void add(RateTable.Builder table, int slot, TrafficRates rates) {
    rates.syn().ifPresent(perSecond -> table.limit(slot, TrafficClass.SYN, perSecond));
    rates.tcp().ifPresent(perSecond -> table.limit(slot, TrafficClass.TCP, perSecond));
    rates.udp().ifPresent(perSecond -> table.limit(slot, TrafficClass.UDP, perSecond));
    rates.icmp().ifPresent(perSecond -> table.limit(slot, TrafficClass.ICMP, perSecond));
    rates.fragments().ifPresent(perSecond -> table.limit(slot, TrafficClass.FRAGMENT, perSecond));
    rates.other().ifPresent(perSecond -> table.limit(slot, TrafficClass.OTHER, perSecond));
    rates.source().ifPresent(perSecond -> table.limitSource(slot, perSecond));
  }
}

package io.breakwater.appliance.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.breakwater.config.Tenant;
import io.breakwater.config.protection.AmplificationCatalogue;
import io.breakwater.config.protection.AmplificationSignature;
import io.breakwater.workers.protection.PacketCheck;
import io.breakwater.workers.protection.ProtectionState;
import io.breakwater.workers.protection.SynGuardCounters.Event;
import io.breakwater.workers.protection.TcpWorker.Count;
import io.breakwater.workers.protection.TrafficClass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;

/**
 * What the protection of tenants has done since the start: what {@code show protection} prints.
 *
 * @param protection by tenant, in the order of the stages; what has not happened is left out
 */
public record ProtectionReport(List<Row> protection) {

  /** The request to the control socket. */
  public static final String REQUEST = "protection";

  private static final long SECOND_NS = 1_000_000_000L;

  /**
   * One number.
   *
   * @param part of the key {@code protection}
   * @param what in kebab case
   */
  @JsonPropertyOrder({"tenant", "part", "what", "count"})
  public record Row(String tenant, String part, String what, long count) {}

  /**
   * @param nowNs of the workers
   */
  public static ProtectionReport of(
      Collection<Tenant> tenants, ToIntFunction<String> slots, ProtectionState state, long nowNs) {
    List<Row> rows = new ArrayList<>();
    for (Tenant tenant : tenants) {
      if (tenant.protection().isPresent()) {
        new OfTenant(tenant.name(), slots.applyAsInt(tenant.name()), state, rows).add(nowNs);
      }
    }
    return new ProtectionReport(rows);
  }

  /** Collects the rows of one tenant. */
  private record OfTenant(String tenant, int slot, ProtectionState state, List<Row> rows) {

    void add(long nowNs) {
      for (TrafficClass one : TrafficClass.values()) {
        addIfAny("traffic", one.name(), state.checks().packets(slot, one));
      }
      for (PacketCheck check : PacketCheck.values()) {
        addIfAny("checks", check.name() + "-observed", state.checks().observed(slot, check));
      }
      List<AmplificationSignature> catalogue = AmplificationCatalogue.signatures();
      for (int i = 0; i < catalogue.size(); i++) {
        addIfAny("amplification", catalogue.get(i).name(), state.checks().matched(slot, i));
      }
      addGuard(nowNs);
      for (Count count : Count.values()) {
        addIfAny("tcp-state", count.name(), state.tcpStates().count(slot, count));
      }
      long learningNs = state.tcpStates().learningLeftNs(slot, nowNs);
      addIfAny("tcp-state", "seconds-to-learn", (learningNs + SECOND_NS - 1) / SECOND_NS);
    }

    private void addGuard(long nowNs) {
      boolean engaged = state.synGuard().tenants().isEngaged(slot, nowNs);
      rows.add(new Row(tenant, "syn-flood", "engaged", engaged ? 1 : 0));
      for (Event event : Event.values()) {
        addIfAny("syn-flood", event.kebabName(), state.synGuard().count(slot, event));
      }
    }

    private void addIfAny(String part, String what, long count) {
      if (count > 0) {
        rows.add(new Row(tenant, part, what.toLowerCase(Locale.ROOT).replace('_', '-'), count));
      }
    }
  }
}

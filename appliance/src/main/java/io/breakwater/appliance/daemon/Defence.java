package io.breakwater.appliance.daemon;

import io.breakwater.appliance.mitigation.AttackWatch;
import io.breakwater.appliance.mitigation.Mitigations;
import io.breakwater.appliance.report.MitigationReport;
import io.breakwater.appliance.report.ProtectionReport;
import io.breakwater.config.Appliance;
import io.breakwater.workers.pipeline.ForwardingTables;
import io.breakwater.workers.pipeline.Slots;
import io.breakwater.workers.protection.ProtectionState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * The detector and its rules, between the workers' counters and samples on one side and their
 * tables on the other. Control thread only.
 */
final class Defence {

  private static final long SECOND_NS = 1_000_000_000L;

  private final Slots slots;
  private final ProtectionState state;
  private final LongSupplier workersNowNs;
  private final Mitigations mitigations;
  private final AttackWatch attacks;
  private final HandshakeWatch handshakes;
  private final LiveConfiguration live;
  private long nextLookNs = Long.MIN_VALUE;

  /**
   * @param workersNowNs the workers' clock, by which rules expire
   * @param publish gives the workers new tables and returns when all use them
   */
  Defence(
      LiveConfiguration live,
      Slots slots,
      ProtectionState state,
      LongSupplier workersNowNs,
      EventLog events,
      Consumer<ForwardingTables> publish) {
    this.slots = slots;
    this.state = state;
    this.workersNowNs = workersNowNs;
    this.live = live;
    handshakes = new HandshakeWatch(state);
    mitigations =
        new Mitigations(new MitigationRules(live, slots, state.checks(), publish), events::record);
    attacks =
        new AttackWatch(
            state.tenantSlots(),
            state.checks()::packets,
            state.sampling()::watch,
            mitigations,
            events::record,
            Instant::now);
  }

  /** Watches the tenants that have protection in what runs now. */
  void configure(Appliance running) {
    // What was sampled may be of a tenant that had the slot before.
    state.sampling().drainTo((tenant, first, length) -> {});
    List<AttackWatch.Tenant> watched = new ArrayList<>();
    running
        .tenants()
        .values()
        .forEach(tenant ->
            tenant
                .protection()
                .ifPresent(protection ->
                    watched.add(
                        new AttackWatch.Tenant(
                            tenant.name(),
                            slots.tenants().slot(tenant.name()),
                            protection.automatic()))));
    attacks.configure(watched, workersNowNs.getAsLong());
    handshakes.configure(
        running.tenants().values(), slots.tenants()::slot, workersNowNs.getAsLong());
  }

  /** Takes what workers have sampled, and looks at all tenants once a second. */
  void poll() {
    state.sampling().drainTo(attacks::sampled);
    long nowNs = workersNowNs.getAsLong();
    if (nextLookNs == Long.MIN_VALUE || nowNs - nextLookNs >= 0) {
      // No second is made up for: rates are over the time that has passed.
      nextLookNs = nowNs + SECOND_NS;
      attacks.look(nowNs);
      handshakes.look(nowNs);
    }
  }

  /** What the protection of tenants has done, and what it is about to do. */
  ProtectionReport protection() {
    return ProtectionReport.of(
        live.running().tenants().values(), slots.tenants()::slot, state, workersNowNs.getAsLong());
  }

  /** Answers a request about attacks and rules. */
  Object answer(String words) {
    return MitigationReport.answer(words, attacks, mitigations, workersNowNs.getAsLong());
  }
}

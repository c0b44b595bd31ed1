package io.breakwater.workers.pipeline.protection;

import io.breakwater.config.Tenant;
import io.breakwater.workers.protection.Fingerprints;
import io.breakwater.workers.protection.ProtectionTable;
import io.breakwater.workers.protection.TcpStateTable;
import java.util.Collection;
import java.util.Set;
import java.util.function.ToIntFunction;

/** Compiles the protection of all tenants. Control thread only. */
public final class ProtectionCompiler {

  private final TcpStateCompiler tcpStates = new TcpStateCompiler();
  private final Fingerprints fingerprints = new Fingerprints();
  private final SignatureCompiler signatures = new SignatureCompiler(fingerprints);

  /** Those of attacks, which are in each table that is compiled. */
  public Fingerprints fingerprints() {
    return fingerprints;
  }

  /** The same with the fingerprints of now. */
  public ProtectionTable refingerprint(ProtectionTable table, ToIntFunction<String> slots) {
    return table.withSignatures(table.signatures().withFingerprints(fingerprints.bySlot(slots)));
  }

  /**
   * What {@link #compile} would make, for the same tenants in the same slots, with the same
   * protection and prefixes.
   *
   * @param before what was compiled last, with the fingerprints of then or later
   */
  public ProtectionTable keep(ProtectionTable before, ToIntFunction<String> slots) {
    return before == ProtectionTable.none() ? before : refingerprint(before, slots);
  }

  /**
   * @param tenants of the configuration, with protection and without
   * @param slots a tenant's slot, by its name
   * @param slotBound slots are below it
   */
  public ProtectionTable compile(
      Collection<Tenant> tenants, ToIntFunction<String> slots, int slotBound) {
    // First of all: it remembers who was not followed.
    TcpStateTable tcpState = tcpStates.compile(tenants, slots, slotBound);
    if (tenants.stream().allMatch(tenant -> tenant.protection().isEmpty())) {
      fingerprints.retain(Set.of());
      return ProtectionTable.none();
    }
    return new ProtectionTable(
        StaticCompiler.compile(tenants, slots, slotBound),
        signatures.compile(tenants, slots, slotBound),
        RateCompiler.compile(tenants, slots, slotBound),
        SynGuardCompiler.compile(tenants, slots, slotBound),
        tcpState);
  }
}

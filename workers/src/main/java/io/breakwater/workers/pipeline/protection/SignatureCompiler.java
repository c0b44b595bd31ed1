package io.breakwater.workers.pipeline.protection;

import io.breakwater.config.Tenant;
import io.breakwater.config.protection.Amplification;
import io.breakwater.config.protection.AmplificationCatalogue;
import io.breakwater.config.protection.AmplificationSignature;
import io.breakwater.workers.protection.Fingerprints;
import io.breakwater.workers.protection.Signature;
import io.breakwater.workers.protection.SignatureBuilder;
import io.breakwater.workers.protection.SignatureTable;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/** Compiles the catalogue of amplifiers, tenants' reactions to it, and installed fingerprints. */
final class SignatureCompiler {

  private final List<AmplificationSignature> catalogue;
  private final Fingerprints fingerprints;

  SignatureCompiler(Fingerprints fingerprints) {
    this(AmplificationCatalogue.signatures(), fingerprints);
  }

  SignatureCompiler(List<AmplificationSignature> catalogue, Fingerprints fingerprints) {
    this.catalogue = List.copyOf(catalogue);
    this.fingerprints = fingerprints;
  }

  SignatureTable compile(Collection<Tenant> tenants, ToIntFunction<String> slots, int slotBound) {
    List<Signature> signatures = catalogue.stream().map(SignatureCompiler::signature).toList();
    var table = new SignatureTable.Builder(slotBound, signatures);
    for (Tenant tenant : tenants) {
      tenant
          .protection()
          .ifPresent(protection ->
              react(table, slots.applyAsInt(tenant.name()), protection.amplification()));
    }
    Set<String> known =
        tenants.stream()
            .filter(tenant -> tenant.protection().isPresent())
            .map(Tenant::name)
            .collect(Collectors.toSet());
    fingerprints.retain(known);
    return table.build().withFingerprints(fingerprints.bySlot(slots));
  }

  private void react(SignatureTable.Builder table, int slot, Amplification amplification) {
    table.limit(slot, amplification.limitPerSecond());
    for (int number = 0; number < catalogue.size(); number++) {
      var reaction = amplification.reaction(catalogue.get(number).name());
      table.react(slot, number, Signature.Reaction.valueOf(reaction.name()));
    }
  }

  /** A row of the catalogue; whether it is limited or dropped says each tenant. */
  static Signature signature(AmplificationSignature row) {
    SignatureBuilder signature =
        Signature.of(row.name(), row.protocol())
            .sourcePorts(row.sourcePort(), row.sourcePort())
            .payloadMin(row.payloadMinBytes())
            .reaction(Signature.Reaction.OBSERVE);
    for (AmplificationSignature.PayloadMatch match : row.matches()) {
      signature.word(match.offset(), match.bytes(), match.mask(), match.value());
    }
    return signature.build();
  }
}

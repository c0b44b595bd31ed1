package io.breakwater.appliance.mitigation;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * A mitigation as {@code show mitigations} prints it.
 *
 * @param action drop, observe, or none where it has ended
 * @param packetsPerSecond that fitted in the last second
 * @param rule in nft's terms
 */
@JsonPropertyOrder({
  "id",
  "tenant",
  "state",
  "action",
  "packets",
  "packets-per-second",
  "coverage",
  "collateral",
  "rule"
})
public record MitigationRow(
    String id,
    String tenant,
    String state,
    String action,
    long packets,
    @JsonProperty("packets-per-second") long packetsPerSecond,
    String coverage,
    String collateral,
    String rule) {

  static MitigationRow of(Mitigation mitigation) {
    return new MitigationRow(
        mitigation.id,
        mitigation.tenant,
        mitigation.state.toString(),
        mitigation.action(),
        mitigation.packets,
        mitigation.rate,
        mitigation.coverage,
        mitigation.collateral,
        mitigation.signature.toNft());
  }
}

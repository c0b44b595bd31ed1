package io.breakwater.perf.rfc2544;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * What one search found for one {@link SearchGoal}.
 *
 * @param packetsPerSecond the highest load that passed, with none below it that failed; null if
 *     there is no result
 * @param failsAtPerSecond the lowest load that failed; null if none did
 * @param lossRatio at the rate found: the least of its trials
 * @param limit what kept the rate from being higher
 * @param notMeasured why there is no rate; null if there is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FoundRate(
    Double packetsPerSecond,
    Double failsAtPerSecond,
    Double lossRatio,
    Limit limit,
    String notMeasured) {

  /** What kept a rate from being higher. */
  public enum Limit {
    DEVICE,
    /** The device took all that the generator could send: it may be faster. */
    GENERATOR
  }

  static FoundRate none(String why) {
    return new FoundRate(null, null, null, null, why);
  }

  boolean measured() {
    return packetsPerSecond != null;
  }
}

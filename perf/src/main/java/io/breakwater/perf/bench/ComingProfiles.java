package io.breakwater.perf.bench;

import java.util.Arrays;
import java.util.Optional;

/**
 * Families of profiles that come with a capability which this version does not have. Who asks for
 * one is told so; it is not an unknown name.
 *
 * <p>When the capability is here, its line goes, and its profiles are lines of {@link
 * BenchProfile}.
 */
enum ComingProfiles {
  ATTACK("attack-", "mitigation");

  private final String prefix;
  private final String capability;

  ComingProfiles(String prefix, String capability) {
    this.prefix = prefix;
    this.capability = capability;
  }

  /** A sentence about a profile of one of these families; empty for any other name. */
  static Optional<String> about(String label) {
    return Arrays.stream(values())
        .filter(family -> label.startsWith(family.prefix))
        .map(family ->
            "this profile comes with %s, which this version does not have: profile=%s"
                .formatted(family.capability, label))
        .findFirst();
  }
}

package io.breakwater.appliance.mitigation;

import java.util.List;

/**
 * What an attack looks like: packets that fit one of the patterns.
 *
 * @param patterns 1..{@link FingerprintSearch#PATTERNS_MAX}, for one vector each
 * @param coverage which share of the attack fits, estimated from samples, 0..1
 * @param collateral which share of the class's usual samples fits, 0..1
 * @param baselineSamples how many of those there were
 */
record Fingerprint(
    List<Pattern> patterns, double coverage, double collateral, int baselineSamples) {

  Fingerprint {
    patterns = List.copyOf(patterns);
  }

  boolean fits(Sample sample) {
    for (Pattern pattern : patterns) {
      if (pattern.fits(sample)) {
        return true;
      }
    }
    return false;
  }
}

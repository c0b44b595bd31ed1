package io.breakwater.config.protection;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Reactions to the answers of services that attackers abuse as amplifiers.
 *
 * @param byDefault of the catalogue's signatures that {@code bySignature} does not name
 * @param bySignature by name in {@link AmplificationCatalogue}
 * @param limitPerSecond packets of one signature that LIMIT lets by, 1..10^9
 */
public record Amplification(
    Reaction byDefault, SortedMap<String, Reaction> bySignature, int limitPerSecond) {

  public static final Amplification DEFAULT =
      new Amplification(Reaction.OBSERVE, new TreeMap<>(), 1_000);

  public Amplification {
    bySignature = Collections.unmodifiableSortedMap(new TreeMap<>(bySignature));
  }

  public Reaction reaction(String signature) {
    return bySignature.getOrDefault(signature, byDefault);
  }
}
